"""Whose names the classes of a matrix have: its own, those that come with it, or those that its series has."""

from __future__ import annotations

from itertools import zip_longest


def names_with(
    own: tuple[str, ...] | None, given: tuple[str, ...] | None, known: tuple[str, ...] | None, *, has_begun: bool
) -> tuple[str, ...] | None:
    """What to call the classes of a matrix that may have names of its own.

    Names that are the indices say nothing that another name could contradict.

    Args:
        own: the names of the matrix, or None.
        given: those that are passed with it, or None.
        known: those that its series began with, at its beginning those of the writer; or None.
        has_begun: whether the series has begun. It refuses names that aren't its own itself.

    Returns:
        The names, or None for those that are known.

    Raises:
        ValueError: the matrix has other names than those that are given, or than the writer's.
    """
    expected = given or known
    if own is None or (own == tuple(map(str, range(len(own)))) and (expected is not None or has_begun)):
        return given
    if expected is not None and expected != own and (given is not None or not has_begun):
        index, (new, old) = first_difference(own, expected)
        whose = "in class_names" if given else "of the writer"
        raise ValueError(
            f"invalid class_names: {new!r} for class {index} of the matrix, {old!r} {whose}; make the matrix with labels= and "
            "class_names= in the same order, or pass the matrix's class_names= where this tag's classes are others"
        )
    return own


def first_difference(new: tuple[str, ...], old: tuple[str, ...]) -> tuple[int, tuple[str | None, str | None]]:
    """The first class that is called otherwise: its index and both names. The two aren't the same."""
    return next((index, pair) for index, pair in enumerate(zip_longest(new, old)) if pair[0] != pair[1])
