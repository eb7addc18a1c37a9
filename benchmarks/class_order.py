"""The similarity order of a step that nobody asked for before, over HTTP from a real TensorBoard: how soon, how good, who waits."""

from __future__ import annotations

import json
import runpy
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from typing import Any, TypeAlias

import numpy as np
import scipy.sparse
from numpy.typing import NDArray
from scipy.cluster import hierarchy

from benchmarks.row import LeftOut, Row, elapsed_s, median_s, peer
from benchmarks.served import get, matrix_url, tensorboard, wait_for_steps
from tb_confusion_plugin import ConfusionWriter
from tb_confusion_plugin.core.counting import count_labels
from tb_confusion_plugin.core.ordering import class_similarity

BUDGETS_MS = {1000: 50.0, 5000: 500.0, 21_841: 3000.0}
NUM_STEPS = 8
BEST_RECALL = 0.55
_LEAF_ORDER_MAX_CLASSES = 1000
_LINKAGE_MAX_CLASSES = 5000
_GENERATOR = runpy.run_path(str(Path(__file__).parents[1] / "demo" / "many_classes.py"))

Counts: TypeAlias = scipy.sparse.csr_array


def rows() -> Iterator[Row]:
    """Yields a row for each K beside SciPy's linkage of all distances, and one for who asks for something else meanwhile."""
    planted = {num_classes: _GENERATOR["plant_classes"](num_classes, seed=0) for num_classes in BUDGETS_MS}
    counts = {num_classes: [_counts_of(planted[num_classes], step) for step in range(NUM_STEPS)] for num_classes in BUDGETS_MS}
    with tempfile.TemporaryDirectory() as logdir:
        for num_classes, steps in counts.items():
            with ConfusionWriter(Path(logdir) / str(num_classes)) as writer:
                for step, one in enumerate(steps):
                    writer.write("val/confusion", one, step=step)
        with tensorboard(logdir) as address:
            listed = wait_for_steps(address, {str(num_classes): NUM_STEPS for num_classes in BUDGETS_MS})
            for num_classes, steps in counts.items():
                urls = _order_urls(address, listed[str(num_classes)])
                yield _row(num_classes, steps, urls[:-1], planted[num_classes].group_of)
            yield _waiting_row(urls[-1], matrix_url(address, listed["1000"], 0))


def _counts_of(classes: Any, step: int) -> Counts:
    num_classes = len(classes.group_of)
    num_samples = min(50 * num_classes, 500_000)
    rng = np.random.default_rng([step, num_classes])
    y_true, y_pred = _GENERATOR["draw_labels"](classes, (step + 1) / NUM_STEPS, BEST_RECALL, num_samples, rng)
    return scipy.sparse.csr_array(count_labels(y_true, y_pred, num_classes))


def _order_urls(address: str, series: dict[str, Any]) -> list[str]:
    return [matrix_url(address, series, index).replace("/matrix?", "/order?") for index in range(NUM_STEPS)]


def _row(num_classes: int, steps: list[Counts], urls: list[str], group_of: NDArray[np.int64]) -> Row:
    get(urls[0])  # loads SciPy
    answers: list[bytes] = []
    times = [elapsed_s(lambda url=url: answers.append(get(url))) for url in urls[1:]]  # type: ignore[misc]  # mypy can't infer it
    orders = [np.array(json.loads(answer)["class_order"]) for answer in answers]
    side_by_side = np.argsort(group_of, kind="stable")
    ratios = [_spread(one, order) / _spread(one, side_by_side) for one, order in zip(steps[1:], orders, strict=False)]
    peers = [
        peer("SciPy's average linkage of all distances, in process", lambda: _linkage_ms(steps[-1], optimal_ordering=False)),
        peer("with SciPy's optimal leaf ordering", lambda: _linkage_ms(steps[-1], optimal_ordering=True)),
    ]
    return Row.beside(
        peers,
        f"similarity order over HTTP, K={num_classes:,}",
        "ms",
        1000 * median(times),
        BUDGETS_MS[num_classes],
        note=f"confused classes are {median(ratios):.2f} times as far apart as with the planted groups side by side "
        f"(at most {max(ratios):.2f}); each of {len(times)} steps asked for once, on a new connection",
    )


def _linkage_ms(counts: Counts, *, optimal_ordering: bool) -> float:
    num_classes = counts.shape[0]
    if num_classes > _LINKAGE_MAX_CLASSES:
        raise LeftOut(f"{num_classes * (num_classes - 1) // 2 * 8 / 1e9:.1f} GB of distances")
    if optimal_ordering and num_classes > _LEAF_ORDER_MAX_CLASSES:
        raise LeftOut("takes over a minute")

    def link() -> None:
        distances = 1 - class_similarity(counts).toarray()[np.triu_indices(num_classes, 1)]
        hierarchy.linkage(distances, "average", optimal_ordering=optimal_ordering)

    return 1000 * median_s(link, 3, warm_up=0)


def _spread(counts: Counts, order: NDArray[np.int64]) -> float:
    """The sum of |i - j| weighted by confusion."""
    place = np.argsort(order)
    cells = scipy.sparse.coo_array(counts)
    return float(np.abs(place[cells.row] - place[cells.col]) @ cells.data)


def _waiting_row(order_url: str, other_url: str) -> Row:
    alone_s = median_s(lambda: get(other_url), 20)
    waiting = threading.Thread(target=get, args=(order_url,))
    waiting.start()
    waits = []
    while waiting.is_alive():
        waits.append(elapsed_s(lambda: get(other_url)))
    waiting.join()
    return Row(
        f"one matrix of 1,000 classes while the order of {max(BUDGETS_MS):,} classes is made",
        "ms",
        1000 * median(waits),
        peer="the same while nothing else runs",
        theirs=1000 * alone_s,
        note=f"the longest of {len(waits)}: {1000 * max(waits):.0f} ms",
    )
