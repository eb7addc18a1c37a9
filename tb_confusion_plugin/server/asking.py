"""Asks TensorBoard for much at once and, where it can't answer that, for as little as needed."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Any, TypeAlias, TypeVar

from tensorboard import errors
from tensorboard.data import provider

# TensorBoard wants a number of steps; what it keeps is decided by its sampling when it loads the log.
ALL_STEPS = 1_000_000

SeriesKey: TypeAlias = tuple[str, str]
AnswerT = TypeVar("AnswerT")
Ask: TypeAlias = Callable[[provider.RunTagFilter], Mapping[str, Mapping[str, AnswerT]]]


def ask_in_parts(
    ask: Ask[AnswerT], tags_of_run: Mapping[str, Collection[str] | None]
) -> tuple[dict[SeriesKey, AnswerT], dict[SeriesKey, str]]:
    """Halves what it asks for until TensorBoard answers: an answer may be too long, or one malformed event make it fail for all.

    Args:
        ask: asks for what passes a filter, and gives the answers by run and tag.
        tags_of_run: what is wanted; the tags of a run are None where they aren't known.

    Returns:
        The answers, and what kept the others from being answered: with an empty tag where it kept the whole run.

    Raises:
        tensorboard.errors.PublicError: the experiment is unknown or may not be read.
    """
    if not tags_of_run:
        return {}, {}
    try:
        return flatten(ask(_filter_of(tags_of_run))), {}
    except errors.PublicError:
        raise
    except Exception as error:  # noqa: BLE001  # gRPC's own errors, and whatever a malformed event makes TensorBoard raise
        halves = _halve(tags_of_run)
        if not halves:
            [(run, tags)] = tags_of_run.items()
            return {}, {(run, tag): describe_error(error) for tag in tags or [""]}
    answers, problems = ask_in_parts(ask, halves[0])
    more_answers, more_problems = ask_in_parts(ask, halves[1])
    return {**answers, **more_answers}, {**problems, **more_problems}


def flatten(answers: Mapping[str, Mapping[str, AnswerT]]) -> dict[SeriesKey, AnswerT]:
    """By (run, tag) what TensorBoard gives by run and tag."""
    return {(run, tag): answer for run, tags in answers.items() for tag, answer in tags.items()}


def describe_error(error: Any) -> str:
    """One line that names the error: of a gRPC error its code and details, since its text begins with neither."""
    told = f"{error.code().name}: {error.details()}" if is_rpc_error(error) else f"{type(error).__name__}: {error}"
    return told.splitlines()[0][:300]


def is_rpc_error(error: Any) -> bool:
    """Whether gRPC raised it, which needn't be loaded to know that."""
    return callable(getattr(error, "code", None)) and callable(getattr(error, "details", None))


def _filter_of(tags_of_run: Mapping[str, Collection[str] | None]) -> provider.RunTagFilter:
    known = list(tags_of_run.values())
    is_one_run = len(known) == 1 and known[0] is not None
    return provider.RunTagFilter(runs=list(tags_of_run), tags=list(known[0] or ()) if is_one_run else None)


def _halve(tags_of_run: Mapping[str, Collection[str] | None]) -> list[dict[str, Collection[str] | None]]:
    """Two halves: of the runs or, of a single one, of its tags; nothing where that can't be halved."""
    if len(tags_of_run) > 1:
        runs = list(tags_of_run.items())
        middle = len(runs) // 2
        return [dict(runs[:middle]), dict(runs[middle:])]
    [(run, tags)] = tags_of_run.items()
    if tags is None or len(tags) < 2:
        return []
    middle = len(tags) // 2
    return [{run: sorted(tags)[:middle]}, {run: sorted(tags)[middle:]}]
