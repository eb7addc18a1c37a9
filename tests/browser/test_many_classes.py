"""Thousands of classes: one hot cell is seen and read at every zoom, and whoever looks for a class or a group gets there."""

from __future__ import annotations

import re

import numpy as np
import pytest
import scipy.sparse
from playwright.sync_api import expect

from tb_confusion_plugin import ConfusionWriter
from tests.browser.conftest import Tab, tensorboard, watch

HOT_COUNT = 12_345
SIZES = (1000, 21_841)
# Of the pixels drawn, the places of those that have the darkest colour of the range, from the square's corner in CSS pixels.
HOT_PIXELS = """
(grid) => {
  const {frame, layout} = grid.getRootNode().host;
  const ratio = devicePixelRatio;
  const [left, top, side] = [frame.leftCss, frame.topCss, layout.sideCss].map((css) => Math.round(css * ratio));
  const {data} = grid.querySelector("#cells").getContext("2d").getImageData(left, top, side, side);
  const found = [];
  for (let i = 0; i < side * side; i++) {
    const [red, green, blue] = data.subarray(4 * i, 4 * i + 3);
    if (red === 8 && green === 47 && blue === 102) found.push([(i % side) / ratio, Math.floor(i / side) / ratio]);
  }
  return found;
}
"""
# Where the square begins on its canvas, how large a cell is, and how many classes are seen across.
PLACE = """
(grid) => {
  const {frame, plane, viewport} = grid.getRootNode().host;
  return [frame.leftCss, frame.topCss, plane.cellSizeCss, viewport.span];
}
"""
SPAN = "frames[0].document.querySelector('tbc-app').app.viewport.value.span"


def hot_cell(num_classes: int) -> tuple[int, int]:
    return num_classes * 7 // 11, num_classes * 3 // 13


@pytest.fixture(scope="module")
def logdir(tmp_path_factory):
    """A run a size: each class right ten times, a few wrong once; and one cell with HOT_COUNT samples."""
    logdir = tmp_path_factory.mktemp("many")
    rng = np.random.default_rng(3)
    for num_classes in SIZES:
        every = np.arange(num_classes)
        hot = hot_cell(num_classes)
        rows = np.concatenate([every, every, every, [hot[0]]])
        columns = np.concatenate([every, *rng.integers(0, num_classes, (2, num_classes)), [hot[1]]])
        values = np.concatenate([np.full(num_classes, 10), np.ones(2 * num_classes, dtype=int), [HOT_COUNT]])
        counts = scipy.sparse.coo_array((values, (rows, columns)), shape=(num_classes, num_classes)).tocsr()
        counts[hot] = HOT_COUNT
        names = [f"class {index:05d}" for index in every]
        groups = [f"group {index // 50:04d}" for index in every]
        with ConfusionWriter(logdir / f"k{num_classes}", class_names=names, class_groups=groups) as writer:
            writer.write("val/confusion", counts, step=0)
            writer.write("val/confusion", counts, step=1)
    return logdir


@pytest.fixture(scope="module")
def many_server(logdir):
    with tensorboard(logdir) as server:
        yield server


@pytest.fixture
def open_run(browser, many_server):
    """A function that opens the tab on one of the runs, at a device pixel ratio."""
    contexts, troubles = [], []

    def open_at(num_classes: int, link: str = "", pixel_ratio: float = 1, *, has_touch: bool = False) -> Tab:
        context = browser.new_context(viewport={"width": 1280, "height": 720}, device_scale_factor=pixel_ratio, has_touch=has_touch)
        contexts.append(context)
        page = context.new_page()
        watch(page, troubles)
        other = next(size for size in SIZES if size != num_classes)
        ticks = f"&p.confusion.runs=%2Bk{num_classes},-k{other}"
        page.goto(f"{many_server.url}/#confusion{ticks}&p.confusion.normalize=counts{link}")
        tab = Tab(page)
        tab.is_drawn(f"k{num_classes}")
        return tab

    yield open_at
    for context in contexts:
        context.close()
    assert troubles == []


@pytest.mark.parametrize(("num_classes", "pixel_ratio"), [(1000, 1), (1000, 1.5), (1000, 2), (21_841, 1), (21_841, 1.5)])
def test_a_hot_cell_is_seen_and_read_at_every_zoom(open_run, num_classes, pixel_ratio):
    tab = open_run(num_classes, pixel_ratio=pixel_ratio)
    run = f"k{num_classes}"
    hot = hot_cell(num_classes)
    grid = tab.grid(run)
    expect(grid).to_be_visible()
    spans = []
    for _ in range(30):
        left, top, cell_size, span = grid.evaluate(PLACE)
        spans.append(span)
        pixels = np.array(grid.evaluate(HOT_PIXELS))
        assert len(pixels), f"the hot cell is lost where {span} classes are seen"
        # Wherever the colour is seen the cell is, but for the pixels that a cell of less than one is rounded by.
        box = grid.bounding_box()
        at = pixels.mean(axis=0) + 0.5 / pixel_ratio + (box["x"] + left, box["y"] + top)
        assert np.abs(at - tab.point_of(run, *hot)).max() <= 1.5 + cell_size / 2
        tab.page.mouse.move(*at)
        expect(tab.status).to_contain_text(f"“class {hot[0]:05d}”")
        expect(tab.status).to_contain_text(f"“class {hot[1]:05d}”")
        expect(tab.status).to_contain_text("12,345 of")
        if span < 12:
            break
        tab.page.mouse.wheel(0, -400)
        tab.page.wait_for_function(f"(before) => {SPAN} < before", arg=span)
    assert spans[0] == num_classes
    assert spans[-1] < 12


def test_the_map_shows_and_moves_what_is_seen(open_run):
    tab = open_run(21_841, "&p.confusion.zoom=0,0,2000")
    grid = tab.grid("k21841")
    map_of_all = tab.frame.locator("tbc-mini-map")
    expect(map_of_all).to_have_count(1)
    box = map_of_all.bounding_box()
    tab.page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 4)
    seen = grid.evaluate("grid => grid.getRootNode().host.viewport")
    assert seen["firstPred"] + 1000 == pytest.approx(21_841 / 2, rel=0.05)
    assert seen["firstTrue"] + 1000 == pytest.approx(21_841 / 4, rel=0.1)
    tab.page.keyboard.press("0")
    expect(map_of_all).to_have_count(0)


def test_finding_a_class_or_a_group_zooms_to_it(open_run):
    tab = open_run(21_841, "&p.confusion.order=group")
    finder = tab.frame.get_by_role("combobox", name="Find a class")
    finder.fill("class 15000")
    finder.press("Enter")
    seen = tab.grid("k21841").evaluate("grid => grid.getRootNode().host.viewport")
    assert seen["firstTrue"] < 15_000 < seen["firstTrue"] + seen["span"] <= 15_100
    expect(tab.inspector).to_contain_text("class 15000")
    finder.fill("group 0020")
    expect(tab.frame.locator("#found").get_by_role("option")).to_have_text(re.compile(r"group 0020\s*group of 50"))
    finder.press("Enter")
    seen = tab.grid("k21841").evaluate("grid => grid.getRootNode().host.viewport")
    assert (seen["firstTrue"], seen["span"]) == (975, 100)


def test_two_fingers_zoom(open_run):
    tab = open_run(1000, has_touch=True)
    grid = tab.grid("k1000")
    x, y = tab.point_of("k1000", 500, 500)
    client = tab.page.context.new_cdp_session(tab.page)

    def touch(kind: str, *apart: float) -> None:
        points = [{"x": x + sign * by, "y": y, "id": i} for by in apart for i, sign in enumerate((-1, 1))]
        client.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    touch("touchStart", 20)
    for apart in range(25, 105, 5):
        touch("touchMove", apart)
    touch("touchEnd")
    tab.page.wait_for_function(f"{SPAN} < 300")
    seen = grid.evaluate("grid => grid.getRootNode().host.viewport")
    assert seen["span"] == pytest.approx(200, rel=0.1)
    assert seen["firstTrue"] + seen["span"] / 2 == pytest.approx(500, abs=25)


def test_views_of_many_classes_show_what_is_seen_and_no_more(open_run):
    tab = open_run(21_841)
    hot = hot_cell(21_841)
    tab.grid("k21841").focus()
    for view, name in (("c", "Classes"), ("f", "Confusions")):
        tab.page.keyboard.press(view)
        table = tab.frame.get_by_role("grid", name=name)
        expect(table).to_be_visible()
        assert table.get_by_role("row").count() < 60
        # What tells such names apart is at their end.
        names = table.locator(".body .main")
        expect(names.first).to_be_visible()
        assert names.evaluate_all("cells => cells.filter(({scrollWidth, clientWidth}) => scrollWidth > clientWidth).length") == 0
    expect(table.get_by_role("row").nth(1)).to_contain_text(f"class {hot[0]:05d} → class {hot[1]:05d}")
    expect(table.get_by_role("row").nth(1)).to_contain_text("12,345")
    tab.page.keyboard.press("n")
    expect(tab.frame.get_by_text("Classes share pixels")).to_be_visible()
    expect(tab.frame.get_by_role("grid", name="Timeline of k21841")).to_have_attribute("aria-colcount", "2")
