"""A row of the table, a row of the table of growth, and the stopwatch that fills them."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any


class LeftOut(Exception):  # noqa: N818  # not an error: a peer may be missing
    """A peer can't be measured here; the text says why."""


@dataclass(frozen=True)
class Peer:
    """What a figure is compared with.

    Attributes:
        name: as the table shows it.
        figure: its median, in the unit of the row; None where it wasn't measured.
        left_out: why it wasn't.
    """

    name: str
    figure: float | None = None
    left_out: str = ""


@dataclass(frozen=True)
class Row:
    """One figure beside its budget and its peers.

    Attributes:
        what: what was measured.
        unit: of `ours`, `budget`, `theirs` and the others' figures.
        ours: the median, or the one figure.
        budget: the most that `ours` may be; None where there is none.
        peer: what the ratio is of; empty where there is none.
        theirs: the peer's median; None where the peer wasn't measured.
        min_ratio: the least that `theirs / ours` may be; None where that isn't promised.
        note: anything to know beside the figures.
        others: further peers, of which nothing is promised.
        left_out: why `theirs` is None although there is a peer.
    """

    what: str
    unit: str
    ours: float
    budget: float | None = None
    peer: str = ""
    theirs: float | None = None
    min_ratio: float | None = None
    note: str = ""
    others: tuple[Peer, ...] = ()
    left_out: str = ""

    @classmethod
    def beside(
        cls,
        peers: list[Peer],
        what: str,
        unit: str,
        ours: float,
        budget: float | None = None,
        *,
        min_ratio: float | None = None,
        note: str = "",
    ) -> Row:
        """A row of several peers: the ratio is that of the first."""
        first, *others = peers
        return cls(what, unit, ours, budget, first.name, first.figure, min_ratio, note, tuple(others), first.left_out)

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

    @property
    def missing_peers(self) -> list[Peer]:
        """Those that weren't measured for a reason that is told."""
        return [peer for peer in (Peer(self.peer, self.theirs, self.left_out), *self.others) if peer.left_out]


@dataclass(frozen=True)
class Growth:
    """One row of the table that shows how costs grow.

    Attributes:
        by: what grows, and what stays as it is: the rows of one `by` are one table.
        size: how much of it.
        costs: what was measured and its unit, as in "log a step, ms", and the figure; None where it wasn't measured.
    """

    by: str
    size: int
    costs: Mapping[str, float | None]


def peer(name: str, measure: Callable[[], float]) -> Peer:
    """Measures a peer; one that isn't installed, or says so by LeftOut, is left out.

    Args:
        name: as the table shows it.
        measure: returns the figure in the unit of the row.
    """
    try:
        return Peer(name, measure())
    except (ImportError, LeftOut) as error:
        return Peer(name, None, str(error) or type(error).__name__)


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
