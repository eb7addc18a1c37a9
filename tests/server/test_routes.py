"""The other routes, and what all have in common."""

from __future__ import annotations

import csv
import io
import json
from argparse import Namespace
from pathlib import Path

import numpy as np
import pytest
import sklearn.metrics
from tensorboard.plugins.base_plugin import TBContext

import tb_confusion_plugin
from tb_confusion_plugin import ConfusionWriter, read_log
from tb_confusion_plugin.server.loader import ConfusionLoader
from tb_confusion_plugin.storage.codec import decode_counts
from tests.server.conftest import ROUTES

SGD = {"run": "sgd", "tag": "val/confusion"}


def matrix_of(logdir, step):
    return next(datum.matrix for run, tag, datum in read_log(logdir) if (run, tag, datum.step) == ("sgd", "val/confusion", step))


def test_matrix_gives_the_blob_of_the_step(get, two_runs):
    for step in (0, 3):
        response = get(two_runs, "matrix", **SGD, step=step)
        assert response.content_type == "application/octet-stream"
        assert np.array_equal(decode_counts(response.data), matrix_of(two_runs, step).counts)


def test_matrix_without_a_step_gives_the_last(get, two_runs):
    assert np.array_equal(decode_counts(get(two_runs, "matrix", **SGD).data), matrix_of(two_runs, 4).counts)


def test_a_matrix_named_by_step_and_wall_time_may_be_cached_for_ever(serve, two_runs):
    client = serve(two_runs)
    named = client.get(f"{ROUTES}/matrix", query_string={**SGD, "step": 3, "wall_time": 1_700_000_003.25})
    assert "immutable" in named.headers["Cache-Control"]
    assert "no-cache" not in named.headers["Cache-Control"]
    assert "no-cache" in client.get(f"{ROUTES}/matrix", query_string={**SGD, "step": 3}).headers["Cache-Control"]
    assert client.get(f"{ROUTES}/matrix", query_string={**SGD, "step": 3, "wall_time": 1.5}).status_code == 404


def test_a_plain_tensor_is_served_as_a_blob(get, tmp_path):
    import tensorflow as tf

    from tb_confusion_plugin import summary

    counts = np.array([[5, 1], [0, 7]], dtype=np.int32)
    with tf.summary.create_file_writer(str(tmp_path)).as_default() as writer:
        summary.confusion_matrix("val", counts, step=2, class_names=["cat", "dog"])
        writer.close()
    assert np.array_equal(decode_counts(get(tmp_path, "matrix", run=".", tag="val").data), counts)
    assert get(tmp_path, "export", run=".", tag="val").json["class_names"] == ["cat", "dog"]


def test_classes_gives_what_the_series_says_of_itself(get, tmp_path):
    with ConfusionWriter(tmp_path, class_names=["a", "é", "a"], title="T", description="D") as writer:
        writer.write("val", np.eye(3), 0)
    classes = get(tmp_path, "classes", run=".", tag="val").json
    assert classes["class_names"] == ["a", "é", "a"]
    assert (classes["title"], classes["description"]) == ("T", "D")


def test_the_hash_of_the_names_is_that_in_the_matrix(serve, two_runs):
    client = serve(two_runs)
    blob = client.get(f"{ROUTES}/matrix", query_string=SGD).data
    assert client.get(f"{ROUTES}/classes", query_string=SGD).json["class_names_hash"] == blob[40:48].hex()


def test_classes_gives_groups_and_the_special_class(get, tmp_path):
    with ConfusionWriter(tmp_path, ["cat", "dog", "none"], class_groups=["pet", "pet", "-"], special_class="none") as writer:
        writer.write("val", np.eye(3), 0)
    classes = get(tmp_path, "classes", run=".", tag="val").json
    assert (classes["class_groups"], classes["special_class"]) == (["pet", "pet", "-"], 2)


def labels_of(counts):
    cells = [(i, j) for i, row in enumerate(counts) for j, count in enumerate(row) for _ in range(count)]
    return [i for i, _ in cells], [j for _, j in cells]


def test_export_as_json_has_the_counts_and_the_metrics_of_scikit_learn(get, two_runs):
    exported = get(two_runs, "export", **SGD, step=2, format="json").json
    counts = matrix_of(two_runs, 2).counts.tolist()
    y_true, y_pred = labels_of(counts)
    metrics = exported.pop("metrics")
    assert exported == {
        **SGD,
        "step": 2,
        "wall_time": 1_700_000_002.25,
        "num_classes": 3,
        "class_names": ["cat", "dog", "<b>bird</b>"],
        "counts": [[i, j, counts[i][j]] for i in range(3) for j in range(3) if counts[i][j]],
        "normalize": None,
        "left_out": None,
    }
    precision, recall, f1, support = sklearn.metrics.precision_recall_fscore_support(y_true, y_pred)
    for i, per_class in enumerate(metrics["per_class"]):
        assert [per_class["precision"], per_class["recall"], per_class["f1"]] == pytest.approx(
            [precision[i], recall[i], f1[i]], abs=1e-12
        )
        assert (per_class["support"], per_class["predicted_count"]) == (support[i], y_pred.count(i))
    expected = {
        "total": len(y_true),
        "accuracy": sklearn.metrics.accuracy_score(y_true, y_pred),
        "balanced_accuracy": sklearn.metrics.balanced_accuracy_score(y_true, y_pred),
        "macro_precision": precision.mean(),
        "macro_recall": recall.mean(),
        "macro_f1": f1.mean(),
        "weighted_f1": sklearn.metrics.f1_score(y_true, y_pred, average="weighted"),
        "cohen_kappa": sklearn.metrics.cohen_kappa_score(y_true, y_pred),
        "mcc": sklearn.metrics.matthews_corrcoef(y_true, y_pred),
    }
    assert {name: metrics[name] for name in expected} == pytest.approx(expected, abs=1e-12)


def test_export_without_a_step_is_the_last_and_without_a_format_json(get, two_runs):
    assert get(two_runs, "export", **SGD).json["step"] == 4


def test_export_writes_null_for_what_is_undefined(get, tmp_path):
    with ConfusionWriter(tmp_path) as writer:
        writer.write("val", [[7, 0], [0, 0]], 0)
    metrics = get(tmp_path, "export", run=".", tag="val").json["metrics"]
    assert (metrics["cohen_kappa"], metrics["mcc"], metrics["accuracy"]) == (None, None, 1.0)
    absent = metrics["per_class"][1]
    assert [absent[name] for name in ("precision", "recall", "f1", "recall_interval", "precision_interval")] == [None] * 5


def test_export_of_weighted_counts_has_no_intervals(get, tmp_path):
    with ConfusionWriter(tmp_path) as writer:
        writer.write("val", [[1.5, 0.25], [0, 2]], 0)
    exported = get(tmp_path, "export", run=".", tag="val").json
    assert exported["counts"] == [[0, 0, 1.5], [0, 1, 0.25], [1, 1, 2]]
    assert exported["metrics"]["accuracy_interval"] is None


def test_export_as_csv_has_the_cells_that_are_not_zero(get, tmp_path):
    with ConfusionWriter(tmp_path, class_names=['a "quoted", one', "b"]) as writer:
        writer.write("val", [[3, 0], [1, 2]], 0)
    response = get(tmp_path, "export", run=".", tag="val", format="csv")
    assert response.content_type.startswith("text/csv")
    assert list(csv.reader(io.StringIO(response.text))) == [
        ["run", "tag", "step", "true_class", "pred_class", "true_label", "predicted_label", "count"],
        [".", "val", "0", "0", "0", 'a "quoted", one', 'a "quoted", one', "3"],
        [".", "val", "0", "1", "0", "b", 'a "quoted", one', "1"],
        [".", "val", "0", "1", "1", "b", "b", "2"],
    ]


@pytest.mark.parametrize("normalize", ["true", "pred", "all"])
def test_export_adds_the_rates_of_scikit_learn(get, two_runs, normalize):
    y_true, y_pred = labels_of(matrix_of(two_runs, 2).counts.tolist())
    rates = sklearn.metrics.confusion_matrix(y_true, y_pred, normalize=normalize)
    exported = get(two_runs, "export", **SGD, step=2, normalize=normalize).json
    assert exported["normalize"] == normalize
    assert exported["rates"] == [[i, j, pytest.approx(rates[i, j], abs=1e-12)] for i, j, _ in exported["counts"]]
    response = get(two_runs, "export", **SGD, step=2, normalize=normalize, format="csv")
    [header, first, *_] = csv.reader(io.StringIO(response.text))
    assert header[-2:] == ["normalize", "rate"]
    assert (first[-2], float(first[-1])) == (normalize, pytest.approx(rates[0, 0], abs=1e-12))


def test_export_as_latex_is_a_booktabs_table(get, tmp_path):
    with ConfusionWriter(tmp_path / "a_b", class_names=["R&D", "50%_x", "none"]) as writer:
        writer.write("val", [[3, 1, 0], [0, 2, 0], [0, 0, 0]], 7)
    response = get(tmp_path, "export", run="a_b", tag="val", format="latex", normalize="true")
    assert response.content_type.startswith("text/plain")
    assert response.text.splitlines() == [
        r"% Confusion matrix of a_b, val, step 7: percent of each true class. Needs \usepackage{booktabs}.",
        r"\begin{tabular}{lrrr}",
        r"\toprule",
        r" & \multicolumn{3}{c}{Predicted label} \\",
        r"\cmidrule(l){2-4}",
        r"True label & R\&D & 50\%\_x & none \\",
        r"\midrule",
        r"R\&D & 75.0 & 25.0 & 0 \\",
        r"50\%\_x & 0 & 100.0 & 0 \\",
        r"none & -- & -- & -- \\",
        r"\bottomrule",
        r"\end{tabular}",
    ]
    counts = get(tmp_path, "export", run="a_b", tag="val", format="latex").text
    assert r"R\&D & 3 & 1 & 0 \\" in counts
    assert r"none & 0 & 0 & 0 \\" in counts


def test_export_as_latex_of_more_classes_than_a_page_holds_names_the_remedy(get, tmp_path):
    with ConfusionWriter(tmp_path) as writer:
        writer.write("val", np.eye(101, dtype=int), 0)
    response = get(tmp_path, "export", run=".", tag="val", format="latex")
    assert response.status_code == 400
    assert response.json["error"].endswith("101 classes, and no page holds more than 100; ask for csv")


@pytest.mark.parametrize(
    ("route", "query", "status", "names"),
    [
        ("export", {"run": "none", "tag": "val/confusion"}, 404, "'none'"),
        ("export", {"run": "sgd", "tag": "none"}, 404, "'none'"),
        ("export", {**SGD, "step": 99}, 404, "99"),
        ("export", {**SGD, "format": "xml"}, 400, "'xml'; ask for json, csv, latex"),
        ("export", {**SGD, "normalize": "rows"}, 400, "'rows'; ask for true, pred, all"),
        ("export", {**SGD, "step": "two"}, 400, "'two'"),
        ("export", {"run": "sgd"}, 400, "tag"),
        ("matrix", {**SGD, "step": 99}, 404, "99"),
        ("matrix", {**SGD, "wall_time": "noon"}, 400, "'noon'"),
        ("classes", {"run": "none", "tag": "x"}, 404, "'none'"),
        ("static/nothing.js", {}, 404, "nothing.js"),
        ("static/..%2Fplugin.py", {}, 404, "plugin.py"),
    ],
)
def test_what_is_unknown_or_invalid_is_answered_with_a_json_error(get, two_runs, route, query, status, names):
    response = get(two_runs, route, **query)
    assert response.status_code == status
    assert names in response.json["error"]


def test_only_get_is_answered(serve, two_runs):
    assert serve(two_runs).post(f"{ROUTES}/series").status_code == 405


def test_every_answer_has_the_headers_that_tensorboard_asks_for(serve, two_runs):
    client = serve(two_runs)
    for route in (
        f"series?{1}",
        "matrix?run=sgd&tag=val/confusion",
        "export?run=sgd&tag=val/confusion&format=csv",
        "export",
        "static/index.js",
    ):
        headers = client.get(f"{ROUTES}/{route}").headers
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Content-Type"]


def test_routes_lie_below_the_path_prefix(serve, two_runs):
    assert serve(two_runs, path_prefix="/tb").get(f"/tb{ROUTES}/series").status_code == 200


def test_every_route_is_documented():
    plugin = ConfusionLoader().load(TBContext(flags=Namespace(samples_per_plugin={})))
    text = Path(tb_confusion_plugin.__file__).with_name("http_api.md").read_text()
    assert [route for route in plugin.get_plugin_apps() if f"`{route}`" not in text] == []


def test_the_documented_example_is_what_the_server_answers(get, tmp_path):
    with ConfusionWriter(tmp_path, class_names=["cat", "dog"]) as writer:
        writer.write("val", [[40, 10], [0, 50]], 0)
    metrics = get(tmp_path, "export", run=".", tag="val").json["metrics"]
    text = Path(tb_confusion_plugin.__file__).with_name("http_api.md").read_text()
    start = text.index('"metrics": {') + len('"metrics": ')
    documented = json.loads(text[start : text.index("…", start)].rstrip().rstrip(",") + "]}")
    [cat] = documented.pop("per_class")
    assert cat.pop("name") == "cat"
    for name, value in documented.items():
        assert metrics[name] == pytest.approx(value, abs=5e-4)
    for name, value in cat.items():
        assert metrics["per_class"][0][name] == pytest.approx(value, abs=5e-4)


def test_a_users_sampling_wins_and_otherwise_a_thousand_steps_are_kept():
    flags = Namespace(samples_per_plugin=None)
    ConfusionLoader().fix_flags(flags)
    assert flags.samples_per_plugin == {"confusion": 1000}
    flags = Namespace(samples_per_plugin={"confusion": 7, "images": 3})
    ConfusionLoader().fix_flags(flags)
    assert flags.samples_per_plugin == {"confusion": 7, "images": 3}


def test_the_tab_is_called_confusion():
    plugin = ConfusionLoader().load(TBContext(flags=Namespace(samples_per_plugin={})))
    assert plugin.frontend_metadata().tab_name == "Confusion"
    assert plugin.frontend_metadata().es_module_path in plugin.get_plugin_apps()
