"""demo/train.py fills every tab that the tutorial names, as TensorBoard itself serves them; its data sets and its messages."""

import gzip
import json
import os
import re
import runpy
import socket
import subprocess
import sys
import time
import urllib.parse
import urllib.request
from pathlib import Path

import numpy as np
import pytest
from sklearn.datasets import load_digits

from tb_confusion_plugin import read_log

DEMO = Path(__file__).parents[2] / "demo"
DEADLINE_S = 60


@pytest.fixture(autouse=True)
def demo_modules(monkeypatch):
    monkeypatch.syspath_prepend(str(DEMO))


def run_demo(*arguments, cwd):
    environment = {**os.environ, "CUDA_VISIBLE_DEVICES": "", "KERAS_HOME": str(cwd / "keras"), "https_proxy": "http://127.0.0.1:9"}
    command = [sys.executable, str(DEMO / "train.py"), *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False, cwd=cwd, env=environment, timeout=240)


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    """One small run with the default log directory: (its output, the log directory)."""
    cwd = tmp_path_factory.mktemp("demo")
    done = run_demo("--run", "mine", "--epochs", 1, "--limit", 48, "--png", cwd=cwd)
    assert done.returncode == 0, done.stderr
    return done, cwd / "logs" / "digits"


@pytest.fixture(scope="module")
def get(trained):
    """Asks a real TensorBoard for a data route."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    code = "from tensorboard import main; main.run_main()"
    command = [sys.executable, "-c", code, "--logdir", str(trained[1]), "--host", "127.0.0.1", "--port", str(port)]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def get(route, **query):
        url = f"http://127.0.0.1:{port}/data/{route}?{urllib.parse.urlencode(query)}"
        with urllib.request.urlopen(url, timeout=10) as answer:
            body = answer.read()
        return gzip.decompress(body) if body[:2] == b"\x1f\x8b" else body

    try:
        until(lambda: "mine" in json.loads(get("plugin/projector/runs")) and len(json.loads(get("runs"))) == 4)
        yield get
    finally:
        server.terminate()
        server.wait()


def until(is_done):
    """Polls; a server that isn't up yet isn't an error."""
    deadline = time.monotonic() + DEADLINE_S
    while True:
        try:
            if is_done():
                return
        except OSError:
            assert time.monotonic() < deadline, "TensorBoard didn't start"
        assert time.monotonic() < deadline, "TensorBoard didn't load the runs"
        time.sleep(0.05)


def tags(get, plugin, run):
    return json.loads(get(f"plugin/{plugin}/tags"))[run]


# --- what is on the screen


def test_the_screen_tells_what_was_trained_and_where_to_look(trained):
    done, _ = trained
    assert "48 training and 48 validation images" in done.stdout
    assert re.search(r"mine +epoch +1 of 1 +loss [\d.]+ +accuracy [\d.]+ +validation [\d.]+", done.stdout)
    assert "tensorboard --logdir logs/digits" in done.stdout
    assert "http://localhost:6006/#confusion" in done.stdout
    assert done.stderr == ""


def test_a_run_that_exists_is_neither_mixed_up_nor_lost(trained, capsys):
    import train

    _, logdir = trained
    plans = train.free_plans(logdir, [train.Plan("mine", "sgd", 0.01), train.Plan("other", "adam", 0.01)])
    assert [plan.run for plan in plans] == ["mine-2", "other-2"]
    assert "this training is mine-2, other-2" in capsys.readouterr().out


def test_three_runs_are_planned_unless_one_is_asked_for():
    import train

    assert [plan.run for plan in train.make_plans(train.parse_args([]))] == ["sgd", "adam", "small"]
    assert train.make_plans(train.parse_args(["--optimizer", "adam"])) == [train.Plan("adam", "adam", 0.001)]
    assert train.make_plans(train.parse_args(["--run", "a", "--learning-rate", "0.5"])) == [train.Plan("a", "sgd", 0.5)]
    assert train.make_plans(train.parse_args(["--dataset", "cifar10"])) == [train.Plan("sgd", "sgd", 0.01)]


@pytest.mark.parametrize("arguments", [["--epochs", "0"], ["--limit", "-3"], ["--learning-rate", "nan"], ["--dataset", "mnist"]])
def test_arguments_that_make_no_sense_are_refused(arguments, capsys):
    import train

    with pytest.raises(SystemExit):
        train.parse_args(arguments)
    assert arguments[0] in capsys.readouterr().err


def test_a_failed_download_says_what_to_do(tmp_path):
    done = run_demo("--dataset", "cifar10", "--epochs", 1, cwd=tmp_path)
    assert done.returncode == 1
    assert "can't download cifar10" in done.stderr
    assert "--dataset cifar10 --data DIRECTORY" in done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "logs").exists()


@pytest.mark.parametrize("library", ["matplotlib", "sklearn"])
def test_a_missing_library_names_the_extra(library, monkeypatch):
    import train

    # Its modules too: a test before this one may have imported them.
    for name in {library, *(name for name in sys.modules if name.startswith(f"{library}."))}:
        monkeypatch.setitem(sys.modules, name, None)
    monkeypatch.delitem(sys.modules, "demo_tabs", raising=False)
    monkeypatch.setattr(sys, "argv", ["train.py"])
    with pytest.raises(SystemExit, match=rf"{library}.*\n.*pip install 'tb-confusion-plugin\[demo\]'"):
        train.main()


# --- the tabs


def test_the_model_is_the_tutorials():
    import train

    model = train.build_model((32, 32, 3), 10)
    assert model.count_params() == 328_426
    assert model.output_shape == (None, 10)


def test_sgd_is_the_tutorials():
    import train

    optimizer = train.make_optimizer(train.make_plans(train.parse_args(["--optimizer", "sgd"]))[0])
    assert type(optimizer).__name__ == "SGD"
    assert (float(optimizer.learning_rate), optimizer.momentum) == (pytest.approx(0.01), 0.1)
    assert train.parse_args([]).epochs == 20


def test_confusion_has_the_counts_of_training_and_validation(trained, get):
    data = {(run, tag): datum for run, tag, datum in read_log(trained[1])}
    assert set(data) == {("mine", "train/confusion"), ("mine", "val/confusion")}
    assert [datum.matrix.total for datum in data.values()] == [48, 48]
    assert data["mine", "val/confusion"].matrix.class_names == tuple("0123456789")
    series = json.loads(get("plugin/confusion/series"))["series"]
    assert [(one["run"], one["tag"], one["steps"]) for one in series] == [(*key, [0]) for key in data]


def test_scalars_have_loss_and_accuracy(get):
    for run in ("mine/train", "mine/validation"):
        assert {"epoch_loss", "epoch_accuracy"} <= set(tags(get, "scalars", run))


def test_graphs_have_the_layers_and_the_operations(get):
    runs = json.loads(get("plugin/graphs/info"))
    assert runs["mine/train"]["tags"]["keras"]["conceptual_graph"]
    assert runs["mine/report"]["run_graph"]
    assert b"conv2d" in get("plugin/graphs/graph", run="mine/report", conceptual="false")


@pytest.mark.parametrize("plugin", ["histograms", "distributions"])
def test_histograms_and_distributions_have_the_weights(get, plugin):
    # sequential/features/kernel/histogram; Keras 3.12, the last for Python 3.10, writes all layers' as kernel/histogram.
    assert any(tag.endswith("kernel/histogram") for tag in tags(get, plugin, "mine/train"))


def test_images_have_the_first_25_their_grid_and_the_confusion_png(get):
    samples = {tag: entry["samples"] for tag, entry in tags(get, "images", "mine/report").items()}
    assert samples == {"training images": 25, "training images in a grid": 1, "confusion matrix as a PNG": 1}


def test_text_has_the_model_and_the_classification_report(get):
    assert sorted(tags(get, "text", "mine/report")) == ["classification report", "model"]
    assert b"precision" in get("plugin/text/text", run="mine/report", tag="classification report")
    assert b"features (Dense)" in get("plugin/text/text", run="mine/report", tag="model")


def test_the_projector_has_features_labels_and_a_sprite(get):
    (embedding,) = json.loads(get("plugin/projector/info", run="mine"))["embeddings"]
    assert embedding["tensorShape"] == [48, 64]
    assert embedding["sprite"]["singleImageDim"] == [32, 32]
    name = embedding["tensorName"]
    features = np.frombuffer(get("plugin/projector/tensor", run="mine", name=name), np.float32)
    assert features.size == 48 * 64
    assert np.isfinite(features).all()
    metadata = get("plugin/projector/metadata", run="mine", name=name).decode().splitlines()
    assert metadata[0] == "true label\tpredicted label"
    assert len(metadata) == 1 + 48
    width, height = png_size(get("plugin/projector/sprite_image", run="mine", name=name))
    assert (width, height) == (7 * 32, 7 * 32)  # 48 pictures in a square


def png_size(png):
    assert png.startswith(b"\x89PNG")
    return int.from_bytes(png[16:20], "big"), int.from_bytes(png[20:24], "big")


# --- data sets


def test_digits_are_450_to_train_on_and_the_rest_to_validate_on():
    from demo_data import load_dataset

    data = load_dataset("digits")
    assert data.x_train.shape == (450, 32, 32, 1)
    assert data.x_val.shape == (1347, 32, 32, 1)
    pixels = np.concatenate([data.x_train, data.x_val])[:, ::4, ::4, 0] * 16
    originals = load_digits().images
    assert sorted(map(bytes, pixels.round().astype(np.uint8))) == sorted(map(bytes, originals.astype(np.uint8)))
    assert set(data.y_train) == set(range(10))


def cifar_record(*labels, red=0, green=0, blue=0):
    planes = np.repeat(np.array([red, green, blue], np.uint8), 1024)
    planes[1] = 200  # red of row 0, column 1
    return bytes(labels) + planes.tobytes()


def write_cifar10(directory, last_label=9):
    directory.mkdir()
    for number in range(1, 6):
        (directory / f"data_batch_{number}.bin").write_bytes(cifar_record(number, red=number) + cifar_record(0, green=50, blue=51))
    (directory / "test_batch.bin").write_bytes(cifar_record(last_label))


def test_cifar10s_binary_batches_are_read_record_by_record(tmp_path):
    from demo_data import load_dataset

    write_cifar10(tmp_path / "cifar-10-batches-bin")
    data = load_dataset("cifar10", tmp_path)
    assert data.y_train.tolist() == [1, 0, 2, 0, 3, 0, 4, 0, 5, 0]
    assert data.y_val.tolist() == [9]
    assert data.class_names[9] == "truck"
    assert data.x_train.shape == (10, 32, 32, 3)
    np.testing.assert_allclose(data.x_train[4, 31, 31] * 255, [3, 0, 0], atol=1e-4)
    np.testing.assert_allclose(data.x_train[5, 31, 31] * 255, [0, 50, 51], atol=1e-4)
    np.testing.assert_allclose(data.x_train[5, 0, 1] * 255, [200, 50, 51], atol=1e-4)
    assert load_dataset("cifar10", tmp_path, limit=3).y_train.tolist() == [1, 0, 2]


def test_cifar100s_fine_label_is_the_second(tmp_path):
    from demo_data import load_dataset

    (tmp_path / "train.bin").write_bytes(cifar_record(1, 99) + cifar_record(2, 3))
    (tmp_path / "test.bin").write_bytes(cifar_record(0, 0))
    data = load_dataset("cifar100", tmp_path)
    assert [data.class_names[label] for label in data.y_train] == ["worm", "bear"]
    assert len(set(data.class_names)) == 100
    assert data.class_names == sorted(data.class_names)


def test_fashion_mnists_files_are_read(tmp_path):
    from demo_data import load_dataset

    for part, labels in (("train", [9, 0]), ("t10k", [3])):
        images = np.full((len(labels), 28, 28), 255, np.uint8)
        (tmp_path / f"{part}-images-idx3-ubyte.gz").write_bytes(gzip.compress(bytes(16) + images.tobytes()))
        (tmp_path / f"{part}-labels-idx1-ubyte.gz").write_bytes(gzip.compress(bytes(8) + bytes(labels)))
    data = load_dataset("fashion_mnist", tmp_path)
    assert data.x_train.shape == (2, 28, 28, 1)
    assert data.x_train.min() == 1.0
    assert [data.class_names[label] for label in data.y_train] == ["Ankle boot", "T-shirt/top"]


def test_files_that_are_missing_or_damaged_are_named(tmp_path):
    from demo_data import load_dataset

    with pytest.raises(ValueError, match=r"missing data_batch_1.bin: .*pass --data"):
        load_dataset("cifar10", tmp_path)
    write_cifar10(tmp_path / "other", last_label=10)
    with pytest.raises(ValueError, match=r"invalid .*test_batch.bin: a label of 10 or more"):
        load_dataset("cifar10", tmp_path / "other")
    (tmp_path / "other" / "test_batch.bin").write_bytes(b"\x00" * 3074)
    with pytest.raises(ValueError, match=r"invalid .*test_batch.bin: 3074 bytes aren't records of 3073"):
        load_dataset("cifar10", tmp_path / "other")
    with pytest.raises(ValueError, match="invalid --data"):
        load_dataset("digits", tmp_path)


# --- the smallest use


def test_the_smallest_use_logs_ten_steps(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    runpy.run_path(str(DEMO / "numpy_minimal.py"))
    data = [datum for _, _, datum in read_log("logs")]
    assert [datum.step for datum in data] == list(range(10))
    assert {datum.matrix.total for datum in data} == {500}
    accuracies = [np.trace(datum.matrix.counts) / 500 for datum in data]
    assert accuracies[0] < 0.5
    assert accuracies[-1] > 0.9
