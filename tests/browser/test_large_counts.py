"""Pixel counts: exact to 2^53 in every number shown and exported; above, rounded and said to be. Weighted samples throughout."""

from __future__ import annotations

import csv
import json
import re
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import expect

from tb_confusion_plugin import ConfusionWriter
from tests.browser.conftest import tensorboard

# counts[true_class, pred_class]; all of them sum to 2^53 - 1, the last total whose every digit a browser can show.
ROAD_RIGHT = 9_007_199_254_740_960
EXACT = np.array([[ROAD_RIGHT, 7], [11, 13]])
WEIGHTED = np.array([[10.25, 0.5], [1.75, 7.5]])


@pytest.fixture(scope="module")
def logdir(tmp_path_factory):
    assert EXACT.sum() == 2**53 - 1
    logdir = tmp_path_factory.mktemp("large")
    for run, counts in (("exact", EXACT), ("over", 64 * EXACT), ("weighted", WEIGHTED)):
        with ConfusionWriter(logdir / run, class_names=["road", "sky"]) as writer:
            writer.write("val/confusion", counts, step=0)
    return logdir


@pytest.fixture(scope="module")
def url(logdir):
    with tensorboard(logdir) as server:
        yield server.url


def download(tab, name: str) -> Path:
    tab.frame.get_by_role("button", name="Export").click()
    with tab.page.expect_download() as downloading:
        tab.frame.get_by_role("menuitem", name=re.compile(f"^{name}")).click()
    return downloading.value.path()


def test_counts_up_to_2_53_are_exact_wherever_they_stand(open_tab, url):
    tab = open_tab(url, "&p.confusion.runs=-over,-weighted")
    tab.is_drawn("exact")
    expect(tab.frame.get_by_text("n 9,007,199,254,740,991")).to_be_visible()
    tab.hover("exact", 0, 0)
    expect(tab.status).to_contain_text("9,007,199,254,740,960 of 9,007,199,254,740,967")
    tab.hover("exact", 1, 0)
    expect(tab.status).to_contain_text("11 of 24")
    tab.choose("Normalize", "Counts")
    rows = list(csv.reader(download(tab, "CSV").read_text().splitlines()))
    assert ["road", str(ROAD_RIGHT), "7"] in [row[4:] for row in rows]
    table = json.loads(download(tab, "JSON").read_text())
    assert str(ROAD_RIGHT) in json.dumps(table)


def test_counts_over_2_53_are_said_to_be_rounded(open_tab, url):
    tab = open_tab(url, "&p.confusion.runs=-exact,-weighted&p.confusion.normalize=counts")
    tab.is_drawn("over")
    expect(tab.frame.get_by_text("(rounded: over 2^53)")).to_be_visible()
    expect(tab.frame.get_by_role("region", name="Warnings")).to_contain_text("over 2^53 samples at step 0")
    assert "rounded: over 2^53" in download(tab, "CSV").read_text()


def test_weights_are_shown_without_intervals_and_exported_as_they_are(open_tab, url):
    tab = open_tab(url, "&p.confusion.runs=-exact,-over")
    tab.is_drawn("weighted")
    expect(tab.frame.get_by_text("weight 20")).to_be_visible()
    tab.hover("weighted", 0, 1)
    expect(tab.status).to_contain_text("0.5 of 10.75")
    tab.choose("Normalize", "Counts")
    rows = list(csv.reader(download(tab, "CSV").read_text().splitlines()))
    assert ["sky", "1.75", "7.5"] in [row[4:] for row in rows]
