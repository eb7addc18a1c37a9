"""torch.add_confusion_matrix: what TensorBoard has of it, through PyTorch's SummaryWriter and tensorboardX's."""

from __future__ import annotations

import re
import time

import numpy as np
import pytest
import scipy.sparse
import tensorboardX
import torch
import torch.utils.tensorboard
import torchmetrics.classification
from sklearn.metrics import confusion_matrix
from tensorboard.context import RequestContext

import tb_confusion_plugin
from tb_confusion_plugin import read_log
from tb_confusion_plugin.torch import ConfusionMatrix, add_confusion_matrix

pytestmark = pytest.mark.frameworks

K = 3
NAMES = ["cat", "dog", "fox"]
COUNTS = [[5, 1, 0], [0, 7, 2], [1, 0, 3]]


@pytest.fixture(params=[torch.utils.tensorboard.SummaryWriter, tensorboardX.SummaryWriter], ids=["pytorch", "tensorboardX"])
def open_writer(request, tmp_path):
    """A function that opens a SummaryWriter on the run; all are closed in the end."""
    writers = []

    def open_writer(**arguments):
        writers.append(request.param(str(tmp_path / "run"), **arguments))
        return writers[-1]

    yield open_writer
    for writer in writers:
        writer.close()


@pytest.fixture
def labels():
    random = np.random.default_rng(8)
    return random.integers(0, K, 90), random.integers(0, K, 90)


@pytest.fixture
def wait_for_a_new_second():
    """A function that waits: files are named by the second, so that tensorboardX overwrites one and TensorBoard may mix up two."""

    def wait():
        second = int(time.time())
        while int(time.time()) == second:
            time.sleep(0.01)

    return wait


def times(factor):
    return (np.array(COUNTS) * factor).tolist()


def test_matrices_and_scalars_share_one_event_file_that_both_readers_read(tmp_path, open_writer, stored_matrices):
    writer = open_writer()
    for step in range(12):
        writer.add_scalar("loss", 1 / (step + 1), step)
        add_confusion_matrix(writer, "val/confusion", torch.tensor(COUNTS) * step, step, NAMES)
    writer.close()
    assert len(list((tmp_path / "run").iterdir())) == 1
    assert stored_matrices(tmp_path) == {("run", "val/confusion"): [(step, times(step)) for step in range(12)]}


@pytest.mark.parametrize("task", ["ours", "multiclass", "binary"])
def test_a_metric_writes_what_scikit_learn_counts(tmp_path, open_writer, stored_matrices, labels, task):
    y_true, y_pred = (torch.from_numpy(each) for each in labels)
    num_classes = 2 if task == "binary" else K
    if task == "binary":
        y_true, y_pred = y_true.clamp(max=1), y_pred.clamp(max=1)
    metric = {
        "ours": lambda: ConfusionMatrix(K),
        "multiclass": lambda: torchmetrics.classification.MulticlassConfusionMatrix(K),
        "binary": torchmetrics.classification.BinaryConfusionMatrix,
    }[task]()
    writer = open_writer()
    expected = []
    for step in range(3):
        metric.reset()
        for part in np.array_split(np.arange(30 * (step + 1)), 4):
            metric.update(y_pred[part], y_true[part])
        add_confusion_matrix(writer, "val", metric, step)
        until = 30 * (step + 1)
        expected.append((step, confusion_matrix(y_true[:until], y_pred[:until], labels=range(num_classes)).tolist()))
    writer.close()
    assert stored_matrices(tmp_path) == {("run", "val"): expected}


@pytest.mark.parametrize(
    "make",
    [
        list,
        np.array,
        scipy.sparse.csr_array,
        torch.tensor,
        lambda counts: torch.tensor(counts).to_sparse(),
        lambda counts: torch.tensor(counts).to_sparse_csr(),
        lambda counts: torch.tensor(counts).to_sparse_csc(),
        lambda counts: torch.tensor(counts, dtype=torch.bfloat16, requires_grad=True),
        lambda counts: torch.tensor(counts, dtype=torch.int16),
        tb_confusion_plugin.ConfusionMatrix,
    ],
    ids=["list", "NumPy", "SciPy", "tensor", "sparse tensor", "CSR", "CSC", "bfloat16", "int16", "ours"],
)
@pytest.mark.filterwarnings("ignore:Sparse CS[RC] tensor support is in beta state")  # PyTorch's own
def test_counts_of_any_kind_are_written(tmp_path, open_writer, make):
    writer = open_writer()
    add_confusion_matrix(writer, "val", make(COUNTS), torch.tensor(3))
    writer.close()
    ((*_, datum),) = read_log(tmp_path)
    assert (datum.step, datum.matrix.counts.tolist(), datum.matrix.counts.dtype) == (3, COUNTS, np.int64)


def test_weighted_counts_stay_weighted(tmp_path, open_writer, stored_matrices):
    metric = ConfusionMatrix(2, weighted=True)
    metric.update(torch.tensor([0, 1, 1]), torch.tensor([0, 1, 0]), torch.tensor([0.5, 0.25, 1.5]))
    writer = open_writer()
    add_confusion_matrix(writer, "val", metric, 0)
    writer.close()
    assert stored_matrices(tmp_path) == {("run", "val"): [(0, [[0.5, 1.5], [0.0, 0.25]])]}


def test_what_a_series_says_of_itself_is_stored_once(tmp_path):
    long_names = [f"a rather long name of class {index} {'x' * 200}" for index in range(K)]
    writer = torch.utils.tensorboard.SummaryWriter(tmp_path / "run")
    sizes = []
    for step in range(3):
        add_confusion_matrix(
            writer, "val", COUNTS, step, long_names, class_groups=["pet", "pet", "wild"], special_class=long_names[2], title="T"
        )
        writer.flush()
        sizes.append(sum(path.stat().st_size for path in (tmp_path / "run").iterdir()))
    assert sizes[1] - sizes[0] == sizes[2] - sizes[1] < sizes[0]
    writer.close()
    data = [datum for *_, datum in read_log(tmp_path)]
    assert [datum.matrix.class_names for datum in data] == [tuple(long_names)] * 3
    assert {(datum.class_groups, datum.special_class) for datum in data} == {(("pet", "pet", "wild"), 2)}


@pytest.mark.parametrize("metric", [ConfusionMatrix(class_names=NAMES), tb_confusion_plugin.ConfusionMatrix(COUNTS, NAMES)])
def test_class_names_come_with_what_is_written(tmp_path, open_writer, metric):
    writer = open_writer()
    add_confusion_matrix(writer, "val", metric, 0)
    add_confusion_matrix(writer, "val", COUNTS, 1)
    writer.close()
    assert [datum.matrix.class_names for *_, datum in read_log(tmp_path)] == [tuple(NAMES)] * 2


@pytest.mark.parametrize("metric", [ConfusionMatrix(class_names=NAMES), tb_confusion_plugin.ConfusionMatrix(COUNTS, NAMES)])
def test_other_class_names_than_the_matrix_has_are_refused(tmp_path, open_writer, metric):
    writer = open_writer()
    message = "invalid class_names: 'cat' for class 0 of the matrix, 'fox' in class_names; make the matrix with labels="
    with pytest.raises(ValueError, match=message):
        add_confusion_matrix(writer, "val", metric, 0, NAMES[::-1])
    writer.close()
    assert list(read_log(tmp_path)) == []


@pytest.mark.parametrize("names", [NAMES, None])
def test_indices_for_names_contradict_nobody(tmp_path, open_writer, names):
    writer = open_writer()
    matrix = tb_confusion_plugin.ConfusionMatrix.from_predictions([0, 1, 2], [0, 1, 1])
    assert matrix.class_names == ("0", "1", "2")
    add_confusion_matrix(writer, "val", COUNTS, 0, names)
    add_confusion_matrix(writer, "val", matrix, 1)
    add_confusion_matrix(writer, "given", matrix, 1, names)
    writer.close()
    expected = names and tuple(names)
    stored = sorted((tag, datum.step, datum.matrix.class_names) for _, tag, datum in read_log(tmp_path))
    assert stored == [("given", 1, expected or matrix.class_names), ("val", 0, expected), ("val", 1, expected)]


def test_a_closed_writer_goes_on_as_it_does_for_scalars(tmp_path, open_writer, stored_matrices, wait_for_a_new_second):
    writer = open_writer()
    for step in range(3):
        add_confusion_matrix(writer, "val", times(step), step)
        writer.close()
        wait_for_a_new_second()
    assert stored_matrices(tmp_path) == {("run", "val"): [(step, times(step)) for step in range(3)]}


def test_purge_step_of_a_resumed_writer_removes_what_is_written_again(
    tmp_path, open_writer, stored_matrices, wait_for_a_new_second
):
    writer = open_writer()
    for step in range(10):
        add_confusion_matrix(writer, "val", times(step), step)
    writer.close()
    wait_for_a_new_second()
    resumed = open_writer(purge_step=5)
    for step in range(5, 8):
        add_confusion_matrix(resumed, "val", times(100 + step), step)
    resumed.close()
    expected = [(step, times(step)) for step in range(5)] + [(step, times(100 + step)) for step in range(5, 8)]
    assert stored_matrices(tmp_path) == {("run", "val"): expected}


def test_a_resumed_writer_without_purge_step_removes_nothing_of_others(tmp_path, open_writer, open_log, wait_for_a_new_second):
    for epoch in (0, 1):
        writer = open_writer()
        for batch in range(5):
            writer.add_scalar("loss", 1.0, 5 * epoch + batch)
        add_confusion_matrix(writer, "val", times(epoch), epoch)  # steps are epochs here, batches there
        writer.close()
        wait_for_a_new_second()
    scalars = open_log(tmp_path).read_scalars(RequestContext(), experiment_id="", plugin_name="scalars", downsample=100)
    assert [datum.step for datum in scalars["run"]["loss"]] == list(range(10))


def test_the_same_matrix_at_the_same_step_is_written_once(tmp_path, open_writer, stored_matrices):
    writer = open_writer()
    for step in (0, 1, 1):  # as when a trainer validates again in the end
        add_confusion_matrix(writer, "val", times(step), step)
    writer.close()
    assert stored_matrices(tmp_path) == {("run", "val"): [(0, times(0)), (1, times(1))]}


def test_a_step_that_goes_back_says_what_tensorboard_will_do(tmp_path, open_writer):
    writer = open_writer()
    for step in range(4):
        add_confusion_matrix(writer, "val", times(step), step)
    with pytest.warns(UserWarning, match=r"step 3 of 'val' .* is written again.*purge_step=3"):
        add_confusion_matrix(writer, "val", times(9), 3)
    with pytest.warns(UserWarning, match=r"step 1 of 'val' goes back"):
        add_confusion_matrix(writer, "val", times(8), 1)
    add_confusion_matrix(writer, "other", times(8), 0)
    writer.close()


def test_each_writer_has_its_own_series(tmp_path, open_writer):
    for number in range(2):
        writer = torch.utils.tensorboard.SummaryWriter(tmp_path / f"run{number}")
        add_confusion_matrix(writer, "val", COUNTS, number, NAMES[number:] + NAMES[:number])
        writer.close()
    names = {run: datum.matrix.class_names for run, _, datum in read_log(tmp_path)}
    assert names == {"run0": ("cat", "dog", "fox"), "run1": ("dog", "fox", "cat")}


def test_ranks_that_dont_write_pass_no_writer(tmp_path):
    add_confusion_matrix(None, "val", COUNTS, 0)
    silent = tensorboardX.SummaryWriter(str(tmp_path), write_to_disk=False)
    add_confusion_matrix(silent, "val", COUNTS, 0)
    silent.close()
    assert list(tmp_path.iterdir()) == []


def test_walltime_is_that_of_the_event(tmp_path, open_writer):
    writer = open_writer()
    add_confusion_matrix(writer, "val", COUNTS, 0, walltime=1234.5)
    writer.close()
    assert [datum.wall_time for *_, datum in read_log(tmp_path)] == [1234.5]


# --- what is refused


@pytest.mark.parametrize("normalize", ["true", "pred", "all"])
@pytest.mark.parametrize("make", [torchmetrics.classification.MulticlassConfusionMatrix, torchmetrics.ConfusionMatrix])
def test_rates_are_refused_for_counts(tmp_path, open_writer, normalize, make):
    arguments = {"task": "multiclass"} if make is torchmetrics.ConfusionMatrix else {}
    metric = make(num_classes=K, normalize=normalize, **arguments)
    metric.update(torch.tensor([0, 1]), torch.tensor([0, 2]))
    writer = open_writer()
    with pytest.raises(
        ValueError, match=rf"MulticlassConfusionMatrix with normalize='{normalize}' has rates; make it with normalize=None"
    ):
        add_confusion_matrix(writer, "val", metric, 0)


def test_a_multilabel_matrix_names_what_to_do_and_that_works(tmp_path, open_writer, stored_matrices):
    random = torch.Generator().manual_seed(1)
    target, preds = (torch.randint(0, 2, (50, 3), generator=random) for _ in range(2))
    metric = torchmetrics.classification.MultilabelConfusionMatrix(3)
    metric.update(preds, target)
    writer = open_writer()
    for counts in (metric, metric.compute(), metric.compute().numpy()):
        with pytest.raises(ValueError, match=r"shape \(3, 2, 2\) is a multilabel matrix") as caught:
            add_confusion_matrix(writer, "val", counts, 0)
    loop = re.search(r"for name, .*", str(caught.value))[0]
    scope = {"add_confusion_matrix": add_confusion_matrix, "writer": writer, "step": 0, "counts": metric.compute()}
    exec(loop, scope | {"label_names": NAMES})
    writer.close()
    expected = {("run", f"val/{name}"): [(0, confusion_matrix(target[:, i], preds[:, i]).tolist())] for i, name in enumerate(NAMES)}
    assert stored_matrices(tmp_path) == expected


@pytest.mark.parametrize(
    ("message", "arguments"),
    [
        ("isn't square", {"counts_or_metric": torch.ones(2, 3)}),
        ("invalid counts: 0 dimensions", {"counts_or_metric": torchmetrics.MeanMetric()}),
        ("negative", {"counts_or_metric": torch.tensor([[-1]])}),
        ("NaN", {"counts_or_metric": torch.tensor([[float("nan")]])}),
        ("invalid counts: dtype bool", {"counts_or_metric": torch.tensor([[True]])}),
        ("2 names for 3 classes", {"class_names": NAMES[:2]}),
        ("2 names for 3 classes", {"class_groups": NAMES[:2]}),
        ("unknown special_class: 'sky'", {"special_class": "sky"}),
        ("invalid global_step|invalid step: 1.5", {"global_step": 1.5}),
        ("invalid step", {"global_step": torch.tensor(1.5)}),
        ("invalid tag", {"tag": ""}),
        ("invalid title", {"title": 5}),
        ("invalid walltime: nan isn't finite", {"walltime": float("nan")}),
        ("invalid walltime: 'x'; pass seconds", {"walltime": "x"}),
    ],
)
@pytest.mark.filterwarnings("ignore:The ``compute`` method:UserWarning")  # of torchmetrics, where nothing was counted
def test_a_wrong_argument_is_named_and_nothing_is_written(tmp_path, open_writer, message, arguments):
    writer = open_writer()
    with pytest.raises(ValueError, match=message):
        add_confusion_matrix(writer, **({"tag": "val", "counts_or_metric": COUNTS, "global_step": 0} | arguments))
    writer.close()
    assert list(read_log(tmp_path)) == []


@pytest.mark.parametrize(
    ("message", "arguments"),
    [
        ("invalid class_names: 'wolf' for class 2 of 'val', which began with 'fox'", {"class_names": ["cat", "dog", "wolf"]}),
        ("invalid title: 'New' of 'val', which began with 'Old'", {"title": "New"}),
        ("invalid special_class: 1 of 'val', which began with None", {"special_class": 1}),
        ("invalid class_names: 3 names for 2 classes", {"counts_or_metric": np.eye(2)}),
    ],
)
def test_what_a_tag_began_with_cant_change(open_writer, message, arguments):
    writer = open_writer()
    add_confusion_matrix(writer, "val", COUNTS, 0, NAMES, title="Old")
    with pytest.raises(ValueError, match=message):
        add_confusion_matrix(writer, "val", **({"counts_or_metric": COUNTS, "global_step": 1} | arguments))
    add_confusion_matrix(writer, "val", COUNTS, 1, title="Old")


@pytest.mark.parametrize("writer", ["logs", object()])
def test_what_is_no_summary_writer_is_refused(writer):
    with pytest.raises(ValueError, match=r"invalid writer: (str|object); pass a SummaryWriter"):
        add_confusion_matrix(writer, "val", COUNTS, 0)


def test_labels_that_were_invalid_arent_written(tmp_path, open_writer):
    metric = ConfusionMatrix(K)
    metric.update(torch.tensor([0]), torch.tensor([3]))
    writer = open_writer()
    with pytest.raises(ValueError, match="invalid labels: 1 samples"):
        add_confusion_matrix(writer, "val", metric, 0)
    writer.close()
    assert list(read_log(tmp_path)) == []
