"""Where the time goes: `python -m benchmarks.profiling log|count|open|step|zoom [--classes K]`. Not part of the table.

The page's functions have their names where it was built with them: `node_modules/.bin/vite build --minify false` in frontend/.
"""

from __future__ import annotations

import argparse
import cProfile
import pstats
import tempfile
from collections import Counter
from collections.abc import Sequence
from typing import Any

from benchmarks.in_browser import ConfusionTab, open_browser, open_page
from benchmarks.labels import make_labels
from benchmarks.served import tensorboard, wait_for_steps
from tb_confusion_plugin import ConfusionWriter
from tb_confusion_plugin.core.counting import count_labels

NUM_LABELS = 1_000_000
NUM_STEPS = 2
REPEATS = 50
NUM_SHOWN = 15


def main(arguments: Sequence[str] | None = None) -> None:
    """Prints the functions that take most time themselves."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.profiling", description="Shows where the time goes.")
    parser.add_argument("what", choices=("log", "count", "open", "step", "zoom", "pan", "hover"))
    parser.add_argument("--classes", type=int, default=1000, help="K (default: %(default)s)")
    options = parser.parse_args(arguments)
    if options.what in {"log", "count"}:
        _profile_python(options.what, options.classes)
    else:
        _profile_page(options.what, options.classes)


def _profile_python(what: str, num_classes: int) -> None:
    with tempfile.TemporaryDirectory() as logdir, ConfusionWriter(logdir) as writer:
        counts, labels = count_labels(*make_labels(num_classes), num_classes), make_labels(num_classes, NUM_LABELS)

        def act(step: int) -> None:
            if what == "log":
                writer.write("val/confusion", counts, step=step)
            else:
                count_labels(*labels, num_classes)

        act(0)
        with cProfile.Profile() as profile:
            for step in range(1, REPEATS + 1):
                act(step)
    pstats.Stats(profile).sort_stats("tottime").print_stats(NUM_SHOWN)


def _profile_page(what: str, num_classes: int) -> None:
    with tempfile.TemporaryDirectory() as logdir:
        with ConfusionWriter(f"{logdir}/run", class_names=[f"class {index}" for index in range(num_classes)]) as writer:
            for step in range(NUM_STEPS):
                writer.write("val/confusion", count_labels(*make_labels(num_classes, seed=step), num_classes), step=step)
        with tensorboard(logdir) as address, open_browser() as browser, open_page(browser) as page:
            wait_for_steps(address, {"run": NUM_STEPS})
            session = page.context.new_cdp_session(page)
            session.send("Profiler.enable")
            session.send("Profiler.setSamplingInterval", {"interval": 200})
            if what == "open":
                # TensorBoard's own start is in it; its functions lie in another file.
                session.send("Profiler.start")
            tab = ConfusionTab(page, address)
            tab.first_picture_ms()
            if what != "open":
                tab.times(what, 2)
                session.send("Profiler.start")
                tab.times(what, REPEATS)
            _print_profile(session.send("Profiler.stop")["profile"], 1 if what == "open" else REPEATS + 2)


def _print_profile(profile: dict[str, Any], repeats: int) -> None:
    """Milliseconds a repeat that each function of ours takes itself, with what the browser does for it."""
    nodes = {node["id"]: node["callFrame"] for node in profile["nodes"]}
    parents = {child: node["id"] for node in profile["nodes"] for child in node.get("children", ())}
    self_us: Counter[str] = Counter()
    for node, delta in zip(profile["samples"], profile["timeDeltas"], strict=True):
        caller = node
        while not nodes[caller]["url"] and caller in parents:
            caller = parents[caller]
        if "/plugin/confusion/" in nodes[caller]["url"]:
            native = "" if caller == node else f", in it {nodes[node]['functionName']}"
            frame = nodes[caller]
            self_us[f"{frame['functionName'] or '(anonymous)'}:{frame['lineNumber'] + 1}{native}"] += delta
    print(f"{sum(self_us.values()) / 1000 / repeats:8.2f} ms in all")
    for name, time_us in self_us.most_common(NUM_SHOWN):
        print(f"{time_us / 1000 / repeats:8.2f} ms  {name}")


if __name__ == "__main__":
    main()
