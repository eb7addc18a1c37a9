"""Timeline, Classes, Confusions and Compare on logs of known content: what they say is held against scikit-learn and SciPy."""

from __future__ import annotations

import re

import numpy as np
import pytest
import scipy.sparse
from playwright.sync_api import expect
from scipy.stats import binomtest
from sklearn.metrics import precision_recall_fscore_support
from statsmodels.stats.proportion import confint_proportions_2indep

from tb_confusion_plugin import ConfusionWriter
from tests.browser.conftest import CLASS_NAMES, counts_at

pytestmark = pytest.mark.browser


def show(tab, view):
    tab.frame.get_by_role("tab", name=view).click()
    expect(tab.frame.get_by_role("tab", name=view)).to_have_attribute("aria-selected", "true")


def look_into(tab, run):
    tab.frame.get_by_role("combobox", name="Run looked into").select_option(run)


def wilson(successes, trials):
    interval = binomtest(int(successes), int(trials)).proportion_ci(0.95, method="wilson")
    return f"[{100 * interval.low:.1f}–{100 * interval.high:.1f}]"


def scores_of(counts):
    """scikit-learn's precision, recall and F1 of each class."""
    true_labels, pred_labels = np.nonzero(counts)
    weights = counts[true_labels, pred_labels]
    precision, recall, f1, _ = precision_recall_fscore_support(true_labels, pred_labels, sample_weight=weights, zero_division=0)
    return precision, recall, f1


def percent(rate):
    return f"{100 * rate:.1f} %"


def rows_of(tab, name):
    """The texts of a table's rows, header left out."""
    return tab.frame.get_by_role("grid", name=name).get_by_role("row").all_inner_texts()[1:]


def test_classes_says_scikit_learns_numbers_and_wilson_intervals(tab):
    show(tab, "Classes")
    look_into(tab, "sgd")
    counts = counts_at("sgd", 4)
    precision, recall, f1 = scores_of(counts)
    rows = rows_of(tab, "Classes")
    assert len(rows) == len(CLASS_NAMES)
    for i, row in enumerate(rows):
        cells = row.split("\n")
        assert cells[0] == CLASS_NAMES[i]
        for expected in (
            percent(recall[i]),
            wilson(counts[i, i], counts[i].sum()),
            percent(precision[i]),
            wilson(counts[i, i], counts[:, i].sum()),
            percent(f1[i]),
            f"{counts[i].sum():,}",
            f"{counts[:, i].sum():,}",
        ):
            assert expected in row, (expected, row)


def test_classes_are_sorted_by_any_column_and_back(tab):
    show(tab, "Classes")
    look_into(tab, "sgd")
    _, recall, _ = scores_of(counts_at("sgd", 4))
    header = tab.frame.get_by_role("columnheader", name="Recall")
    header.get_by_role("button").click()
    expect(header).to_have_attribute("aria-sort", "ascending")
    assert [row.split("\n")[0] for row in rows_of(tab, "Classes")] == [CLASS_NAMES[i] for i in np.argsort(recall, kind="stable")]
    header.get_by_role("button").click()
    expect(header).to_have_attribute("aria-sort", "descending")
    header.get_by_role("button").click()
    assert [row.split("\n")[0] for row in rows_of(tab, "Classes")] == CLASS_NAMES


def test_a_row_of_classes_is_looked_into_and_walked_with_arrow_keys(tab):
    show(tab, "Classes")
    look_into(tab, "sgd")
    tab.frame.get_by_role("row", name="dog").click()
    counts = counts_at("sgd", 4)
    expect(tab.inspector).to_contain_text(f"true class, {counts[1].sum():,} samples")
    expect(tab.inspector).to_contain_text(percent(counts[1, 1] / counts[1].sum()))
    tab.frame.get_by_role("grid", name="Classes").press("ArrowDown")
    expect(tab.frame.get_by_role("row", name="bird")).to_have_attribute("aria-selected", "true")


def test_confusions_are_ranked_and_say_both_directions(tab):
    show(tab, "Confusions")
    look_into(tab, "sgd")
    counts = counts_at("sgd", 4)
    off = counts.copy()
    np.fill_diagonal(off, 0)
    by_count = sorted(zip(*np.nonzero(off), strict=True), key=lambda cell: -off[cell])
    rows = rows_of(tab, "Confusions")
    assert len(rows) == np.count_nonzero(off)
    for row, (i, j) in list(zip(rows, by_count, strict=True))[:2]:
        for expected in (
            f"{CLASS_NAMES[i]} → {CLASS_NAMES[j]}",
            f"{off[i, j]:,}",
            percent(off[i, j] / counts[i].sum()),
            wilson(off[i, j], counts[i].sum()),
            f"{off[j, i]:,} · {percent(off[j, i] / counts[j].sum())}",
        ):
            assert expected in row, (expected, row)
    tab.frame.get_by_role("combobox", name="Rank by").select_option("rate")
    rates = off / counts.sum(axis=1, keepdims=True)
    highest = np.unravel_index(np.argmax(rates), rates.shape)
    expect(tab.frame.get_by_role("row").nth(1)).to_contain_text(f"{CLASS_NAMES[highest[0]]} → {CLASS_NAMES[highest[1]]}")


def test_confusions_out_of_few_samples_are_hidden_from_rates_and_counted(tab):
    show(tab, "Confusions")
    look_into(tab, "sgd")
    tab.frame.get_by_role("combobox", name="Rank by").select_option("rate")
    tab.frame.get_by_role("spinbutton", name="Out of at least").fill("400")
    tab.frame.get_by_role("spinbutton", name="Out of at least").press("Tab")
    counts = counts_at("sgd", 4)
    off = counts.copy()
    np.fill_diagonal(off, 0)
    hidden = np.count_nonzero(off[counts.sum(axis=1) < 400])
    assert hidden > 0
    expect(tab.frame.get_by_text(f"{hidden} out of fewer samples not ranked")).to_be_visible()


def point_in_timeline(tab, run, row, column):
    grid = tab.frame.get_by_role("grid", name=f"Timeline of {run}")
    inside = grid.evaluate(
        """(grid, [row, column]) => {
          const plane = grid.getRootNode().host.plane;
          return [plane.columnCss(column + 0.5), plane.rowCss(row + 0.5)];
        }""",
        [row, column],
    )
    box = grid.bounding_box()
    return box["x"] + inside[0], box["y"] + inside[1]


def test_timeline_tells_a_class_at_a_step_and_goes_there(tab):
    show(tab, "Timeline")
    expect(tab.frame.get_by_role("grid")).to_have_count(2)
    tab.page.mouse.move(*point_in_timeline(tab, "sgd", 0, 2))
    counts = counts_at("sgd", 2)
    recall = (
        f"recall of “cat” at step 2: {percent(counts[0, 0] / counts[0].sum())} {wilson(counts[0, 0], counts[0].sum())} of 1,000"
    )
    expect(tab.status).to_contain_text(recall)
    tab.page.mouse.click(*point_in_timeline(tab, "sgd", 1, 2))
    expect(tab.slider).to_have_attribute("aria-valuenow", "2")
    expect(tab.inspector).to_contain_text("dog")


def test_timeline_looks_at_the_steps_that_are_brushed(tab):
    show(tab, "Timeline")
    expect(tab.frame.get_by_role("grid")).to_have_count(2)
    tab.page.mouse.move(*point_in_timeline(tab, "sgd", 0, 1))
    tab.page.mouse.down()
    tab.page.mouse.move(*point_in_timeline(tab, "sgd", 0, 2), steps=4)
    tab.page.mouse.move(*point_in_timeline(tab, "sgd", 0, 3), steps=4)
    tab.page.mouse.up()
    clear = tab.frame.get_by_role("button", name="steps 1–3")
    expect(clear).to_be_visible()
    grid = tab.frame.get_by_role("grid", name="Timeline of sgd")
    expect(grid).to_have_attribute("aria-colcount", "3")
    # The playhead is at step 4, which isn't among them: it is at none of these.
    assert grid.evaluate("(grid) => grid.getRootNode().host.playheadColumn") is None
    clear.click()
    expect(tab.frame.get_by_role("grid", name="Timeline of sgd")).to_have_attribute("aria-colcount", "5")


def test_compare_says_the_difference_of_accuracy_and_the_significant_changes(tab):
    show(tab, "Compare")
    expect(tab.frame.get_by_text("sgd, step 4 minus adam, step 4")).to_be_visible()
    a, b = counts_at("adam", 4), counts_at("sgd", 4)
    difference = 100 * (b.trace() / b.sum() - a.trace() / a.sum())
    expect(tab.frame.get_by_text(f"{difference:+.1f} pts".replace("-", "−")).first).to_be_visible()
    changes = tab.frame.get_by_role("complementary", name="Significant changes")
    # 100 of 1,000 cats are taken for dogs by sgd and not by adam; all else is alike.
    expect(changes.get_by_role("listitem")).to_have_count(2)
    expect(changes.get_by_role("listitem").filter(has_text="recall of cat")).to_contain_text("worse▼ 10.0 pts")
    expect(changes.get_by_role("listitem").filter(has_text="cat → dog")).to_contain_text("worse▲ 10.0 pts")


def test_compare_swaps_a_and_b_and_keeps_them_in_the_link(tab, open_tab, server):
    show(tab, "Compare")
    tab.frame.get_by_role("button", name="Swap A and B").click()
    expect(tab.frame.get_by_text("adam, step 4 minus sgd, step 4")).to_be_visible()
    tab.page.wait_for_url(re.compile("confusion.a=sgd"))
    fresh = open_tab(server.url, tab.page.url.split("#confusion")[1])
    expect(fresh.frame.get_by_text("adam, step 4 minus sgd, step 4")).to_be_visible()


def test_compare_matches_classes_by_name_and_lists_the_rest(open_tab, serve, tmp_path):
    with ConfusionWriter(tmp_path / "log" / "a", class_names=["cat", "dog", "fish"]) as writer:
        writer.write("val", [[80, 20, 0], [5, 95, 0], [0, 0, 9]], 0)
    with ConfusionWriter(tmp_path / "log" / "b", class_names=["dog", "cat"]) as writer:
        writer.write("val", [[95, 5], [60, 40]], 0)
    tab = open_tab(serve(tmp_path / "log").url, "&p.confusion.view=compare")
    changes = tab.frame.get_by_role("complementary", name="Significant changes")
    expect(changes).to_contain_text("Only in A: fish")
    expect(changes.get_by_role("listitem").filter(has_text="cat → dog")).to_contain_text("40.0 pts")
    expect(changes.get_by_role("listitem").filter(has_text="recall of cat")).to_contain_text("worse▼ 40.0 pts")


def test_weighted_samples_are_compared_without_tests(open_tab, serve, tmp_path):
    for run, hits in (("a", 80.5), ("b", 40.5)):
        with ConfusionWriter(tmp_path / "log" / run) as writer:
            writer.write("val", [[hits, 100 - hits], [0.5, 99.5]], 0)
    tab = open_tab(serve(tmp_path / "log").url, "&p.confusion.view=compare&p.confusion.cell=0,0")
    expect(tab.frame.get_by_text("no intervals and no tests")).to_be_visible()
    expect(tab.inspector).to_contain_text("−40.0 pts")
    expect(tab.inspector).to_contain_text("weighted: no test")


def change_of(before, after):
    """The change of a rate in points with Newcombe's interval, as statsmodels has it."""
    (hits_before, n_before), (hits_after, n_after) = before, after
    delta = hits_after / n_after - hits_before / n_before
    low, high = confint_proportions_2indep(hits_after, n_after, hits_before, n_before, compare="diff", method="newcomb")
    return tuple(f"{100 * value:+.1f}".replace("-", "−") for value in (delta, low, high))


def test_a_pinned_baseline_is_what_changes_are_told_against(tab):
    show(tab, "Classes")
    look_into(tab, "sgd")
    cats = counts_at("sgd", 4)[0]
    first = counts_at("sgd", 0)[0]
    delta, low, high = change_of((first[0], first.sum()), (cats[0], cats.sum()))
    row = tab.frame.get_by_role("grid", name="Classes").get_by_role("row", name="cat")
    expect(row).to_contain_text(f"{delta} pts")
    expect(row.get_by_title(f"95 % [{low} to {high}] · significant")).to_be_visible()
    look_into(tab, "adam")
    tab.frame.get_by_role("button", name="pin adam, step 4").click()
    expect(tab.frame.get_by_text("this is the baseline")).to_be_visible()
    look_into(tab, "sgd")
    adams = counts_at("adam", 4)[0]
    delta, low, high = change_of((adams[0], adams.sum()), (cats[0], cats.sum()))
    expect(row).to_contain_text(f"{delta} pts")
    expect(row.get_by_title(f"95 % [{low} to {high}] · significant")).to_be_visible()
    expect(tab.frame.get_by_text("since step 4 of adam")).to_be_visible()
    # Confusions and Compare go by it too.
    show(tab, "Confusions")
    tab.frame.get_by_role("combobox", name="Rank by").select_option("change")
    delta, *_ = change_of((adams[1], adams.sum()), (cats[1], cats.sum()))
    expect(tab.frame.get_by_role("row").nth(1)).to_contain_text("cat → dog")
    expect(tab.frame.get_by_role("row").nth(1)).to_contain_text(f"▲ {delta} pts")
    show(tab, "Compare")
    expect(tab.frame.get_by_text("sgd, step 4 minus adam, step 4")).to_be_visible()
    expect(tab.frame.get_by_role("img", name=re.compile(r"Colours from .* pts, less in B, to .* pts, more in B"))).to_be_visible()
    show(tab, "Matrix")
    expect(tab.frame.locator("tbc-matrix-card .title", has_text="baseline")).to_have_text(re.compile(r"^\s*adam\s+baseline\s*$"))
    tab.frame.get_by_role("button", name="let it go").click()
    expect(tab.frame.locator("tbc-matrix-card .title", has_text="baseline")).to_have_count(0)


def test_timeline_tells_an_overall_metric_with_its_interval(tab):
    show(tab, "Timeline")
    expect(tab.frame.get_by_role("grid")).to_have_count(2)
    grid = tab.frame.get_by_role("grid", name="Timeline of sgd")
    x, _ = point_in_timeline(tab, "sgd", 0, 2)
    tab.page.mouse.move(x, grid.bounding_box()["y"] + 40)
    counts = counts_at("sgd", 2)
    expect(tab.status).to_contain_text(
        f"accuracy at step 2: {percent(counts.trace() / counts.sum())} {wilson(counts.trace(), counts.sum())} · n {counts.sum():,}"
    )
    tab.frame.get_by_role("combobox", name="Above").select_option("macroF1")
    tab.page.mouse.move(x, grid.bounding_box()["y"] + 41)
    _, _, f1 = scores_of(counts)
    expect(tab.status).to_contain_text(re.compile(rf"macro F1 at step 2: {percent(f1.mean())} \[\d\d\.\d–\d\d\.\d\]"))


def test_compare_says_what_the_test_covers(tab):
    show(tab, "Compare")
    changes = tab.frame.get_by_role("complementary", name="Significant changes")
    expect(changes).to_contain_text("these two checkpoints on these samples, not the luck of a seed")
    expect(changes).to_contain_text("paired")
    changes.get_by_role("button", name="cat → dog").click()
    expect(tab.inspector).to_contain_text("+10.0 pts")
    expect(tab.inspector).to_contain_text("significant (p < 0.001")


def test_thousands_of_classes_are_rows_of_which_only_those_seen_exist(open_tab, serve, tmp_path):
    num_classes = 3000
    counts = scipy.sparse.diags_array(np.arange(1, num_classes + 1), dtype=np.int64)
    with ConfusionWriter(tmp_path / "log", class_names=[f"class {i}" for i in range(num_classes)]) as writer:
        writer.write("val", counts.tocsr(), 0)
    tab = open_tab(serve(tmp_path / "log").url, "&p.confusion.view=classes")
    grid = tab.frame.get_by_role("grid", name="Classes")
    expect(grid).to_have_attribute("aria-rowcount", str(num_classes + 1))
    expect(grid.get_by_role("row", name="class 0", exact=False).first).to_be_visible()
    assert grid.get_by_role("row").count() < 60
    grid.evaluate("(grid) => { grid.scrollTop = grid.scrollHeight; }")
    last = grid.get_by_role("row", name=f"class {num_classes - 1}")
    expect(last).to_be_visible()
    expect(last).to_contain_text(f"{num_classes:,}")
    assert grid.get_by_role("row").count() < 60


@pytest.mark.parametrize(
    ("second", "warning"),
    [
        (2 * counts_at("sgd", 0), "reset the metric before each evaluation"),
        (counts_at("sgd", 0) + np.eye(4, dtype=int), "evaluate on all of one set, or give another set a tag of its own"),
        (counts_at("sgd", 1).T, "its axes may be swapped; log counts[true_class, pred_class]"),
    ],
    ids=["accumulated", "another set", "swapped"],
)
def test_what_only_the_steps_together_tell_is_warned_of_with_its_remedy(open_tab, serve, tmp_path, second, warning):
    first = counts_at("sgd", 0).T if "swapped" in warning else counts_at("sgd", 0)
    with ConfusionWriter(tmp_path / "log", class_names=CLASS_NAMES) as writer:
        writer.write("val", first, 0)
        writer.write("val", second, 1)
    tab = open_tab(serve(tmp_path / "log").url)
    expect(tab.frame.get_by_role("region", name="Warnings")).to_contain_text(warning)
