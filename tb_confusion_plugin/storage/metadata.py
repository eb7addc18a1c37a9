"""What a series says of itself once: the `plugin_content` of its first event (docs/format.md)."""

from __future__ import annotations

import hashlib
import json
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from tb_confusion_plugin.core.classes import is_encodable
from tb_confusion_plugin.storage.header import NO_CLASS_NAMES

PLUGIN_NAME = "confusion"
METADATA_VERSION = 1

# TensorBoard sends the metadata of all series in one answer, with a limit on its size: past this, deflating pays.
_DEFLATE_FROM_BYTES = 512
_MAX_INFLATED_BYTES = 1 << 26


@dataclass(frozen=True)
class SeriesMetadata:
    """What all steps of a series share.

    Attributes:
        class_names: K names, or None.
        class_groups: K names of groups, aligned with the class names, or None.
        special_class: index of a class that isn't a real one (background, reject), or None.
        title: what to call the series on screen; empty: its tag.
        description: a sentence or more about the series.
    """

    class_names: tuple[str, ...] | None = None
    class_groups: tuple[str, ...] | None = None
    special_class: int | None = None
    title: str = ""
    description: str = ""


def class_names_hash(class_names: Sequence[str] | None) -> bytes:
    """The first 8 bytes of the SHA-256 of all names, each as its UTF-8 length (4 bytes, little-endian) and its UTF-8 bytes."""
    if class_names is None:
        return NO_CLASS_NAMES
    digest = hashlib.sha256()
    for name in class_names:
        encoded = name.encode()
        digest.update(len(encoded).to_bytes(4, "little") + encoded)
    return digest.digest()[:8]


def serialize_metadata(metadata: SeriesMetadata) -> bytes:
    """JSON in UTF-8 with a version, without what is unset; a zlib stream of it when large.

    Raises:
        ValueError: title or description isn't text.
    """
    for key in ("title", "description"):
        if not _is_text(text := getattr(metadata, key)):
            raise ValueError(f"invalid {key}: {text!r}; pass a string that UTF-8 can encode")
    content: dict[str, Any] = {"version": METADATA_VERSION}
    if metadata.class_names is not None:
        content["class_names"] = metadata.class_names
    if metadata.class_groups is not None:
        content["class_groups"] = metadata.class_groups
    if metadata.special_class is not None:
        content["special_class"] = metadata.special_class
    content.update({key: text for key in ("title", "description") if (text := getattr(metadata, key))})
    serialized = json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()
    return serialized if len(serialized) < _DEFLATE_FROM_BYTES else zlib.compress(serialized, 9)


def parse_metadata(content: bytes) -> SeriesMetadata:
    """The opposite of `serialize_metadata`; empty content is a series that says nothing of itself.

    Args:
        content: `plugin_content`, as anybody may have written it.

    Raises:
        ValueError: not such metadata, or of a newer version.
    """
    if not content:
        return SeriesMetadata()
    try:
        parsed = json.loads(content if content[:1] == b"{" else _inflate(content))
    except (ValueError, zlib.error, RecursionError) as error:
        raise ValueError(f"invalid series metadata: {len(content)} bytes that aren't JSON ({error})") from error
    if not isinstance(parsed, dict):
        raise ValueError(f"invalid series metadata: a JSON {type(parsed).__name__}; expected an object")
    version = parsed.get("version", METADATA_VERSION)
    if not _is_int(version) or version > METADATA_VERSION:
        raise ValueError(
            f"unknown series metadata version {version!r}: this plugin reads up to {METADATA_VERSION}; upgrade tb-confusion-plugin"
        )
    special_class = parsed.get("special_class")
    if special_class is not None and not (_is_int(special_class) and special_class >= 0):
        raise ValueError(f"invalid series metadata: special_class {special_class!r} isn't a class index")
    return SeriesMetadata(
        class_names=_names(parsed, "class_names"),
        class_groups=_names(parsed, "class_groups"),
        special_class=special_class,
        title=_text(parsed, "title"),
        description=_text(parsed, "description"),
    )


def _inflate(content: bytes) -> bytes:
    inflater = zlib.decompressobj()
    inflated = inflater.decompress(content, _MAX_INFLATED_BYTES)
    if not inflater.eof:
        raise ValueError(f"cut off, or over {_MAX_INFLATED_BYTES} bytes once inflated")
    return inflated


def _names(parsed: dict[str, Any], key: str) -> tuple[str, ...] | None:
    names = parsed.get(key)
    if names is None:
        return None
    if not isinstance(names, list) or not all(map(_is_text, names)):
        raise ValueError(f"invalid series metadata: {key} isn't a list of strings that UTF-8 can encode")
    return tuple(names)


def _text(parsed: dict[str, Any], key: str) -> str:
    text = parsed.get(key, "")
    if not _is_text(text):
        raise ValueError(f"invalid series metadata: {key} isn't a string that UTF-8 can encode")
    return text  # type: ignore[no-any-return]  # just checked


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and is_encodable(value)


def _is_int(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)
