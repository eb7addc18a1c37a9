"""What is odd about the data of a series, told with its remedy."""

from __future__ import annotations

from collections.abc import Iterator

from tb_confusion_plugin.server.metadata_cache import MetadataDigest
from tb_confusion_plugin.storage.header import Dtype, MatrixHeader

Headers = list[tuple[int, MatrixHeader]]

# The last whole number below which a browser's numbers leave none out.
MAX_EXACT_COUNT = 2**53
_KEEP_ALL = "tensorboard --samples_per_plugin=confusion=0 keeps all"


def series_warnings(where: str, headers: Headers, metadata: MetadataDigest, num_kept: int, num_samples: int) -> Iterator[str]:
    """Looks over the headers of a series.

    Args:
        where: the series in words.
        headers: the header of each step that can be read, steps ascending.
        metadata: what the series said of itself when it began.
        num_kept: steps that TensorBoard keeps, readable or not.
        num_samples: steps that it would keep at most; 0: all.

    Yields:
        Sentences.
    """
    yield from _of_num_classes(where, headers)
    yield from _of_class_names(where, headers, metadata.class_names_hash)
    yield from _of_classes(where, headers, metadata)
    yield from _of_large_counts(where, headers)
    yield from _of_sampling(where, headers, num_kept, num_samples)


def _of_large_counts(where: str, headers: Headers) -> Iterator[str]:
    steps = [step for step, header in headers if header.dtype == Dtype.INT64 and header.total > MAX_EXACT_COUNT]
    if steps:
        told = f"step {steps[0]}" + (f" and {len(steps) - 1} more" if len(steps) > 1 else "")
        yield (
            f"{where} has over 2^53 samples at {told}, where the page shows counts rounded to 16 digits; "
            "`export?format=json` and `read_log` have them exactly"
        )


def _of_num_classes(where: str, headers: Headers) -> Iterator[str]:
    sizes = [(step, header.num_classes) for step, header in headers]
    changes = [size for before, size in zip([None, *sizes], sizes, strict=False) if before is None or before[1] != size[1]]
    if len(changes) > 1:
        told = ", ".join(f"{num_classes} from step {step}" for step, num_classes in changes[:5])
        yield f"the number of classes of {where} changes: {told}; give another set of classes a tag of its own"


def _of_class_names(where: str, headers: Headers, names_hash: bytes) -> Iterator[str]:
    steps = [step for step, header in headers if header.class_names_hash != names_hash]
    if steps:
        told = f"step {steps[0]}" + (f" and {len(steps) - 1} more" if len(steps) > 1 else "")
        yield f"{where} has other class names at {told} than at its beginning, and shows indices there: a series keeps its names"


def _of_classes(where: str, headers: Headers, metadata: MetadataDigest) -> Iterator[str]:
    num_groups, special_class = metadata.num_class_groups, metadata.special_class
    num_classes = headers[-1][1].num_classes if headers else None
    if num_classes is None:
        return
    if num_groups is not None and num_groups != num_classes:
        yield f"{where} has {num_groups} class groups for {num_classes} classes, and shows none: write the group of each class"
    if special_class is not None and special_class >= num_classes:
        yield f"{where} names class {special_class} of {num_classes} as special, and shows none: write an index below {num_classes}"


def _of_sampling(where: str, headers: Headers, num_kept: int, num_samples: int) -> Iterator[str]:
    if not headers:
        return
    num_written = _num_written([header.ordinal for _, header in headers])
    if num_written > num_kept:
        yield f"{num_kept:,} of {num_written:,} steps of {where} are kept; {_KEEP_ALL}"
    elif num_samples and num_kept >= num_samples:
        yield f"{num_kept:,} steps of {where} are kept, and no more would be; {_KEEP_ALL}"


def _num_written(ordinals: list[int]) -> int:
    """How many data were written at least: a training that was resumed began to count anew where the ordinals fall."""
    last_of_each_writer = [one for one, following in zip(ordinals, [*ordinals[1:], -1], strict=True) if following <= one]
    return sum(ordinal + 1 for ordinal in last_of_each_writer)
