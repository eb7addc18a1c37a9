"""Order, groups, choice and finding of classes, and cells over the steps, on a log of known content."""

from __future__ import annotations

import re

import numpy as np
import pytest
from playwright.sync_api import expect
from sklearn.metrics import f1_score, recall_score

from tb_confusion_plugin import ConfusionWriter
from tests.browser.conftest import tensorboard

pytestmark = pytest.mark.browser

NAMES = ["cat", "car", "dog", "truck", "fox", "background"]
GROUPS = ["animal", "vehicle", "animal", "vehicle", "animal", ""]
# Animals are taken for animals, vehicles for vehicles; fox is known worst.
LAST = np.array(
    [
        [70, 0, 20, 0, 8, 2],
        [0, 85, 0, 12, 0, 3],
        [15, 1, 75, 0, 9, 0],
        [0, 20, 0, 80, 0, 0],
        [30, 0, 20, 0, 50, 0],
        [3, 2, 1, 4, 0, 0],
    ]
)
STEPS = 4


def counts_at(run, step):
    """Each step before the last has ten more cats that are taken for dogs; of run b also ten foxes for cats."""
    counts = LAST.copy()
    moved = 10 * (STEPS - 1 - step)
    counts[0, 0] -= moved
    counts[0, 2] += moved
    if run == "b":
        counts[4, 4] -= 10
        counts[4, 0] += 10
    return counts


@pytest.fixture(scope="module")
def url(tmp_path_factory):
    logdir = tmp_path_factory.mktemp("arranged")
    for run in ("a", "b"):
        with ConfusionWriter(logdir / run, class_names=NAMES, class_groups=GROUPS, special_class="background") as writer:
            for step in range(STEPS):
                writer.write("val", counts_at(run, step), step)
    with tensorboard(logdir) as server:
        yield server.url


@pytest.fixture
def open_log(open_tab, url):
    def open_at(link="", **options):
        tab = open_tab(url, link, **options)
        expect(tab.frame.get_by_role("grid").first).to_be_visible()
        return tab

    return open_at


def names_in_order(tab):
    """The rows of all views, as the Classes view tells them."""
    tab.frame.get_by_role("tab", name="Classes").click()
    rows = tab.frame.get_by_role("grid", name="Classes").get_by_role("row")
    expect(rows.nth(1)).to_be_visible()
    return [row.split("\n")[0].strip() for row in rows.all_inner_texts()[1:]]


def order_by(tab, order):
    tab.frame.get_by_role("combobox", name="Order of classes").select_option(order)


RATES = np.diag(LAST) / LAST.sum(axis=1)
PRECISIONS = np.diag(LAST) / LAST.sum(axis=0)
F1 = 2 * np.diag(LAST) / (LAST.sum(axis=0) + LAST.sum(axis=1))
ERRORS = LAST.sum(axis=0) + LAST.sum(axis=1) - 2 * np.diag(LAST)


@pytest.mark.parametrize(
    ("order", "key"),
    [
        ("index", np.arange(6)),
        ("name", np.argsort(np.argsort(NAMES))),
        ("support", -LAST.sum(axis=1)),
        ("recall", RATES),
        ("precision", PRECISIONS),
        ("f1", F1),
        ("errors", -ERRORS),
    ],
)
def test_classes_are_in_order_and_the_special_one_is_last(open_log, order, key):
    tab = open_log()
    order_by(tab, order)
    expected = [NAMES[i] for i in np.argsort(key[:5], kind="stable")]
    assert names_in_order(tab) == [*expected, "background"]


def test_similar_classes_are_side_by_side_in_brackets(open_log):
    tab = open_log()
    order_by(tab, "similarity")
    animals = tab.frame.get_by_role("button", name=re.compile("^Group (cat|dog|fox)"))
    vehicles = tab.frame.get_by_role("button", name=re.compile("^Group (car|truck)"))
    expect(animals).to_have_count(1)
    expect(vehicles).to_have_count(1)
    order = names_in_order(tab)
    places = sorted(order.index(name) for name in ("cat", "dog", "fox"))
    assert places[2] - places[0] == 2
    assert abs(order.index("car") - order.index("truck")) == 1


def test_an_order_holds_at_its_step_until_it_follows_the_playhead(open_log):
    tab = open_log("&p.confusion.order=recall&p.confusion.of=a,val,3")
    assert names_in_order(tab)[:2] == ["fox", "cat"]
    tab.page.keyboard.press("Home")
    expect(tab.slider).to_have_attribute("aria-valuenow", "0")
    assert names_in_order(tab)[:2] == ["fox", "cat"]
    tab.frame.get_by_role("button", name="follow the playhead").click()
    # At the first step 40 of 100 cats are known, and 50 foxes.
    expect(tab.frame.get_by_role("row").nth(1)).to_contain_text("cat")


def test_a_group_collapses_to_the_sum_of_its_classes(open_log):
    tab = open_log("&p.confusion.order=group")
    tab.frame.get_by_role("button", name="Group animal").click()
    expect(tab.grid("a")).to_have_attribute("aria-rowcount", "4")
    animals = np.ix_([0, 2, 4], [0, 2, 4])
    count, support = LAST[animals].sum(), LAST[[0, 2, 4]].sum()
    tab.hover("a", 0, 0)
    expect(tab.status).to_contain_text(f"{count} of {support} “animal” were predicted as “animal”")
    # The model isn't better for it: the accuracy is that of all classes.
    accuracy = 100 * np.trace(LAST) / LAST.sum()
    expect(tab.frame.get_by_text(f"{accuracy:.1f} % accuracy").first).to_be_visible()
    # In every view.
    assert names_in_order(tab) == ["animal", "car", "truck", "background"]
    tab.frame.get_by_role("tab", name="Confusions").click()
    confused = LAST[np.ix_([0, 2, 4], [5])].sum()
    expect(tab.frame.get_by_role("row", name="animal → background")).to_contain_text(f"{confused}")
    tab.frame.get_by_role("tab", name="Timeline").click()
    expect(tab.frame.get_by_role("grid", name="Timeline of a")).to_have_attribute("aria-rowcount", "4")
    tab.frame.get_by_role("tab", name="Compare").click()
    expect(tab.frame.get_by_role("grid", name="Differences, B minus A")).to_have_attribute("aria-rowcount", "4")
    tab.frame.get_by_role("button", name="expand all").click()
    expect(tab.frame.get_by_role("grid", name="Differences, B minus A")).to_have_attribute("aria-rowcount", "6")


def test_what_is_not_shown_is_summed_as_other(open_log):
    tab = open_log()
    tab.frame.get_by_role("combobox", name="Classes shown").select_option("confused")
    most = tab.frame.get_by_role("spinbutton", name="How many of the most confused")
    most.fill("2")
    most.press("Tab")
    worst = sorted(np.argsort(-ERRORS, kind="stable")[:2].tolist())
    names = names_in_order(tab)
    assert names == [*[NAMES[i] for i in worst], "(other: 4)"]
    rest = [i for i in range(6) if i not in worst]
    row = tab.frame.get_by_role("row", name="(other: 4)")
    expect(row).to_contain_text(f"{LAST[rest].sum():,}")
    expect(row).to_contain_text(f"{LAST[:, rest].sum():,}")
    # A sum is no class that another is taken for.
    expect(tab.inspector).to_contain_text("Strongest confusions")
    expect(tab.inspector.get_by_role("listitem").filter(has_text="other")).to_have_count(0)


def test_classes_are_found_by_a_part_of_their_name_and_chosen(open_log):
    tab = open_log()
    finder = tab.frame.get_by_role("combobox", name="Find a class")
    tab.page.keyboard.press("/")
    finder.fill("ca")
    expect(tab.frame.get_by_role("listbox", name="Classes found").get_by_role("option")).to_have_count(2)
    finder.fill("tru")
    finder.press("Enter")
    expect(tab.inspector).to_contain_text(f"true class, {LAST[3].sum()} samples")
    finder.fill("fox")
    finder.press("Shift+Enter")
    expect(tab.grid("a")).to_have_attribute("aria-rowcount", "2")
    assert names_in_order(tab) == ["fox", "(other: 5)"]
    tab.frame.get_by_role("button", name="Take fox away").click()
    assert names_in_order(tab) == NAMES


def test_averages_leave_out_the_special_class_on_demand(open_log):
    tab = open_log("&p.confusion.view=classes")
    y_true, y_pred = np.nonzero(LAST)
    weight = LAST[y_true, y_pred]

    def summary(labels):
        recall = recall_score(y_true, y_pred, labels=labels, average="macro", sample_weight=weight, zero_division=0)
        f1 = f1_score(y_true, y_pred, labels=labels, average="macro", sample_weight=weight, zero_division=0)
        return re.compile(rf"macro recall\s+{100 * recall:.1f} %, precision .*, F1 {100 * f1:.1f} %")

    expect(tab.frame.get_by_text(summary([0, 1, 2, 3, 4, 5]))).to_be_visible()
    tab.frame.get_by_role("checkbox", name="averages without “background”").check()
    expect(tab.frame.get_by_text(summary([0, 1, 2, 3, 4]))).to_be_visible()
    expect(tab.frame.get_by_text("averages without “background”").first).to_be_visible()


def test_each_cell_shows_its_history_a_band_a_run(open_log):
    tab = open_log("&p.confusion.strips=1")
    expect(tab.frame.get_by_role("grid")).to_have_count(1)
    expect(tab.frame.get_by_text("Each cell over steps 0–3")).to_be_visible()
    # Cats taken for dogs (cell 0, 2): steps from left to right, run a above run b.
    corner, end = tab.point_of("a", 0, 2), tab.point_of("a", 1, 3)
    size = end[0] - corner[0]
    for run, down in (("a", -0.25), ("b", 0.25)):
        for step in range(STEPS):
            across = (step + 0.5) / STEPS - 0.5
            tab.page.mouse.move(corner[0] + across * size, corner[1] + down * size)
            count, support = counts_at(run, step)[0, 2], counts_at(run, step)[0].sum()
            expect(tab.status).to_contain_text(f"{count} of {support} “cat” were predicted as “dog”")
            expect(tab.status).to_contain_text(f"{run}, step {step}")


def test_strips_are_coloured_by_the_rates_of_all_steps(open_log):
    tab = open_log("&p.confusion.strips=1&p.confusion.normalize=counts")
    expect(tab.frame.get_by_text("Each cell over steps 0–3")).to_be_visible()
    read = """(grid, [step, band]) => {
      const {frame, plane} = grid.getRootNode().host;
      const x = frame.leftCss + plane.predCss(2 + (step + 0.5) / 4);
      const y = frame.topCss + plane.trueCss(band === 0 ? 0.25 : 0.75);
      return [...grid.querySelector("#cells").getContext("2d").getImageData(x, y, 1, 1).data].slice(0, 3);
    }"""
    colours = [[tuple(tab.grid("a").evaluate(read, [step, band])) for step in range(STEPS)] for band in range(2)]
    # Both runs have the same counts there, fewer with each step: ever lighter.
    assert colours[0] == colours[1]
    brightness = [sum(colour) for colour in colours[0]]
    assert brightness == sorted(brightness)
    assert len(set(brightness)) == STEPS


def test_the_whole_arrangement_is_in_the_link(open_log, open_tab):
    tab = open_log("&p.confusion.order=group&p.confusion.view=classes")
    tab.frame.get_by_role("button", name="collapse 2 groups").click()
    tab.frame.get_by_role("checkbox", name="averages without “background”").check()
    tab.page.wait_for_url(re.compile("without_special=1"))
    fresh = open_tab(tab.page.url.split("#")[0].rstrip("/"), tab.page.url.split("#confusion")[1])
    assert names_in_order(fresh) == ["animal", "vehicle", "background"]
    expect(fresh.frame.get_by_role("checkbox", name="averages without “background”")).to_be_checked()
