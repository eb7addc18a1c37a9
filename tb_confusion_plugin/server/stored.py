"""What TensorBoard keeps of this plugin's data, as the readers hand it on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeAlias

from tb_confusion_plugin.storage.header import MatrixHeader

# The header of a matrix that can be read, or why it can't.
Verdict: TypeAlias = MatrixHeader | str


@dataclass(frozen=True, slots=True)
class StoredDatum:
    """One step of a series as TensorBoard keeps it.

    Attributes:
        step: the training step.
        wall_time: when it was written, in seconds since the epoch.
        read: fetches its blob; ValueError where there is none.
        verdict: what is known of the blob already; None where it has to be read to be checked.
    """

    step: int
    wall_time: float
    read: Callable[[], bytes] = field(repr=False, compare=False)
    verdict: Verdict | None = None


@dataclass(frozen=True)
class StoredSeries:
    """One (run, tag) as TensorBoard keeps it. A reader returns the same object as long as nothing of it has changed.

    Attributes:
        run: the run.
        tag: the tag; empty where TensorBoard can't even list the tags of the run.
        plugin_content: what the series says of itself.
        data: steps ascend.
        problem: why its data couldn't be listed.
        notice: what else there is to say of what it shows; a predicate.
        is_pending: whether its data haven't been asked for yet.
    """

    run: str
    tag: str
    plugin_content: bytes
    data: tuple[StoredDatum, ...]
    problem: str | None = None
    notice: str | None = None
    is_pending: bool = False
