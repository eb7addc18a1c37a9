"""GET compare: the differences of two matrices, against SciPy and statsmodels."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from scipy.stats import fisher_exact
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.proportion import confint_proportions_2indep, proportions_ztest

import tb_confusion_plugin
from tb_confusion_plugin import ConfusionWriter

COUNTS_A = np.array([[70, 30], [10, 90]])
COUNTS_B = np.array([[90, 10], [15, 85]])
A_AND_B = {"run_a": "sgd", "tag_a": "val", "run_b": "adam", "tag_b": "val"}


@pytest.fixture
def two_models(tmp_path):
    for run, counts in (("sgd", COUNTS_A), ("adam", COUNTS_B)):
        with ConfusionWriter(tmp_path / run, class_names=["cat", "dog"]) as writer:
            writer.write("val", np.eye(2, dtype=int), 0)
            writer.write("val", counts, 1, wall_time=1_700_000_000.5)
    return tmp_path


def expected_cells():
    cells = []
    for i, j in np.ndindex(2, 2):
        table = x, n_x, y, n_y = COUNTS_A[i, j], COUNTS_A[i].sum(), COUNTS_B[i, j], COUNTS_B[i].sum()
        low, high = confint_proportions_2indep(y, n_y, x, n_x, compare="diff", method="newcomb")
        cells.append({"table": [int(one) for one in table], "interval": [low, high], "p": proportions_ztest([x, y], [n_x, n_y])[1]})
    for cell, q in zip(cells, multipletests([one["p"] for one in cells], method="fdr_bh")[1], strict=True):
        cell["q"] = q
    return cells


def test_compare_has_the_figures_of_statsmodels(get, two_models):
    answer = get(two_models, "compare", **A_AND_B).json
    assert answer["a"] == {"run": "sgd", "tag": "val", "step": 1, "wall_time": 1_700_000_000.5}
    assert answer["b"]["run"] == "adam"
    assert [(one["true_label"], one["predicted_label"]) for one in answer["cells"]] == [
        ("cat", "cat"),
        ("cat", "dog"),
        ("dog", "cat"),
        ("dog", "dog"),
    ]
    for cell, expected in zip(answer["cells"], expected_cells(), strict=True):
        assert [cell[name] for name in ("count_a", "out_of_a", "count_b", "out_of_b")] == expected["table"]
        assert cell["interval"] == pytest.approx(expected["interval"], abs=1e-9)
        assert (cell["p_value"], cell["q_value"]) == pytest.approx((expected["p"], expected["q"]), rel=1e-9)
        assert cell["is_significant"] == (expected["q"] <= 0.05)
    assert (answer["num_tested"], answer["num_significant"]) == (4, 2)


def test_compare_of_overall_metrics_has_newcombes_interval_of_accuracy(get, two_models):
    accuracy = get(two_models, "compare", **A_AND_B).json["metrics"][0]
    expected = confint_proportions_2indep(175, 200, 160, 200, compare="diff", method="newcomb")
    assert (accuracy["metric"], accuracy["a"], accuracy["b"]) == ("accuracy", 0.8, 0.875)
    assert accuracy["interval"] == pytest.approx(expected, abs=1e-9)


def test_compare_tests_exactly_where_counts_are_small(get, two_models):
    [cell, *_] = get(two_models, "compare", **A_AND_B, step_a=0).json["cells"]
    assert cell["p_value"] == pytest.approx(fisher_exact([[1, 0], [90, 10]]).pvalue, rel=1e-9)


def test_compare_gives_the_significant_cells_alone_where_asked(get, two_models):
    answer = get(two_models, "compare", **A_AND_B, cells="significant").json
    assert [cell["true_label"] for cell in answer["cells"]] == ["cat", "cat"]
    assert answer["num_tested"] == 4


def test_compare_matches_by_name_and_lists_the_rest(get, tmp_path):
    with ConfusionWriter(tmp_path / "sgd", class_names=["cat", "ox"]) as writer:
        writer.write("val", [[8, 2], [1, 9]], 0)
    with ConfusionWriter(tmp_path / "adam", class_names=["dog", "cat", "bird"]) as writer:
        writer.write("val", [[5, 0, 0], [3, 7, 0], [0, 0, 4]], 0)
    answer = get(tmp_path, "compare", **A_AND_B).json
    assert (answer["class_names"], answer["only_in_a"], answer["only_in_b"]) == (["cat"], ["ox"], ["dog", "bird"])
    assert [(cell["count_a"], cell["out_of_a"], cell["count_b"], cell["out_of_b"]) for cell in answer["cells"]] == [(8, 10, 7, 10)]


def test_compare_of_weighted_counts_has_differences_alone(get, tmp_path):
    for run in ("sgd", "adam"):
        with ConfusionWriter(tmp_path / run) as writer:
            writer.write("val", [[1.5, 0.5], [0, 2]], 0)
    answer = get(tmp_path, "compare", **A_AND_B).json
    assert answer["is_weighted"]
    assert {(cell["delta"], cell["interval"], cell["p_value"], cell["is_significant"]) for cell in answer["cells"]} == {
        (0.0, None, None, False)
    }


@pytest.mark.parametrize(
    ("query", "status", "names"),
    [
        ({"run_a": "none"}, 404, "'none'"),
        ({"step_b": 99}, 404, "99"),
        ({"normalize": "rows"}, 400, "'rows'; ask for true, pred, all"),
        ({"cells": "some"}, 400, "'some'; ask for all, significant"),
    ],
)
def test_what_is_unknown_or_invalid_is_answered_with_a_json_error(get, two_models, query, status, names):
    response = get(two_models, "compare", **(A_AND_B | query))
    assert response.status_code == status
    assert names in response.json["error"]


def test_the_documented_example_is_what_the_server_answers(get, two_models):
    answer = get(two_models, "compare", **A_AND_B).json
    text = Path(tb_confusion_plugin.__file__).with_name("http_api.md").read_text()
    section = text[text.index("## `/compare`") :]
    cell = json.loads(section[section.index('{"true_class"') : section.index('"is_significant": true}') + 23])
    for name, value in cell.items():
        assert answer["cells"][0][name] == (value if isinstance(value, str) else pytest.approx(value, abs=5e-4))
    metric = json.loads(section[section.index('{"metric"') : section.index("},", section.index('{"metric"')) + 1])
    for name, value in metric.items():
        assert answer["metrics"][0][name] == (value if isinstance(value, str) else pytest.approx(value, abs=5e-4))
