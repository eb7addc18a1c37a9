"""Narrow and wide pages: nothing is cut off or pushed out, and panels give way."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tb_confusion_plugin import ConfusionWriter

pytestmark = pytest.mark.browser

VIEWS = ("matrix", "timeline", "classes", "confusions", "compare")

# Controls and figures that are out of the page, or whose text needs more room than they have without scrolling.
LOST = """() => {
  const lost = [];
  const walk = (root) => {
    for (const element of root.querySelectorAll("*")) {
      if (element.shadowRoot) walk(element.shadowRoot);
      const style = getComputedStyle(element);
      const box = element.getBoundingClientRect();
      if (box.width === 0 || element.matches(".off-screen, .off-screen *")) continue;
      const isTold = element.matches("button, label, select, input, th, td, dd, h2");
      if (isTold && !element.closest(".scroll") && box.right > innerWidth + 1) lost.push(["out", element.outerHTML.slice(0, 120)]);
      const isCut = element.scrollWidth > element.clientWidth + 1 && style.overflowX === "visible" && style.display !== "inline";
      const holder = element.parentElement && getComputedStyle(element.parentElement).overflowX;
      if (isTold && isCut && holder !== "auto") lost.push(["cut", element.outerHTML.slice(0, 120)]);
    }
  };
  walk(document);
  return lost;
}"""


@pytest.mark.parametrize("width", [700, 950, 1280, 2560])
def test_no_control_or_figure_is_lost(open_tab, server, width):
    tab = open_tab(server.url, "&p.confusion.cell=0,1", width=width)
    tab.is_drawn("sgd")
    for view in VIEWS:
        tab.frame.get_by_role("tab", name=view.capitalize()).click()
        expect(tab.frame.get_by_role("grid").first).to_be_visible()
        assert (view, tab.page.frames[1].evaluate(LOST)) == (view, [])


def test_panels_close_on_a_narrow_page_and_open_on_demand(open_tab, server):
    tab = open_tab(server.url, width=700)
    tab.is_drawn("sgd")
    expect(tab.inspector).to_have_count(0)
    expect(tab.run("sgd")).to_have_count(0)
    tab.frame.get_by_role("button", name="Sidebar").click()
    expect(tab.run("sgd")).to_be_visible()
    tab.frame.get_by_role("button", name="Inspector panel").click()
    expect(tab.inspector).to_be_visible()


def test_a_closed_panel_leaves_its_room_to_the_matrices(open_tab, server):
    tab = open_tab(server.url)
    tab.is_drawn("sgd")
    before = tab.grid("sgd").bounding_box()["width"]
    tab.frame.get_by_role("button", name="Inspector panel").click()
    tab.frame.get_by_role("button", name="Sidebar").click()
    expect(tab.inspector).to_have_count(0)
    tab.grid("sgd").evaluate(
        """async (grid, before) => {
          while (grid.getBoundingClientRect().width <= before) await new Promise(requestAnimationFrame);
        }""",
        before,
    )


def test_changes_go_into_the_inspector_where_two_columns_do_not_fit(open_tab, server):
    tab = open_tab(server.url, "&p.confusion.view=compare", width=950)
    changes = tab.frame.get_by_role("complementary", name="Significant changes")
    expect(changes.get_by_role("listitem").first).to_be_visible()
    panel, matrix = tab.inspector.bounding_box(), tab.frame.get_by_role("grid").bounding_box()
    assert changes.bounding_box()["x"] >= panel["x"]
    assert matrix["x"] + matrix["width"] <= panel["x"]


def test_runs_that_have_no_column_in_the_inspector_are_counted(open_tab, serve, tmp_path):
    for run in ("a", "b", "c"):
        with ConfusionWriter(tmp_path / "log" / run) as writer:
            writer.write("val", [[8, 2], [1, 9]], 0)
    url = serve(tmp_path / "log").url
    narrow = open_tab(url, width=950)
    expect(narrow.inspector.get_by_role("columnheader")).to_have_count(3)
    expect(narrow.inspector).to_contain_text("and 1 more")
    wide = open_tab(url)
    expect(wide.inspector.get_by_role("columnheader")).to_have_count(4)
    expect(wide.inspector).not_to_contain_text("more: untick")
