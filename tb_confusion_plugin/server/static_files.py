"""The built page: the files of static/, compressed once."""

from __future__ import annotations

import gzip
from functools import lru_cache
from pathlib import Path

from tensorboard import errors

_DIRECTORY = Path(__file__).parent / "static"
_CONTENT_TYPES = {".js": "text/javascript", ".css": "text/css", ".json": "application/json", ".svg": "image/svg+xml"}


def load_static(name: str) -> tuple[bytes, str]:
    """Loads one file of the page.

    Args:
        name: file name as in the URL; only files directly in static/ are served.

    Returns:
        The content, gzipped, and its media type.

    Raises:
        tensorboard.errors.NotFoundError: there is no such file.
    """
    path = _DIRECTORY / name
    if path.parent != _DIRECTORY or path.suffix not in _CONTENT_TYPES or not path.is_file():
        raise errors.NotFoundError(f"unknown file {name!r}")
    return _compress(path, path.stat().st_mtime_ns), _CONTENT_TYPES[path.suffix]


@lru_cache(maxsize=64)
def _compress(path: Path, _modified_ns: int) -> bytes:
    """Once for each state of a file: a page that is built anew shows without restarting TensorBoard."""
    return gzip.compress(path.read_bytes())
