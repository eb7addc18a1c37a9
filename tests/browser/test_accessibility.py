"""axe-core finds nothing wrong with any view, in either theme (that colours can be told apart: colour_vision.test.ts)."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import expect

from tb_confusion_plugin import ConfusionWriter
from tests.browser.conftest import counts_at

pytestmark = pytest.mark.browser

AXE = Path(__file__).parents[2] / "frontend" / "node_modules" / "axe-core" / "axe.min.js"
VIEWS = ("matrix", "timeline", "classes", "confusions", "compare")
# Everything that a view can show at once: a selection, groups, a special class, warnings, brushed steps, a baseline.
BUSY = "&p.confusion.cell=0,1&p.confusion.order=group&p.confusion.steps=0,1&p.confusion.baseline=sgd,val,0&p.confusion.show=errors"


@pytest.fixture(scope="module")
def busy_log(tmp_path_factory):
    """Two runs with groups, a special class, and a step whose samples are others, which is a warning."""
    logdir = tmp_path_factory.mktemp("busy")
    options = {"class_names": ["cat", "dog", "bird", "ship"], "class_groups": ["pet", "pet", "other", "other"]}
    for run in ("sgd", "adam"):
        with ConfusionWriter(logdir / run, special_class="ship", **options) as writer:
            for step in range(3):
                writer.write("val", counts_at(run, step), step)
            writer.write("val", counts_at(run, 3) + 1, 3)
    return logdir


def violations(tab):
    """What axe-core finds wrong within the plugin's own frame."""
    frame = tab.page.frames[1]
    frame.evaluate(AXE.read_text())
    # The rest of the page is TensorBoard's.
    found = frame.evaluate("() => axe.run(document, {resultTypes: ['violations']})")
    return [
        (one["id"], one["help"], [(node["target"], node.get("failureSummary")) for node in one["nodes"]])
        for one in found["violations"]
    ]


def is_shown(tab):
    expect(tab.frame.get_by_role("grid").first).to_be_visible()
    expect(tab.frame.get_by_role("region", name="Warnings")).to_contain_text("evaluation set")


@pytest.mark.parametrize("is_dark", [False, True], ids=["light", "dark"])
def test_axe_finds_nothing_wrong_with_any_view(open_tab, serve, busy_log, is_dark):
    url = serve(busy_log).url
    tab = open_tab(url, BUSY, is_dark=is_dark)
    is_shown(tab)
    for view in VIEWS:
        tab.frame.get_by_role("tab", name=view.capitalize()).click()
        expect(tab.frame.get_by_role("grid").first).to_be_visible()
        assert (view, violations(tab)) == (view, [])


@pytest.mark.parametrize("is_dark", [False, True], ids=["light", "dark"])
def test_axe_finds_nothing_wrong_with_what_opens(open_tab, serve, busy_log, is_dark):
    tab = open_tab(serve(busy_log).url, "&p.confusion.strips=1", is_dark=is_dark, width=950)
    is_shown(tab)
    assert violations(tab) == []
    tab.frame.get_by_role("tab", name="Matrix").press("E")
    expect(tab.frame.get_by_role("menu")).to_be_visible()
    assert violations(tab) == []
    tab.page.keyboard.press("Escape")
    expect(tab.frame.get_by_role("menu")).to_have_count(0)
    tab.frame.get_by_role("combobox", name="Find a class").fill("s")
    expect(tab.frame.get_by_role("listbox", name="Classes found")).to_be_visible()
    assert violations(tab) == []
    tab.frame.get_by_role("combobox", name="Find a class").fill("")
    tab.frame.get_by_role("button", name="Keys").click()
    expect(tab.frame.get_by_role("dialog", name="Keys")).to_be_visible()
    assert violations(tab) == []


def test_axe_finds_nothing_wrong_where_there_is_nothing_to_show(open_tab, serve, tmp_path):
    tab = open_tab(serve(tmp_path).url)
    expect(tab.frame.get_by_role("heading", name="No confusion matrices yet")).to_be_visible()
    assert violations(tab) == []


def test_nothing_moves_by_itself(tab):
    """There is no transition and no animation to reduce; playing is somebody's own doing."""
    moving = tab.page.frames[1].evaluate("() => document.getAnimations({subtree: true}).length")
    assert moving == 0
