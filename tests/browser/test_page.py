"""The page as a whole: links, themes, live logs, broken and empty ones, prefixes, and what TensorBoard says of it."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import expect
from tensorboard.compat.proto import event_pb2
from tensorboard.summary.writer.event_file_writer import EventFileWriter

from tb_confusion_plugin import ConfusionWriter
from tb_confusion_plugin.storage.codec import encode_counts
from tb_confusion_plugin.storage.to_summary import blob_summary
from tests.browser.conftest import Tab, counts_at

pytestmark = pytest.mark.browser

SERIES = re.compile(r"/data/plugin/confusion/series")
NONSENSE = "&p.confusion.step=x&p.confusion.zoom=9,9&p.confusion.normalize=rows&p.confusion.cell=99,99"


def test_a_link_opens_the_same_view_in_a_fresh_browser(tab, open_tab):
    tab.run("adam").uncheck()
    tab.frame.get_by_role("combobox", name="Tag").select_option("train/confusion")
    tab.slider.fill("2")
    tab.choose("Normalize", "Predicted")
    tab.choose("Colour scale", "Log")
    tab.click("sgd", 0, 1)
    tab.page.wait_for_function("location.hash.includes('cell=')")
    url, link = tab.page.url.split("#confusion")
    other = open_tab(url.rstrip("/"), link)
    other.is_drawn()
    expect(other.grid("adam")).to_have_count(0)
    expect(other.frame.get_by_role("combobox", name="Tag")).to_have_value("train/confusion")
    expect(other.slider).to_have_attribute("aria-valuenow", "2")
    expect(other.frame.get_by_role("radio", name="Predicted")).to_be_checked()
    expect(other.frame.get_by_role("radio", name="Log")).to_be_checked()
    expect(other.inspector.get_by_text("true cat, predicted dog")).to_be_visible()


def test_a_pasted_link_changes_the_open_page(tab):
    tab.page.evaluate("location.hash = '#confusion&p.confusion.step=1&p.confusion.normalize=all'")
    expect(tab.slider).to_have_attribute("aria-valuenow", "1")
    expect(tab.frame.get_by_role("radio", name="All")).to_be_checked()


def test_a_link_that_makes_no_sense_is_as_good_as_none(open_tab, server):
    tab = open_tab(server.url, NONSENSE)
    tab.is_drawn()
    expect(tab.slider).to_have_attribute("aria-valuenow", "4")
    expect(tab.inspector.get_by_text("Overview")).to_be_visible()


def test_the_dark_theme_is_tensorboards(open_tab, server):
    tab = open_tab(server.url, is_dark=True)
    tab.is_drawn()
    assert tab.pixel("sgd", 0, 3) == (48, 48, 48)  # a zero: TensorBoard's dark grey
    assert sum(tab.pixel("sgd", 2, 2)) > sum(tab.pixel("sgd", 0, 1)) > 3 * 48  # lighter is more
    background = tab.frame.locator("tbc-app").evaluate("(app) => getComputedStyle(app).backgroundColor")
    assert background == "rgb(48, 48, 48)"


def test_the_theme_changes_with_tensorboards(open_tab, server):
    tab = open_tab(server.url)
    tab.is_drawn()
    tab.page.evaluate("document.body.classList.add('dark-mode')")
    expect(tab.frame.locator("tbc-app")).to_have_attribute("data-theme", "dark")
    assert tab.pixel("sgd", 0, 3) == (48, 48, 48)


@pytest.mark.parametrize("load_fast", ["true", "false"])
def test_a_growing_log_is_followed_in_both_load_modes(open_tab, serve, tmp_path, load_fast):
    logdir = tmp_path / "log"
    with ConfusionWriter(logdir / "live", class_names=["a", "b"]) as writer:
        writer.write("val", [[3, 1], [0, 4]], 0)
        server = serve(logdir, f"--load_fast={load_fast}")
        tab = open_tab(server.url)
        tab.is_drawn("live")
        expect(tab.frame.get_by_text("n 8")).to_be_visible()
        writer.write("val", [[30, 10], [0, 40]], 1)
        expect(tab.slider).to_have_attribute("aria-valuenow", "1")
        expect(tab.frame.get_by_text("n 80")).to_be_visible()
        tab.slider.press("ArrowLeft")
        writer.write("val", [[300, 100], [0, 400]], 2)
        with ConfusionWriter(logdir / "second") as second:
            second.write("val", np.eye(2), 0)
        expect(tab.run("second")).to_be_checked()
        expect(tab.slider).to_have_attribute("max", "2")
        expect(tab.slider).to_have_attribute("aria-valuenow", "0")  # whoever went back stays there


def test_a_log_that_begins_after_the_page_was_opened_appears(open_tab, serve, tmp_path):
    logdir = tmp_path / "log"
    logdir.mkdir()
    server = serve(logdir)
    tab = open_tab(server.url)
    expect(tab.frame.get_by_role("heading", name="No confusion matrices yet")).to_be_visible()
    expect(tab.frame.get_by_text("from tb_confusion_plugin import ConfusionWriter")).to_be_visible()
    with ConfusionWriter(logdir / "new") as writer:
        writer.write("val", np.eye(2), 0)
    tab.is_drawn("new")


def test_until_the_first_answer_the_page_says_that_it_loads(browser, server):
    page = browser.new_page()
    held = []
    page.route(SERIES, lambda route: held.append(route))  # noqa: PLW0108  # Playwright takes no built-in
    page.goto(f"{server.url}/#confusion")
    tab = Tab(page)
    expect(tab.status).to_have_text("Loading…")
    expect(tab.frame.get_by_text("No run passes the filter")).to_have_count(0)
    for route in held:
        route.continue_()
    tab.is_drawn()
    page.close()


def write_broken_run(logdir: Path) -> None:
    blob = encode_counts(np.array([[5, 1], [2, 7]]))
    writer = EventFileWriter(str(logdir))
    for step, one in enumerate((blob, blob[:-1] + b"\0", blob)):
        writer.add_event(event_pb2.Event(wall_time=1000.0 + step, step=step, summary=blob_summary("val", one)))
    writer.close()


def test_broken_and_hostile_data_show_as_warnings_and_text(open_tab, serve, tmp_path):
    logdir = tmp_path / "log"
    write_broken_run(logdir / "broken")
    markup = "<img src=x onerror=top.hacked=1>"
    with ConfusionWriter(logdir / "markup", class_names=[markup, markup, "<b>c</b>"]) as writer:
        writer.write("val", [[4, 1, 0], [0, 5, 0], [3, 0, 0]], 2)
    with ConfusionWriter(logdir / "resized") as writer:
        for step, num_classes in enumerate((2, 2, 5)):
            writer.write("val", np.eye(num_classes), step)
    server = serve(logdir)
    tab = open_tab(server.url)
    for run in ("broken", "markup", "resized"):
        tab.is_drawn(run)
    warnings = tab.frame.get_by_role("region", name="Warnings")
    expect(warnings).to_contain_text("step 1 of tag 'val' in run 'broken' is left out: invalid matrix: wrong checksum")
    expect(warnings).to_contain_text("number of classes of tag 'val' in run 'resized' changes: 2 from step 0, 5 from step 2")
    tab.hover("markup", 0, 1)
    expect(tab.status).to_contain_text(f"“{markup} (0)” were predicted as “{markup} (1)”")
    tab.click("markup", 2, 0)
    expect(tab.inspector.get_by_text("true <b>c</b>").first).to_be_visible()
    assert tab.page.evaluate("'hacked' in window") is False
    assert tab.frame.locator("img").count() == 0
    tab.slider.fill("1")
    expect(tab.frame.get_by_text("at step 0", exact=True)).to_be_visible()  # broken has no step 1
    expect(tab.frame.get_by_text("markup has no matrix up to this step.")).to_be_visible()


def test_the_page_works_below_a_path_prefix(open_tab, serve, logdir):
    server = serve(logdir, "--path_prefix=/some/where")
    tab = open_tab(server.url)
    tab.is_drawn()
    tab.hover("sgd", 0, 1)
    expect(tab.status).to_contain_text("120 of 1,000")


def test_a_server_that_went_away_is_told_and_what_was_drawn_stays(open_tab, serve, logdir):
    server = serve(logdir)
    tab = open_tab(server.url)
    tab.is_drawn()
    server.process.terminate()
    expect(tab.status).to_contain_text("TensorBoard doesn't answer")
    tab.click("sgd", 0, 1)
    expect(tab.inspector.get_by_text("cat → dog").first).to_be_visible()
    assert all("net::ERR_" in trouble for trouble in open_tab.troubles)  # refused, or broken off in the middle of an answer
    open_tab.troubles.clear()


def test_the_keyboard_reaches_every_control(tab):
    tab.frame.get_by_role("searchbox", name="Filter runs").focus()
    reached = set()
    for _ in range(40):
        tab.page.keyboard.press("Tab")
        reached.add(
            tab.frame.locator("body").evaluate(
                """() => {
                  let one = document.activeElement;
                  while (one?.shadowRoot?.activeElement) one = one.shadowRoot.activeElement;
                  return one?.getAttribute("aria-label") ?? one?.parentElement?.textContent?.trim() ?? "";
                }"""
            )
        )
    for name in (
        "sgd",
        "adam",
        "Tag",
        "Beside it train/confusion",
        "True",
        "Linear",
        "Errors only",
        "Confusion matrix of sgd",
        "Step",
        "follow latest",
    ):
        assert name in reached


def test_tensorboard_has_nothing_to_say_against_the_answers(tab, server):
    tab.click("sgd", 0, 1)
    expect(tab.inspector.get_by_text("Over the steps")).to_be_visible()
    said = Path(server.log[0]).read_text()
    assert "In 3.0" not in said
    assert "Traceback" not in said


def test_counts_are_those_of_the_log(tab):
    tab.choose("Normalize", "Counts")
    for run in ("sgd", "adam"):
        tab.hover(run, 0, 0)
        expect(tab.status).to_contain_text(f"{counts_at(run, 4)[0, 0]} of 1,000")
