"""Every action has a key: each key of the list is pressed, and the link says what it did."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tb_confusion_plugin import ConfusionWriter
from tests.browser.conftest import counts_at, tensorboard

pytestmark = pytest.mark.browser

# Keys, the view in which they are pressed with what it shows, and what the link says then (a "!" before it: says no longer).
EFFECTS = [
    ("n", "", "view=timeline"),
    ("c", "", "view=classes"),
    ("f", "", "view=confusions"),
    ("d", "", "view=compare"),
    ("m", "view=classes", "!view="),
    ("[", "step=2", "step=1"),
    ("]", "step=1", "step=2"),
    ("Home", "", "step=0"),
    ("End", "step=0", "step=2"),
    ("l", "step=0", "!step="),
    ("r", "view=timeline&steps=0,1", "!steps="),
    (".", "", "on=b"),
    (",", "on=b,val", "on=a"),
    ("1", "", "normalize=counts"),
    ("2", "normalize=all", "!normalize="),
    ("3", "", "normalize=pred"),
    ("4", "", "normalize=all"),
    ("g", "", "scale=log"),
    ("e", "", "errors=1"),
    ("t", "", "transpose=1"),
    ("s", "", "strips=1"),
    ("k", "", "lock=true%2Clinear"),
    ("v", "view=timeline", "rate=precision"),
    ("v", "view=confusions", "rank=rate"),
    ("w", "view=timeline", "overall=balancedAccuracy"),
    ("q", "view=timeline", "forgotten=0"),
    ("q", "view=compare", "significant=0"),
    ("x", "view=compare", "a=b"),
    ("p", "", "baseline=a"),
    ("o", "", "order=name"),
    ("O", "order=name", "!order="),
    ("h", "order=recall", "of=a"),
    ("u", "order=group", "collapse=%3Dpet"),
    ("j", "", "show=confused"),
    ("a", "", "without_special=1"),
    ("b", "", "sidebar=closed"),
    ("i", "", "inspector=closed"),
    ("Escape", "cell=0,1", "!cell="),
    ("+", "", "zoom="),
    ("0", "zoom=0,0,2", "!zoom="),
]
# Those that change no link: tested below, and in test_page.py and test_export.py.
OTHERS = ["space", "/", "E", "y and Y", "?", "arrows", "Shift + arrows"]


@pytest.fixture(scope="module")
def url(tmp_path_factory):
    logdir = tmp_path_factory.mktemp("keys")
    options = {"class_names": ["cat", "dog", "bird", "ship"], "class_groups": ["pet", "pet", "", ""], "special_class": 3}
    for run in ("a", "b"):
        with ConfusionWriter(logdir / run, **options) as writer:
            for step in range(3):
                writer.write("val", counts_at("sgd" if run == "a" else "adam", step), step)
    with tensorboard(logdir) as server:
        yield server.url


def test_each_key_does_what_the_list_says(open_tab, url):
    tab = open_tab(url)
    tab.is_drawn("a")
    for key, before, effect in EFFECTS:
        link = "".join(f"&p.confusion.{part}" for part in before.split("&") if part)
        tab.page.evaluate("(hash) => { location.hash = hash; }", f"#confusion&p.confusion.fresh={key.encode().hex()}{link}")
        expect(tab.frame.get_by_role("grid").first).to_be_visible()
        tab.frame.get_by_role("tab", selected=True).press(key)
        pattern = f"^(?!.*confusion\\.{effect[1:]})" if effect.startswith("!") else f"confusion\\.{re.escape(effect)}"
        tab.page.wait_for_url(re.compile(pattern), timeout=5000)


def test_the_list_has_every_key(open_tab, url):
    tab = open_tab(url)
    tab.is_drawn("a")
    tab.frame.get_by_role("tab", name="Matrix").press("?")
    shown = tab.frame.get_by_role("dialog", name="Keys").locator("kbd").all_inner_texts()
    told = {key for keys in shown for key in re.split(r" and |(?<=\S) (?=\S$)| ", keys)}
    tested = {{"Escape": "Esc"}.get(key, key) for key, *_ in EFFECTS} | {part for one in OTHERS for part in one.split(" and ")}
    assert told - tested <= {"−", "arrows", "Shift"}
    assert {key for key in tested if len(key) == 1} <= told


def test_keys_of_the_view_copy_its_table(open_tab, url):
    tab = open_tab(url, "&p.confusion.view=classes")
    expect(tab.frame.get_by_role("grid", name="Classes")).to_be_visible()
    tab.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    tab.frame.get_by_role("tab", name="Classes").press("Y")
    expect(tab.frame.get_by_role("button", name="Copied")).to_be_visible()
    lines = tab.page.evaluate("navigator.clipboard.readText()").split("\n")
    assert lines[:3] == ["run\ta", "tag\tval", "step\t2"]
    counts = counts_at("sgd", 2)
    assert lines[4].split("\t")[:4] == ["cat", str(counts[0].sum()), str(counts[:, 0].sum()), str(counts[0, 0] / counts[0].sum())]


def test_a_key_means_nothing_while_somebody_types(open_tab, url):
    tab = open_tab(url)
    tab.is_drawn("a")
    tab.frame.get_by_role("searchbox", name="Filter runs").fill("a")
    tab.frame.get_by_role("searchbox", name="Filter runs").press("e")
    expect(tab.frame.get_by_role("checkbox", name="Errors only")).not_to_be_checked()
