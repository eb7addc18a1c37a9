"""Takes the README's pictures: the tab on the demo's log, in a real TensorBoard and Chromium.

After `make demo`, which makes the log: `.venv/bin/python docs/take_pictures.py logs/demo`.
"""

from __future__ import annotations

import sys
from pathlib import Path

from playwright.sync_api import expect, sync_playwright

sys.path.insert(0, str(Path(__file__).parents[1]))
from tests.browser.conftest import CHROMIUM_FLAGS, Tab, find_chromium, tensorboard

DOCS = Path(__file__).parent
# A 1 taken for an 8, some epochs before the end.
LINK = "&p.confusion.runs=-small&p.confusion.cell=1,8&p.confusion.on=sgd,val/confusion&p.confusion.step=14"
PICTURES = {"matrix-light.png": False, "matrix-dark.png": True}


def take(url: str) -> None:
    """Writes each picture into docs/."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=CHROMIUM_FLAGS)
        for name, is_dark in PICTURES.items():
            page = browser.new_page(viewport={"width": 1280, "height": 720})
            page.goto(f"{url}/{'?darkMode=true' if is_dark else ''}#confusion{LINK}")
            tab = Tab(page)
            tab.is_drawn("sgd")
            expect(tab.inspector.locator("canvas")).to_be_visible()
            page.mouse.move(0, 0)
            page.screenshot(path=DOCS / name)
            print(f"docs/{name}")


if __name__ == "__main__":
    with tensorboard(Path(sys.argv[1])) as server:
        take(server.url)
