"""The class orders of single matrices, kept once they are known."""

from __future__ import annotations

import functools
from typing import Any

from tb_confusion_plugin.core.ordering import similarity_order
from tb_confusion_plugin.server.export import load_matrix

_NUM_KEPT = 64


def order_of(blob: bytes) -> dict[str, Any]:
    """The similarity order of a matrix as JSON values.

    Args:
        blob: the matrix as it was logged.

    Returns:
        `class_order`, a permutation of the classes, and `groups`, lists of classes that are confused with each other.

    Raises:
        tensorboard.errors.NotFoundError: it can't be decoded.
    """
    return _order_of(blob)


# A blob is its own key: its checksum is in it, and the same blob has the same order whoever logged it.
@functools.lru_cache(_NUM_KEPT)
def _order_of(blob: bytes) -> dict[str, Any]:
    order = similarity_order(load_matrix(blob, None).counts)
    return {"class_order": order.class_order.tolist(), "groups": [list(group) for group in order.groups]}
