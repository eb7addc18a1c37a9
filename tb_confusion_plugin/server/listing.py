"""The answer of GET series: made once for as long as nothing changes."""

from __future__ import annotations

import gzip
import hashlib
import json
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from tensorboard.backend import json_util

from tb_confusion_plugin.server.stored import StoredDatum

# Half of what level 9 takes for 1 % more bytes.
_GZIP_LEVEL = 5


@dataclass(frozen=True)
class Series:
    """One (run, tag): what it says of itself, its readable data, K of the last, warnings, how many weren't checked yet."""

    run: str
    tag: str
    plugin_content: bytes
    title: str
    data: tuple[StoredDatum, ...]
    num_classes: int | None
    warnings: tuple[str, ...]
    num_unchecked: int

    @cached_property
    def as_json(self) -> str:
        """Its part of the answer."""
        return _to_json(
            {
                "run": self.run,
                "tag": self.tag,
                "num_classes": self.num_classes,
                "steps": [datum.step for datum in self.data],
                "wall_times": [datum.wall_time for datum in self.data],
                "title": self.title or self.tag,
                "warnings": list(self.warnings),
            }
        )


@dataclass(frozen=True)
class Body:
    """A JSON answer: gzipped, and the ETag that names its content."""

    gzipped: bytes
    etag: str


@dataclass(frozen=True)
class Listing:
    """All series, sorted by run and tag."""

    series: tuple[Series, ...]

    @cached_property
    def num_unchecked(self) -> int:
        """How many matrices weren't read yet to see whether they can be."""
        return sum(one.num_unchecked for one in self.series)

    @cached_property
    def body(self) -> Body:
        """The answer."""
        joined = ",".join(one.as_json for one in self.series)
        content = f'{{"series":[{joined}],"num_unchecked":{self.num_unchecked}}}'.encode()
        # Weak: one tag for the answer, gzipped or not.
        return Body(gzip.compress(content, _GZIP_LEVEL, mtime=0), f'W/"{hashlib.blake2b(content, digest_size=16).hexdigest()}"')


def _to_json(value: dict[str, Any]) -> str:
    try:
        return json.dumps(value, separators=(",", ":"), allow_nan=False)
    except ValueError:  # a wall time that is NaN or infinite: TensorBoard's way to write it
        return json.dumps(json_util.Cleanse(value), separators=(",", ":"))
