"""What is seen can be taken along: as a picture, as figures, as a link."""

from __future__ import annotations

import csv
import io
import json
import re
import xml.etree.ElementTree as ET

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import expect
from sklearn.metrics import confusion_matrix

from tb_confusion_plugin import ConfusionWriter
from tests.browser.conftest import CLASS_NAMES, counts_at

pytestmark = pytest.mark.browser

SVG = "{http://www.w3.org/2000/svg}"
PIXEL_RATIO = 2
MARGIN_CSS = 16


def show(tab, view):
    tab.frame.get_by_role("tab", name=view).click()
    expect(tab.frame.get_by_role("tab", name=view)).to_have_attribute("aria-selected", "true")


def export(tab, file_format, path):
    """Saves the open view and gives the file's suggested name."""
    tab.frame.get_by_role("button", name="Export").click()
    with tab.page.expect_download() as download:
        tab.frame.get_by_role("menuitem", name=re.compile(f"^{file_format}")).click()
    download.value.save_as(path)
    expect(tab.frame.get_by_role("menu")).to_have_count(0)
    return download.value.suggested_filename


def rates(counts):
    y_true, y_pred = np.nonzero(counts)
    return confusion_matrix(y_true, y_pred, labels=range(len(counts)), sample_weight=counts[y_true, y_pred], normalize="true")


def test_csv_has_the_rates_with_run_tag_step_and_normalization(tab, tmp_path):
    name = export(tab, "CSV", tmp_path / "x")
    assert name == "confusion_matrix_adam_sgd_step4.csv"
    first, second = (tmp_path / "x").read_bytes().decode().split("\r\n\r\n")
    for text, run in ((first, "adam"), (second, "sgd")):
        rows = list(csv.DictReader(io.StringIO(text)))
        assert {(row["run"], row["tag"], row["step"], row["normalize"]) for row in rows} == {(run, "val/confusion", "4", "true")}
        values = [[float(row[name]) for name in CLASS_NAMES] for row in rows]
        np.testing.assert_allclose(values, rates(counts_at(run, 4)), rtol=1e-12)


def test_json_has_the_counts_where_counts_are_seen(tab, tmp_path):
    tab.choose("Normalize", "Counts")
    export(tab, "JSON", tmp_path / "x")
    adam, sgd = json.loads((tmp_path / "x").read_text())
    assert (adam["run"], sgd["run"], sgd["normalize"]) == ("adam", "sgd", "counts")
    assert [row[1:] for row in sgd["rows"]] == counts_at("sgd", 4).tolist()


def test_latex_is_a_booktabs_table_of_percent(tab, tmp_path):
    export(tab, "LaTeX", tmp_path / "x")
    text = (tmp_path / "x").read_text()
    assert "% run sgd, tag val/confusion, step 4, normalize true" in text
    expected = " & ".join(f"{100 * rate:.1f}" for rate in rates(counts_at("sgd", 4))[0])
    assert f"cat & {expected} \\\\" in text
    assert text.count("\\toprule") == text.count("\\bottomrule") == 2


def test_svg_has_a_rectangle_a_cell_in_its_colour_and_says_what_it_is(tab, tmp_path):
    export(tab, "SVG", tmp_path / "x")
    root = ET.parse(tmp_path / "x").getroot()
    assert root.find(f"{SVG}title").text == "Confusion matrix · run adam, sgd · tag val/confusion · step 4"
    assert "share of each true class, linear colours" in root.find(f"{SVG}desc").text
    texts = ["".join(text.itertext()) for text in root.iter(f"{SVG}text")]
    for expected in (*CLASS_NAMES, "adam", "sgd", "True label", "Predicted label"):
        assert expected in texts, expected
    assert root.find(f".//{SVG}image") is None
    fills = {rect.get("fill") for rect in root.iter(f"{SVG}rect")}
    for cell in ((0, 0), (0, 1), (2, 2)):
        assert "#{:02x}{:02x}{:02x}".format(*tab.pixel("sgd", *cell)) in fills


def test_png_is_twice_as_large_as_what_is_seen_and_has_its_pixels(tab, tmp_path):
    export(tab, "PNG", tmp_path / "x")
    picture = Image.open(tmp_path / "x").convert("RGB")
    first, second = (tab.grid(run).bounding_box() for run in ("adam", "sgd"))
    width_css = second["x"] + second["width"] - first["x"]
    assert picture.width == pytest.approx(PIXEL_RATIO * (width_css + 2 * MARGIN_CSS), abs=4)
    assert tuple(picture.getpixel((0, 0))) == (255, 255, 255)
    colours = {colour for _, colour in picture.getcolors(maxcolors=2**24)}
    for cell in ((0, 0), (0, 1), (1, 0)):
        assert tab.pixel("sgd", *cell) in colours


def test_every_view_can_be_exported_in_every_format(tab, tmp_path):
    for view, heading in (
        ("Timeline", "run,tag,rate,class"),
        ("Classes", "run,tag,step,class,support,predicted_count,recall"),
        ("Confusions", "run,tag,step,normalize,true_label,predicted_label,count"),
        ("Compare", "run_a,tag_a,step_a,run_b,tag_b,step_b,normalize,true_label"),
    ):
        show(tab, view)
        expect(tab.frame.get_by_role("grid").first).to_be_visible()
        export(tab, "CSV", tmp_path / "csv")
        assert (tmp_path / "csv").read_text().startswith(heading)
        export(tab, "JSON", tmp_path / "json")
        assert json.loads((tmp_path / "json").read_text())[0]["rows"]
        export(tab, "LaTeX", tmp_path / "latex")
        assert "\\midrule" in (tmp_path / "latex").read_text()
        export(tab, "SVG", tmp_path / "svg")
        texts = ["".join(text.itertext()) for text in ET.parse(tmp_path / "svg").iter(f"{SVG}text")]
        assert any("cat" in text for text in texts)
        assert name_of(export(tab, "PNG", tmp_path / "png")) == view.lower()
        assert len(Image.open(tmp_path / "png").convert("RGB").getcolors(maxcolors=2**24)) > 4


def name_of(file_name):
    return file_name.split("_")[1].split(".")[0]


def test_cells_are_one_raster_above_ten_thousand(open_tab, serve, tmp_path):
    counts = np.random.default_rng(0).integers(1, 50, (110, 110))
    with ConfusionWriter(tmp_path / "log") as writer:
        writer.write("val", counts, 0)
    tab = open_tab(serve(tmp_path / "log").url)
    tab.is_drawn(".")
    export(tab, "SVG", tmp_path / "x")
    images = list(ET.parse(tmp_path / "x").iter(f"{SVG}image"))
    assert len(images) == 1
    assert images[0].get("href").startswith("data:image/png;base64,")


def test_names_cannot_break_a_picture_or_a_table(open_tab, serve, tmp_path):
    names = ["<script>alert(1)</script>", 'a"b,c', "x & \u0001 y"]
    with ConfusionWriter(tmp_path / "log" / "a,b", class_names=names) as writer:
        writer.write("val", np.eye(3, dtype=int), 0)
    tab = open_tab(serve(tmp_path / "log").url)
    tab.is_drawn("a,b")
    export(tab, "SVG", tmp_path / "svg")
    ET.parse(tmp_path / "svg")
    export(tab, "CSV", tmp_path / "csv")
    header, *rows = csv.reader(io.StringIO((tmp_path / "csv").read_bytes().decode()))
    assert header[5:] == names
    assert [row[4] for row in rows] == names
    assert {row[0] for row in rows} == {"a,b"}


def test_a_copied_link_opens_the_same_view_in_a_fresh_browser(tab, open_tab):
    show(tab, "Compare")
    tab.frame.get_by_role("button", name="Swap A and B").click()
    tab.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    tab.frame.get_by_role("button", name="Copy link").click()
    expect(tab.frame.get_by_role("button", name="Copied")).to_be_visible()
    url, link = tab.page.evaluate("navigator.clipboard.readText()").split("#confusion")
    fresh = open_tab(url.rstrip("/"), link)
    title = "adam, step 4 minus sgd, step 4"
    expect(tab.frame.get_by_text(title)).to_be_visible()
    expect(fresh.frame.get_by_text(title)).to_be_visible()


def test_the_menu_is_worked_with_keys_alone(tab, tmp_path):
    tab.frame.get_by_role("tab", name="Matrix").press("E")
    first = tab.frame.get_by_role("menuitem").first
    expect(first).to_be_focused()
    first.press("ArrowUp")
    expect(tab.frame.get_by_role("menuitem").last).to_be_focused()
    tab.page.keyboard.press("Escape")
    expect(tab.frame.get_by_role("menu")).to_have_count(0)
    expect(tab.frame.get_by_role("button", name="Export")).to_be_focused()
