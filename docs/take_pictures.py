"""Takes the README's pictures: the tab on the demo's log, in a real TensorBoard and Chromium.

After `make demo`, which makes the log: `.venv/bin/python docs/take_pictures.py logs/demo`.
"""

from __future__ import annotations

import io
import sys
import tempfile
from pathlib import Path

from PIL import Image
from playwright.sync_api import expect, sync_playwright

sys.path.insert(0, str(Path(__file__).parents[1]))
from demo import many_classes
from tests.browser.conftest import CHROMIUM_FLAGS, Tab, find_chromium, tensorboard

DOCS = Path(__file__).parent
# A 1 taken for an 8, some epochs before the end.
_CELL = "&p.confusion.cell=1,8&p.confusion.on=sgd,val/confusion&p.confusion.step=14"
_RUNS = "&p.confusion.runs=-small"
LINKS = {
    "matrix": _RUNS + _CELL,
    "timeline": "&p.confusion.view=timeline&p.confusion.cell=1,1&p.confusion.on=sgd,val/confusion",
    "classes": "&p.confusion.view=classes&p.confusion.cell=1,1&p.confusion.on=sgd,val/confusion",
    "confusions": "&p.confusion.view=confusions&p.confusion.cell=1,8&p.confusion.on=sgd,val/confusion",
    "compare": "&p.confusion.view=compare&p.confusion.a=sgd,val/confusion,&p.confusion.b=adam,val/confusion,&p.confusion.cell=1,8",
    "strips": "&p.confusion.strips=1&p.confusion.errors=1",
}
# Of a log of 21,841 classes, which is made for it.
MANY_LINKS = {"many": "&p.confusion.order=group&p.confusion.scale=log&p.confusion.zoom=300,300,150"}
THEMES = {"light": "", "dark": "?darkMode=true"}


def take(url: str, links: dict[str, str], themes: dict[str, str]) -> None:
    """Writes each picture into docs/."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=CHROMIUM_FLAGS)
        for name, link in links.items():
            for theme, query in themes.items():
                page = browser.new_page(viewport={"width": 1280, "height": 720})
                page.goto(f"{url}/{query}#confusion{link}")
                wait_until_drawn(Tab(page))
                page.mouse.move(0, 0)
                picture = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
                # Without loss, and a third of a PNG's size.
                picture.save(DOCS / f"{name}-{theme}.webp", lossless=True, quality=100, method=6)
                page.close()
                print(f"docs/{name}-{theme}.webp")
        browser.close()


def wait_until_drawn(tab: Tab) -> None:
    """Until the histories have come, which everything but a matrix needs."""
    expect(tab.frame.get_by_role("grid").first).to_be_visible()
    tab.page.frames[1].wait_for_function(
        """() => {
          const {app} = document.querySelector("tbc-app");
          const shown = app.shownSeries.value;
          const hasSteps = !app.isHistoryNeeded.value || shown.every((one) => app.historyOf(one)?.isComplete);
          return shown.length > 0 && hasSteps && app.cards.value.every((card) => card.matrix);
        }"""
    )
    tab.page.frames[1].evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")


if __name__ == "__main__":
    with tensorboard(Path(sys.argv[1]), has_tensorflow=True) as server:
        take(server.url, LINKS, THEMES)
    with tempfile.TemporaryDirectory() as logdir:
        many_classes.main(["--classes", "21841", "--steps", "6", "--logdir", f"{logdir}/many"])
        with tensorboard(Path(logdir) / "many", has_tensorflow=True) as server:
            take(server.url, MANY_LINKS, {"light": ""})
