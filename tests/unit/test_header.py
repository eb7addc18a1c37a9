"""The header of a blob: what it says, and what a reader refuses before it inflates anything."""

from __future__ import annotations

import struct
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tb_confusion_plugin.storage.header import HEADER_SIZE, Dtype, Encoding, MatrixHeader, pack_blob, parse_blob

HEADER = MatrixHeader(3, Dtype.INT64, Encoding.SPARSE, 2, 7, 41, b"eight by", 6)

headers = st.builds(
    MatrixHeader,
    num_classes=st.integers(2**14, 65_536),
    dtype=st.just(Dtype.INT64),
    encoding=st.sampled_from(Encoding),
    num_nonzero=st.integers(2**20, 2**28),
    total=st.integers(0, 2**63 - 1),
    ordinal=st.integers(0, 2**64 - 1),
    class_names_hash=st.binary(min_size=8, max_size=8),
    payload_size=st.integers(0, 2**20),
)


def sealed(blob):
    """The blob with a checksum that fits, as a hostile writer would make it."""
    return blob[:60] + struct.pack("<I", zlib.crc32(blob[64:], zlib.crc32(blob[:60]))) + blob[64:]


@given(headers, st.binary(max_size=50))
def test_a_header_comes_back_with_its_payload(header, payload):
    parsed, deflated = parse_blob(pack_blob(header, payload))
    assert (parsed, bytes(deflated)) == (header, payload)


def test_a_weighted_total_is_a_float():
    header = MatrixHeader(3, Dtype.FLOAT64, Encoding.DENSE, 2, 0.1, 0, bytes(8), 72)
    assert parse_blob(pack_blob(header, b""))[0].total == 0.1


@given(st.integers(0, 64 + 5), st.integers(1, 255))
def test_any_flipped_bits_are_found(position, mask):
    blob = bytearray(pack_blob(HEADER, b"payload")[: HEADER_SIZE + 6])
    good = sealed(bytes(blob))
    bad = bytearray(good)
    bad[position] ^= mask
    parse_blob(good)
    with pytest.raises(ValueError, match=r"invalid matrix|unknown format version"):
        parse_blob(bytes(bad))


@given(st.binary(max_size=200))
def test_any_bytes_are_refused_with_a_value_error(garbage):
    with pytest.raises(ValueError, match="invalid matrix"):
        parse_blob(garbage)


def test_reserved_bytes_are_for_later_writers():
    blob = bytearray(pack_blob(HEADER, b"payload"))
    blob[14:16], blob[56:60] = b"\1\2", b"\3\4\5\6"
    assert parse_blob(sealed(bytes(blob)))[0] == HEADER


@pytest.mark.parametrize("version", [2, 3, 65535])
def test_a_newer_version_is_told_whatever_else_it_holds(version):
    with pytest.raises(ValueError, match=f"unknown format version {version}: this plugin reads up to 1; upgrade"):
        parse_blob(b"TBCM" + struct.pack("<H", version) + bytes(100))


@pytest.mark.parametrize(
    ("claim", "message"),
    [
        ({"num_classes": 0}, "K = 0"),
        ({"num_classes": 65_537}, "K = 65537"),
        ({"num_classes": 2**32 - 1}, "K = 4294967295"),
        ({"num_nonzero": 10}, "10 non-zero cells of 9"),
        ({"num_nonzero": 2**64 - 1}, "non-zero cells of 9"),
        ({"payload_size": 2 * 14 + 1}, "over the limit of 28"),
        ({"payload_size": 2**63}, "over the limit"),
        ({"encoding": Encoding.DENSE, "payload_size": 82}, "over the limit of 81"),
        ({"num_classes": 65_536, "encoding": Encoding.DENSE, "payload_size": 2**28 + 1}, "over the limit of 268435456"),
        ({"total": 2**63}, r"over 2\^63 - 1"),
    ],
)
def test_a_claim_beyond_the_limits_is_refused(claim, message):
    header = MatrixHeader(**(vars(HEADER) | claim))
    with pytest.raises(ValueError, match=message):
        parse_blob(pack_blob(header, b""))
