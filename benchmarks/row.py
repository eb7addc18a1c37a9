"""A row of the table, and the stopwatch that fills it."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Row:
    """One figure beside its budget and its peer.

    Attributes:
        what: what was measured.
        unit: of `ours`, `budget` and `theirs`.
        ours: the median, or the one figure.
        budget: the most that `ours` may be; None where there is none.
        peer: what it is compared with; empty where there is none.
        theirs: the peer's median; None where the peer wasn't measured.
        min_ratio: the least that `theirs / ours` may be; None where that isn't promised.
        note: anything to know beside the figures.
    """

    what: str
    unit: str
    ours: float
    budget: float | None = None
    peer: str = ""
    theirs: float | None = None
    min_ratio: float | None = None
    note: str = ""

    @property
    def ratio(self) -> float | None:
        """How many times the peer takes what we take."""
        return None if self.theirs is None or not self.ours else self.theirs / self.ours

    @property
    def holds(self) -> bool | None:
        """Whether everything promised of this row is so; None where nothing is, or it couldn't be measured."""
        verdicts = [] if self.budget is None else [self.ours <= self.budget]
        if self.min_ratio is not None and self.ratio is not None:
            verdicts.append(self.ratio >= self.min_ratio)
        return all(verdicts) if verdicts else None


def median_s(action: Callable[[], Any], repeats: int, *, warm_up: int = 1) -> float:
    """The median time of an action, in seconds.

    Args:
        action: what to time.
        repeats: how often.
        warm_up: how often to do it before, untimed.
    """
    for _ in range(warm_up):
        action()
    return statistics.median(elapsed_s(action) for _ in range(repeats))


def elapsed_s(action: Callable[[], Any]) -> float:
    """The time of an action, in seconds."""
    start = time.perf_counter()
    action()
    return time.perf_counter() - start
