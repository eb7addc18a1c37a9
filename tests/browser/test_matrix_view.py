"""The Matrix view on a log of known content."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect
from scipy.stats import binomtest

from tests.browser.conftest import CLASS_NAMES, counts_at

pytestmark = pytest.mark.browser


def wilson(successes, trials):
    interval = binomtest(int(successes), int(trials)).proportion_ci(0.95, method="wilson")
    return f"[{100 * interval.low:.1f}–{100 * interval.high:.1f}]"


def darkness(pixel):
    return 3 * 255 - sum(pixel)


def test_the_tab_opens_with_a_card_a_run_and_its_accuracy(tab):
    expect(tab.frame.get_by_role("tab", name="Matrix")).to_have_attribute("aria-selected", "true")
    for run in ("sgd", "adam"):
        expect(tab.grid(run)).to_be_visible()
        correct, total = counts_at(run, 4).trace(), counts_at(run, 4).sum()
        headline = f"{100 * correct / total:.1f} % accuracy {wilson(correct, total)} · n {total:,}"
        expect(tab.frame.get_by_text(headline)).to_be_visible()


def test_runs_are_ticked_and_unticked(tab):
    tab.run("adam").uncheck()
    expect(tab.grid("adam")).to_have_count(0)
    expect(tab.grid("sgd")).to_be_visible()
    tab.run("adam").check()
    expect(tab.grid("adam")).to_be_visible()


def test_the_filter_is_a_regular_expression(tab):
    tab.frame.get_by_role("searchbox", name="Filter runs").fill("^s")
    expect(tab.run("adam")).to_have_count(0)
    expect(tab.grid("adam")).to_have_count(0)
    tab.frame.get_by_role("searchbox", name="Filter runs").fill("(")
    expect(tab.frame.get_by_text("no run matches")).to_be_visible()


def test_another_tag_is_picked_and_one_stands_beside_it(tab):
    tag = tab.frame.get_by_role("combobox", name="Tag")
    expect(tag).to_have_value("val/confusion")
    tag.select_option("train/confusion")
    expect(tab.frame.get_by_text(f"n {2 * counts_at('sgd', 4).sum():,}").first).to_be_visible()
    tab.frame.get_by_role("checkbox", name="Beside it val/confusion").check()
    expect(tab.frame.get_by_role("grid")).to_have_count(4)
    expect(tab.grid("sgd · train/confusion")).to_be_visible()
    expect(tab.grid("sgd · val/confusion")).to_be_visible()


def test_the_slider_is_the_step(tab):
    expect(tab.slider).to_have_attribute("aria-valuenow", "4")
    expect(tab.frame.get_by_role("checkbox", name="follow latest")).to_be_checked()
    tab.slider.press("ArrowLeft")
    expect(tab.slider).to_have_attribute("aria-valuenow", "3")
    expect(tab.frame.get_by_role("checkbox", name="follow latest")).not_to_be_checked()
    tab.slider.fill("1")
    expect(tab.slider).to_have_value("1")
    tab.hover("sgd", 0, 1)
    expect(tab.status).to_contain_text("180 of 1,000 “cat” were predicted as “dog”: 18.0 %")
    expect(tab.status).to_contain_text("step 1")


def test_buttons_and_keys_move_the_playhead(tab):
    tab.frame.get_by_role("button", name="First step").click()
    expect(tab.slider).to_have_attribute("aria-valuenow", "0")
    tab.frame.get_by_role("button", name="Next step").click()
    expect(tab.slider).to_have_attribute("aria-valuenow", "1")
    tab.page.keyboard.press("]")
    expect(tab.slider).to_have_attribute("aria-valuenow", "2")
    tab.page.keyboard.press("[")
    tab.page.keyboard.press("Home")
    expect(tab.slider).to_have_attribute("aria-valuenow", "0")
    tab.page.keyboard.press("End")
    expect(tab.slider).to_have_attribute("aria-valuenow", "4")


def test_play_runs_to_the_last_step_and_stops(tab):
    tab.frame.get_by_role("button", name="Play").click()
    expect(tab.frame.get_by_role("button", name="Pause")).to_be_visible()
    expect(tab.frame.get_by_role("button", name="Play")).to_be_visible()
    expect(tab.slider).to_have_attribute("aria-valuenow", "4")


@pytest.mark.parametrize(
    ("normalize", "sentence"),
    [
        ("Counts", "120 of 1,000 “cat” were predicted as “dog”: 12.0 %"),
        ("True", "120 of 1,000 “cat” were predicted as “dog”: 12.0 %"),
        ("Predicted", "120 of 525 predicted as “dog” were “cat”: 22.9 %"),
        ("All", "120 of 1,850 samples were “cat” predicted as “dog”: 6.5 %"),
    ],
)
def test_a_hovered_cell_is_told_in_a_sentence(tab, normalize, sentence):
    tab.choose("Normalize", normalize)
    tab.hover("sgd", 0, 1)
    expect(tab.status).to_contain_text(sentence)


def test_every_cell_is_where_it_is_pointed_at(tab):
    counts = counts_at("sgd", 4)
    for i in range(4):
        for j in range(4):
            tab.hover("sgd", i, j)
            expect(tab.status).to_contain_text(
                f"{counts[i, j]} of {counts[i].sum():,} “{CLASS_NAMES[i]}” were predicted as “{CLASS_NAMES[j]}”"
            )


def test_darker_is_more_and_zero_is_the_background(tab):
    for normalize, values in (
        ("Counts", counts_at("sgd", 4)),
        ("True", counts_at("sgd", 4) / counts_at("sgd", 4).sum(axis=1, keepdims=True)),
    ):
        tab.choose("Normalize", normalize)
        cells = sorted(((values[i, j], i, j) for i in range(4) for j in range(4)), key=lambda cell: cell[0])
        pixels = [(value, tab.pixel("sgd", i, j)) for value, i, j in cells]
        assert all(pixel == (255, 255, 255) for value, pixel in pixels if value == 0)
        assert all(pixel != (255, 255, 255) for value, pixel in pixels if value > 0)
        shades = [darkness(pixel) for value, pixel in pixels if value > 0]
        assert shades == sorted(shades)
        assert shades[-1] > 2 * shades[0]


def test_equal_values_have_equal_colours_on_all_cards(tab):
    # 245 of 250 birds in both runs: the range is common, so the colour is too.
    assert tab.pixel("sgd", 2, 2) == tab.pixel("adam", 2, 2)


def test_log_tells_small_values_apart(tab):
    tab.choose("Normalize", "Counts")
    linear = darkness(tab.pixel("sgd", 0, 2)) - darkness(tab.pixel("sgd", 2, 1))
    tab.choose("Colour scale", "Log")
    assert darkness(tab.pixel("sgd", 0, 2)) - darkness(tab.pixel("sgd", 2, 1)) > linear


def test_errors_only_greys_the_diagonal_and_leaves_it_out_of_the_range(tab):
    before = darkness(tab.pixel("sgd", 3, 2))
    tab.frame.get_by_role("checkbox", name="Errors only").check()
    assert {tab.pixel("sgd", i, i) for i in range(4)} == {tab.pixel("sgd", 0, 0)}
    red, green, blue = tab.pixel("sgd", 0, 0)
    assert max(red, green, blue) - min(red, green, blue) < 8
    # Half of the ships are birds: the strongest error, and now the end of the range.
    assert darkness(tab.pixel("sgd", 3, 2)) > before
    expect(tab.frame.get_by_text("50.0 %").first).to_be_visible()
    tab.hover("sgd", 0, 1)
    expect(tab.status).to_contain_text("12.0 %")


def test_a_selected_cell_is_inspected(tab):
    tab.click("sgd", 0, 1)
    count, n = 120, 1000
    for text in ("cat → dog", "true cat, predicted dog", "12.0 %", f"{count} of {n:,}", wilson(count, n)):
        expect(tab.inspector.get_by_text(text).first).to_be_visible()
    expect(tab.inspector.get_by_role("img", name="Rate of the selected cell over the steps").locator("canvas")).to_be_visible()
    expect(tab.inspector.get_by_role("button", name="dog → cat", exact=True)).to_be_visible()
    expect(tab.inspector.get_by_text("18.0 %").first).to_be_visible()  # 90 of 500 dogs
    expect(tab.inspector.get_by_text("in adam")).to_be_visible()
    expect(tab.inspector.get_by_text("2.0 %").first).to_be_visible()  # 20 of 1,000 cats
    expect(tab.inspector.get_by_text("in sgd")).to_have_count(0)


def test_the_mirrored_cell_is_one_click_away_and_escape_clears(tab):
    tab.click("sgd", 0, 1)
    tab.inspector.get_by_role("button", name="dog → cat", exact=True).click()
    expect(tab.inspector.get_by_text("true dog, predicted cat")).to_be_visible()
    tab.page.keyboard.press("Escape")
    expect(tab.inspector.get_by_text("Overview")).to_be_visible()


def test_the_overview_lists_the_strongest_confusions(tab):
    expect(tab.inspector.get_by_role("listitem").first).to_have_text(re.compile(r"ship → bird\s*50\.0 %"))
    tab.choose("Normalize", "Counts")
    tab.run("adam").uncheck()
    expect(tab.inspector.get_by_role("listitem").first).to_have_text(re.compile(r"cat → dog\s*120"))


def test_arrow_keys_walk_the_cells_and_the_sentence_follows(tab):
    tab.grid("sgd").focus()
    tab.page.keyboard.press("ArrowRight")
    expect(tab.status).to_contain_text("“cat” were predicted as “cat”")
    tab.page.keyboard.press("ArrowRight")
    tab.page.keyboard.press("ArrowDown")
    expect(tab.grid("sgd").get_by_role("gridcell")).to_contain_text("400 of 500 “dog” were predicted as “dog”")
    assert tab.grid("sgd").get_attribute("aria-activedescendant") == tab.grid("sgd").get_by_role("gridcell").get_attribute("id")


def test_the_wheel_zooms_all_cards_about_the_pointer_and_a_double_click_resets(tab):
    before = tab.point_of("adam", 0, 0)
    x, y = tab.point_of("sgd", 2, 2)
    tab.page.mouse.move(x, y)
    tab.page.mouse.wheel(0, -200)
    expect(tab.status).to_contain_text("“bird” were predicted as “bird”")
    tab.page.wait_for_function("location.hash.includes('zoom')")
    assert tab.point_of("sgd", 2, 2) == pytest.approx((x, y), abs=30)
    assert tab.point_of("adam", 0, 0) != before
    tab.page.mouse.dblclick(x, y)
    tab.page.wait_for_function("!location.hash.includes('zoom')")
    assert tab.point_of("adam", 0, 0) == before


def test_a_dragged_box_is_zoomed_into_and_then_dragging_pans(tab):
    tab.page.mouse.move(*tab.point_of("sgd", 0, 0))
    tab.page.mouse.down()
    tab.page.mouse.move(*tab.point_of("sgd", 1, 1), steps=4)
    tab.page.mouse.up()
    tab.page.wait_for_function("location.hash.includes('zoom=0%2C0%2C2')")
    x, y = tab.point_of("sgd", 1, 1)
    tab.page.mouse.move(x, y)
    tab.page.mouse.down()
    cell = tab.point_of("sgd", 1, 1)[0] - tab.point_of("sgd", 1, 0)[0]
    tab.page.mouse.move(x - cell, y, steps=4)
    tab.page.mouse.up()
    tab.page.wait_for_function("location.hash.includes('zoom=0%2C1%2C2')")


def test_keys_choose_what_the_toolbar_does(tab):
    tab.page.keyboard.press("1")  # before any click the focus is TensorBoard's
    tab.frame.locator("tbc-app").click(position={"x": 700, "y": 590})
    tab.page.keyboard.press("1")
    expect(tab.frame.get_by_role("radio", name="Counts")).to_be_checked()
    tab.page.keyboard.press("g")
    expect(tab.frame.get_by_role("radio", name="Log")).to_be_checked()
    tab.page.keyboard.press("e")
    expect(tab.frame.get_by_role("checkbox", name="Errors only")).to_be_checked()
    tab.page.keyboard.press("?")
    expect(tab.frame.get_by_role("dialog", name="Keys")).to_be_visible()
    tab.page.keyboard.press("Escape")
    expect(tab.frame.get_by_role("dialog", name="Keys")).to_have_count(0)


def test_transposed_the_predicted_classes_lie_down(tab):
    below, beside = tab.pixel("sgd", 3, 2), tab.pixel("sgd", 0, 1)
    assert below != beside
    tab.frame.get_by_role("checkbox", name="Transpose").check()
    assert tab.pixel("sgd", 2, 3) == below
    assert tab.pixel("sgd", 1, 0) == beside
    tab.hover("sgd", 1, 0)  # a row down, no column across
    expect(tab.status).to_contain_text("120 of 1,000 “cat” were predicted as “dog”")
    tab.grid("sgd").focus()
    tab.page.keyboard.press("ArrowRight")
    tab.page.keyboard.press("ArrowDown")
    expect(tab.inspector.get_by_text("true cat, predicted dog")).to_be_visible()


def test_a_locked_colour_range_holds_over_the_steps(tab):
    def goes_to(step):
        tab.slider.fill(str(step))
        counts = counts_at("sgd", step)
        expect(tab.frame.get_by_text(f"{100 * counts.trace() / counts.sum():.1f} % accuracy")).to_be_visible()

    tab.choose("Normalize", "Counts")
    unlocked = tab.pixel("sgd", 1, 1)
    goes_to(0)
    lock = tab.frame.get_by_role("checkbox", name="Lock the colour range")
    lock.check()
    locked = tab.pixel("sgd", 1, 1)
    assert locked != unlocked
    goes_to(4)
    assert tab.pixel("sgd", 1, 1) == locked
    lock.uncheck()
    expect(tab.frame.get_by_text(str(counts_at("adam", 4).max()), exact=True).first).to_be_visible()
    assert tab.pixel("sgd", 1, 1) == unlocked


@pytest.mark.parametrize(
    ("axis", "rates"), [("recall", [0.86, 0.8, 0.98, 0.5]), ("precision", [860 / 950, 400 / 525, 245 / 325, 1.0])]
)
def test_the_bars_are_recall_and_precision(tab, axis, rates):
    for class_index, rate in enumerate(rates):
        assert tab.bar_reaches("sgd", axis, class_index, rate - 0.1)
        assert not tab.bar_reaches("sgd", axis, class_index, rate + 0.1)


def test_a_bar_tells_its_rate_with_n_and_interval(tab):
    for axis, sentence in (
        ("recall", f"50 of 100 “ship” were predicted right: recall 50.0 % {wilson(50, 100)}"),
        ("precision", f"50 of 50 predicted as “ship” were right: precision 100.0 % {wilson(50, 50)}"),
    ):
        box = tab.grid("sgd").bounding_box()
        x, y = tab.bar_point("sgd", axis, 3, 0.2)
        tab.page.mouse.move(box["x"] + x, box["y"] + y)
        expect(tab.status).to_contain_text(sentence)


def test_a_double_click_keeps_what_was_selected(tab):
    tab.click("sgd", 0, 1)
    tab.page.mouse.dblclick(*tab.point_of("sgd", 2, 2))
    expect(tab.inspector.get_by_text("true cat, predicted dog")).to_be_visible()
