"""Hundreds of runs and thousands of steps: all are there, and only what is seen is on the page."""

from __future__ import annotations

import numpy as np
import pytest
from playwright.sync_api import expect

from tb_confusion_plugin import ConfusionWriter
from tests.browser.conftest import tensorboard, watch

NUM_RUNS = 300
NUM_STEPS = 3000
STEP_BETWEEN = 7


@pytest.fixture(scope="module")
def logdir(tmp_path_factory):
    """Runs of one step, and one of many, each with its own number of samples."""
    logdir = tmp_path_factory.mktemp("runs")
    for run in range(NUM_RUNS):
        with ConfusionWriter(logdir / f"sweep/run{run:03d}") as writer:
            writer.write("val/confusion", [[run + 1, 1], [0, 1]], step=0)
    with ConfusionWriter(logdir / "long") as writer:
        for step in range(NUM_STEPS):
            writer.write("long/confusion", np.array([[step + 1, 0], [1, 1]]), step=STEP_BETWEEN * step)
    return logdir


@pytest.fixture(scope="module")
def all_steps(logdir):
    with tensorboard(logdir, "--samples_per_plugin=confusion=0") as server:
        yield server


@pytest.fixture
def open_log(browser, all_steps):
    """A function that opens the tab on the log, with all of its steps."""
    pages, troubles = [], []

    def open_at(link: str):
        page = browser.new_page(viewport={"width": 1280, "height": 720})
        pages.append(page)
        watch(page, troubles)
        page.goto(f"{all_steps.url}/#confusion{link}")
        return page, page.frame_locator("iframe")

    yield open_at
    for page in pages:
        page.close()
    assert troubles == []


def test_a_long_list_of_runs_scrolls_and_filters(open_log):
    page, frame = open_log("")
    runs = frame.get_by_role("list", name="Runs")
    expect(frame.get_by_role("heading", name="Runs 301")).to_be_visible()
    assert runs.get_by_role("checkbox").count() < 60
    last = frame.get_by_role("checkbox", name=f"sweep/run{NUM_RUNS - 1:03d}", exact=True)
    expect(last).to_have_count(0)
    runs.hover()
    page.mouse.wheel(0, 100_000)
    expect(last).to_be_visible()
    expect(runs.get_by_role("listitem").last).to_have_attribute("aria-posinset", str(NUM_RUNS + 1))
    last.check()
    expect(frame.get_by_role("grid", name=f"Confusion matrix of sweep/run{NUM_RUNS - 1:03d}")).to_be_visible()
    frame.get_by_role("searchbox", name="Filter runs").fill("run12[34]")
    expect(runs.get_by_role("checkbox")).to_have_count(2)
    expect(frame.get_by_role("heading", name="Runs 2 of 301")).to_be_visible()


def test_the_step_bar_is_exact_over_thousands_of_steps(open_log):
    page, frame = open_log("&p.confusion.tag=long%2Fconfusion&p.confusion.runs=%2Blong")
    slider = frame.get_by_role("slider", name="Step")
    expect(slider).to_have_attribute("aria-valuenow", str(STEP_BETWEEN * (NUM_STEPS - 1)))
    slider.press("ArrowLeft")
    expect(slider).to_have_attribute("aria-valuenow", str(STEP_BETWEEN * (NUM_STEPS - 2)))
    slider.press("PageDown")
    expect(slider).to_have_attribute("aria-valuenow", str(STEP_BETWEEN * (NUM_STEPS - 12)))
    box = slider.bounding_box()
    for share in (0.25, 0.5):
        page.mouse.click(box["x"] + 7 + share * (box["width"] - 14), box["y"] + box["height"] / 2)
        step = int(slider.get_attribute("aria-valuenow"))
        assert step % STEP_BETWEEN == 0
        assert abs(step - share * STEP_BETWEEN * (NUM_STEPS - 1)) <= STEP_BETWEEN * NUM_STEPS / 50
        # What is shown is that step's own matrix: it has one sample more than the step before it.
        expect(frame.get_by_text(f"n {step // STEP_BETWEEN + 3:,}", exact=False).first).to_be_visible()
