"""LEB128, against the definition's own loop."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from tb_confusion_plugin.storage.varint import decode_varints, encode_varints


def leb128(value):
    encoded = bytearray()
    while value >= 0x80:
        encoded.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*encoded, value])


lists = st.lists(st.one_of(st.integers(0, 2**63 - 1), st.integers(0, 300)))


@given(lists)
def test_numbers_are_encoded_as_defined(values):
    assert encode_varints(np.array(values, dtype=np.int64)) == b"".join(map(leb128, values))


@given(lists, st.binary(max_size=5))
def test_numbers_are_decoded_whatever_follows(values, tail):
    encoded = b"".join(map(leb128, values))
    decoded, num_bytes = decode_varints(np.frombuffer(encoded + tail, np.uint8), len(values))
    assert (decoded.tolist(), num_bytes) == (values, len(encoded))


@pytest.mark.parametrize("bits", range(7, 63, 7))
def test_both_sides_of_each_length(bits):
    values = [2**bits - 1, 2**bits]
    encoded = encode_varints(np.array(values))
    assert len(encoded) == bits // 7 + bits // 7 + 1
    assert decode_varints(np.frombuffer(encoded, np.uint8), 2)[0].tolist() == values


@given(arrays(np.uint8, st.integers(0, 40)), st.integers(0, 20))
def test_any_bytes_are_numbers_or_a_value_error(encoded, count):
    try:
        decoded, num_bytes = decode_varints(encoded, count)
    except ValueError:
        return
    assert len(decoded) == count
    assert num_bytes <= len(encoded)
    assert (decoded >= 0).all()


def test_too_few_numbers_are_told():
    with pytest.raises(ValueError, match="1 numbers where 2 should be"):
        decode_varints(np.array([1, 0x80], np.uint8), 2)


def test_more_than_63_bits_are_refused():
    with pytest.raises(ValueError, match="more than 63 bits"):
        decode_varints(np.array([0x80] * 9 + [1], np.uint8), 1)
