"""What series say of themselves: often the same for many runs, and much where there are many classes."""

from __future__ import annotations

import sys
from dataclasses import dataclass

from tb_confusion_plugin.server.byte_cache import ByteCache
from tb_confusion_plugin.storage.metadata import SeriesMetadata, class_names_hash, parse_metadata

# Of what the page and the exports ask for: the names of 21,841 classes take 2 MB.
METADATA_BYTES = 16 << 20
# What a digest takes is that of the content by which it is found.
_DIGEST_BYTES = 16 << 20


@dataclass(frozen=True, slots=True)
class MetadataDigest:
    """What the listing needs of a series' metadata.

    Attributes:
        title: as the writer gave it, or empty.
        num_class_names: how many; None for none.
        class_names_hash: what `class_names_hash` says of them.
        num_class_groups: how many; None for none.
        special_class: index of a class that isn't a real one, or None.
        problem: why the metadata can't be read, or None.
    """

    title: str
    num_class_names: int | None
    class_names_hash: bytes
    num_class_groups: int | None
    special_class: int | None
    problem: str | None = None


class MetadataCache:
    """Parses each content once while there is room; safe to use from several threads."""

    def __init__(self) -> None:
        """Empty."""
        self._metadata: ByteCache[bytes, SeriesMetadata] = ByteCache(METADATA_BYTES)
        self._digests: ByteCache[bytes, MetadataDigest] = ByteCache(_DIGEST_BYTES)

    def metadata(self, content: bytes) -> SeriesMetadata:
        """Everything; nothing, where it can't be read."""
        metadata = self._metadata.get(content)
        if metadata is None:
            try:
                metadata = parse_metadata(content)
            except ValueError:
                metadata = SeriesMetadata()
            names = (*(metadata.class_names or ()), *(metadata.class_groups or ()))
            self._metadata.put(content, metadata, len(content) + sum(map(sys.getsizeof, names)))
        return metadata

    def digest(self, content: bytes) -> MetadataDigest:
        """What the listing needs."""
        digest = self._digests.get(content)
        if digest is None:
            digest = _digest(content)
            self._digests.put(content, digest, len(content))
        return digest


def _digest(content: bytes) -> MetadataDigest:
    problem = None
    try:
        metadata = parse_metadata(content)
    except ValueError as error:
        metadata, problem = SeriesMetadata(), str(error)
    names, groups = metadata.class_names, metadata.class_groups
    return MetadataDigest(
        title=metadata.title,
        num_class_names=None if names is None else len(names),
        class_names_hash=class_names_hash(names),
        num_class_groups=None if groups is None else len(groups),
        special_class=metadata.special_class,
        problem=problem,
    )
