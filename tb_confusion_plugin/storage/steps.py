"""Which data of a series count, when a restarted training has written some steps again."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol, TypeVar


class _HasStep(Protocol):
    @property
    def step(self) -> int: ...


DatumT = TypeVar("DatumT", bound=_HasStep)


def drop_superseded(data: Iterable[DatumT]) -> list[DatumT]:
    """Keeps what a later datum of the same or an earlier step hasn't gone back over.

    Args:
        data: data of one series in the order in which they were written.

    Returns:
        The data that count, their steps strictly ascending.
    """
    kept: list[DatumT] = []
    for datum in data:
        while kept and kept[-1].step >= datum.step:
            kept.pop()
        kept.append(datum)
    return kept
