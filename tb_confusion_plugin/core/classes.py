"""What is said of classes: their names, their groups, and which isn't a real one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import SupportsIndex


def as_class_names(class_names: Iterable[str] | None, num_classes: int | None = None) -> tuple[str, ...] | None:
    """Validates class names.

    Args:
        class_names: strings, or None.
        num_classes: K, or None where it isn't known yet.

    Raises:
        ValueError: not K strings.
    """
    return _as_names(class_names, "class_names", num_classes, "pass one a class, or None to show indices")


def as_class_groups(class_groups: Iterable[str] | None, num_classes: int | None = None) -> tuple[str, ...] | None:
    """Validates the groups of classes.

    Args:
        class_groups: the name of each class's group, or None.
        num_classes: K, or None where it isn't known yet.

    Raises:
        ValueError: not K strings.
    """
    return _as_names(class_groups, "class_groups", num_classes, "pass the group of each class, or None for no groups")


def as_special_class(
    special_class: SupportsIndex | str | None, class_names: Sequence[str] | None, num_classes: int | None = None
) -> int | None:
    """Validates which class isn't a real one, as a detector's background.

    Args:
        special_class: its index, its name, or None.
        class_names: the names among which its name is looked up.
        num_classes: K, or None where it isn't known yet.

    Returns:
        Its index.

    Raises:
        ValueError: no such class.
    """
    if special_class is None:
        return None
    if isinstance(special_class, str):
        if class_names is None or special_class not in class_names:
            raise ValueError(f"unknown special_class: {special_class!r}; pass one of class_names, or an index")
        return list(class_names).index(special_class)
    try:
        index = special_class.__index__()
    except AttributeError as error:
        raise ValueError(f"invalid special_class: {special_class!r}; pass the index or the name of a class") from error
    if index < 0 or (num_classes is not None and index >= num_classes):
        limit = "or more" if num_classes is None else f"to {num_classes - 1}"
        raise ValueError(f"invalid special_class: {index}; pass an index from 0 {limit}, or a name")
    return index


def is_encodable(text: str) -> bool:
    """Whether UTF-8 can encode a text: lone surrogates it can't."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _as_names(given: Iterable[str] | None, what: str, num_classes: int | None, remedy: str) -> tuple[str, ...] | None:
    if given is None:
        return None
    if isinstance(given, str):
        raise ValueError(f"invalid {what}: the single string {given!r}; pass a sequence of names, one a class")
    try:
        names = tuple(given)
    except TypeError as error:
        raise ValueError(f"invalid {what}: {given!r}; pass a sequence of names, one a class") from error
    one = what.removesuffix("s").replace("_", " ")
    for name in names:
        if not isinstance(name, str):
            raise ValueError(f"invalid {one}: {name!r} is {type(name).__name__}; pass strings, as in [str(n) for n in names]")
        if not is_encodable(name):
            raise ValueError(f"invalid {one}: {name!r} has lone surrogates; pass text that UTF-8 can encode")
    if not names:
        raise ValueError(f"invalid {what}: no names; {remedy}")
    if num_classes is not None and len(names) != num_classes:
        raise ValueError(f"invalid {what}: {len(names)} names for {num_classes} classes; pass one name a class, in index order")
    return names
