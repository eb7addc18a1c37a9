"""Summaries, and what tags and steps may be."""

from __future__ import annotations

import numpy as np
import pytest
from tensorboard.compat.proto import summary_pb2
from tensorboard.util import tensor_util

from tb_confusion_plugin.storage.to_summary import (
    as_step,
    as_tag,
    blob_metadata,
    blob_summary,
    is_removal,
    removal_summary,
    tensor_metadata,
)


class Index:
    def __index__(self):
        return 7


def test_a_blob_is_a_string_tensor_of_rank_one():
    (value,) = blob_summary("val/confusion", b"\0blob\xff", b"{}").value
    assert (value.tag, value.metadata.plugin_data.plugin_name, value.metadata.plugin_data.content) == (
        "val/confusion",
        "confusion",
        b"{}",
    )
    assert value.metadata.data_class == summary_pb2.DATA_CLASS_BLOB_SEQUENCE
    assert tensor_util.make_ndarray(value.tensor).tolist() == [b"\0blob\xff"]


def test_a_removal_is_a_sequence_without_blobs():
    (value,) = removal_summary("t", b"{}").value
    assert value.metadata == blob_metadata(b"{}")
    assert tensor_util.make_ndarray(value.tensor).shape == (0,)
    assert is_removal(value.tensor)
    assert not is_removal(blob_summary("t", b"").value[0].tensor)


def test_plain_tensors_have_their_own_data_class():
    assert tensor_metadata().data_class == summary_pb2.DATA_CLASS_TENSOR


@pytest.mark.parametrize("step", [7, np.int8(7), np.uint64(7), np.array(7), Index()])
def test_any_integer_is_a_step(step):
    assert as_step(step) == 7
    assert type(as_step(step)) is int


@pytest.mark.parametrize("step", [-(2**63), -1, 0, 2**63 - 1])
def test_steps_have_64_bits(step):
    assert as_step(step) == step


@pytest.mark.parametrize(
    "step",
    [7.0, np.float32(7), "7", b"7", None, True, np.True_, [7], np.array([7]), [], [[1], [2, 3]], 2**63, -(2**63) - 1, object()],
)
def test_anything_else_is_named(step):
    with pytest.raises(ValueError, match="invalid purge_step: "):
        as_step(step, "purge_step")


@pytest.mark.parametrize("tag", ["t", "val/confusion", "<b>é 鶴</b>", " "])
def test_any_text_is_a_tag(tag):
    assert as_tag(tag) == tag


@pytest.mark.parametrize("tag", ["", None, 5, b"t", "\udcff"])
def test_a_tag_that_is_no_text_is_named(tag):
    with pytest.raises(ValueError, match="invalid tag: "):
        as_tag(tag)
