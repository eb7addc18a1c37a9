"""Blobs: round trips, sizes, and the golden vectors that the browser's tests read too."""

from __future__ import annotations

import base64
import json
import math
import re
import tracemalloc
import zlib
from pathlib import Path

import numpy as np
import pytest
import scipy.sparse
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from tb_confusion_plugin.core.matrix import as_counts, nonzero_cells
from tb_confusion_plugin.storage.codec import decode_counts, decode_matrix, encode_counts
from tb_confusion_plugin.storage.header import HEADER_SIZE, MAX_NUM_CLASSES, MAX_PAYLOAD_BYTES, Encoding, parse_blob
from tb_confusion_plugin.storage.metadata import class_names_hash

GOLDEN = Path(__file__).parents[1] / "golden"
VALID = json.loads((GOLDEN / "blobs.json").read_text(encoding="utf-8"))
INVALID = json.loads((GOLDEN / "blobs_invalid.json").read_text(encoding="utf-8"))
MESSAGES = {
    "magic": "don't begin with a matrix header",
    "version": "format version",
    "checksum": "wrong checksum",
    "dtype": "unknown dtype",
    "encoding": "or encoding",
    "limit": "K = |non-zero cells of|over the limit",
    "payload": "zlib stream|header claims|numbers where|behind the last count|more than 63 bits|bytes for",
    "cells": "a gap of|cell 5 of 4|zero where it shouldn't be|where the header claims",
    "total": "the counts sum to|a total of",
}
FORMAT_TEXT = (Path(__file__).parents[2] / "docs" / "format.md").read_text(encoding="utf-8")
MANY_BYTES = 10 * 2**20

square_counts = st.integers(1, 20).flatmap(
    lambda k: st.one_of(
        arrays(np.int64, (k, k), elements=st.integers(0, 2**50)),
        arrays(np.int64, (k, k), elements=st.integers(0, 5), fill=st.just(0)),
        arrays(np.float64, (k, k), elements=st.floats(0, 1e300, width=64), fill=st.just(0.0)),
    )
)


def blob_of(case):
    return base64.b64decode(case["blob_base64"])


@pytest.mark.parametrize("case", VALID, ids=[case["name"] for case in VALID])
def test_golden_blobs_are_decoded(case):
    blob = blob_of(case)
    header, _ = parse_blob(blob)
    assert (header.num_classes, header.dtype.name.lower(), header.encoding.name.lower()) == (
        case["num_classes"],
        case["dtype"],
        case["encoding"],
    )
    assert (header.ordinal, header.class_names_hash.hex()) == (case["ordinal"], case["class_names_hash"])
    number = float if case["dtype"] == "float64" else int
    assert header.total == number(case["total"])
    indices, cell_counts = nonzero_cells(decode_counts(blob))
    true_classes, pred_classes = np.divmod(indices, case["num_classes"])
    cells = zip(true_classes.tolist(), pred_classes.tolist(), cell_counts.tolist(), strict=True)
    assert [list(cell) for cell in cells] == [[i, j, number(count)] for i, j, count in case["cells"]]


@pytest.mark.parametrize("case", VALID, ids=[case["name"] for case in VALID])
def test_golden_class_names_have_their_hash(case):
    assert class_names_hash(case["class_names"]).hex() == case["class_names_hash"]


@pytest.mark.parametrize("case", INVALID, ids=[case["name"] for case in INVALID])
def test_golden_invalid_blobs_are_refused_by_name(case):
    with pytest.raises(ValueError, match=MESSAGES[case["error"]]):
        decode_counts(blob_of(case))


@pytest.mark.parametrize("case", INVALID, ids=[case["name"] for case in INVALID])
def test_golden_invalid_blobs_take_no_memory(case):
    blob = blob_of(case)
    tracemalloc.start()
    with pytest.raises(ValueError, match=MESSAGES[case["error"]]):
        decode_counts(blob)
    peak_bytes = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak_bytes < MANY_BYTES


@given(square_counts)
def test_what_is_encoded_is_decoded(counts):
    checked = as_counts(counts)
    decoded = decode_counts(encode_counts(checked))
    assert decoded.dtype == checked.dtype
    np.testing.assert_array_equal(decoded, checked)


@given(square_counts)
def test_a_sparse_matrix_has_the_blob_of_its_cells(counts):
    decoded = decode_counts(encode_counts(as_counts(scipy.sparse.csr_array(counts))))
    np.testing.assert_array_equal(decoded, as_counts(counts))


@pytest.mark.parametrize("num_classes", [2048, 2049, 21841, 65536])
@pytest.mark.parametrize("dtype", [np.int64, np.float64])
def test_many_classes_are_encoded_by_their_cells(num_classes, dtype):
    generator = np.random.default_rng(0)
    values = generator.integers(1, 2**40, 500) if dtype == np.int64 else generator.random(500)
    counts = as_counts(
        scipy.sparse.coo_array((values, generator.integers(0, num_classes, (2, 500))), shape=(num_classes, num_classes))
    )
    blob = encode_counts(counts)
    assert parse_blob(blob)[0].encoding == Encoding.SPARSE
    assert len(blob) < 64 + 500 * (5 + 8) + 20
    np.testing.assert_array_equal(nonzero_cells(decode_counts(blob)), nonzero_cells(counts))


def test_counts_beyond_two_to_the_53_are_exact():
    counts = np.array([[2**53 + 1, 2**62], [0, 1]])
    assert decode_counts(encode_counts(counts)).tolist() == counts.tolist()


def test_a_negative_zero_is_zero():
    assert decode_counts(encode_counts(as_counts([[-0.0, 0.5], [0, 0]]))).tolist() == [[0, 0.5], [0, 0]]


@pytest.mark.parametrize(
    ("num_classes", "num_samples", "budget_bytes"), [(10, 50_000, 300), (100, 50_000, 1_500), (1000, 50_000, 14_000)]
)
def test_a_classifiers_matrix_is_as_small_as_promised(num_classes, num_samples, budget_bytes):
    """90 % on the diagonal, the rest among a class's ten nearest neighbours with a long tail."""
    generator = np.random.default_rng(0)
    y_true = generator.integers(0, num_classes, num_samples)
    is_wrong = generator.random(num_samples) < 0.1
    y_pred = (y_true + is_wrong * generator.geometric(0.3, num_samples)) % num_classes
    counts = np.bincount(y_true * num_classes + y_pred, minlength=num_classes**2).reshape(num_classes, num_classes)
    assert len(encode_counts(counts)) <= budget_bytes


def test_the_payload_of_a_thousand_classes_is_near_its_entropy():
    counts = np.random.default_rng(0).poisson(0.05, (1000, 1000)) + np.diag(np.random.default_rng(1).poisson(40, 1000))
    indices, values = nonzero_cells(counts)
    streams = (np.diff(indices, prepend=-1) - 1, values)
    shares = [np.unique(stream, return_counts=True)[1] / len(stream) for stream in streams]
    entropy_bytes = sum(len(values) * -(share * np.log2(share)).sum() / 8 for share in shares)
    assert len(encode_counts(counts)) - 64 <= 1.25 * entropy_bytes


@given(square_counts)
def test_the_smaller_encoding_is_chosen(counts):
    """Never more than the cells one by one, nor than all of them: zlib adds 11 bytes to what it can't deflate, and 5 a 16 KiB."""
    checked = as_counts(counts)
    _, values = nonzero_cells(checked)
    value_bytes = 8 if checked.dtype == np.float64 else max(1, math.ceil(int(values.max(initial=1)).bit_length() / 7))
    gap_bytes = 1 if counts.size <= 0x80 else 2
    assert len(encode_counts(checked)) <= 64 + 20 + min(len(values) * (gap_bytes + value_bytes), counts.size * value_bytes)


def test_names_come_with_a_matrix_that_was_written_with_them():
    counts = np.eye(2, dtype=np.int64)
    blob = encode_counts(counts, names_hash=class_names_hash(["a", "b"]))
    assert decode_matrix(blob, ("a", "b")).class_names == ("a", "b")
    assert decode_matrix(blob, ("b", "a")).class_names is None
    assert decode_matrix(blob, None).class_names is None
    assert decode_matrix(encode_counts(counts), ("a", "b")).class_names is None


def test_one_flipped_bit_is_never_a_wrong_count():
    blob = encode_counts(np.arange(25).reshape(5, 5))
    for position in range(len(blob) * 8):
        bad = bytearray(blob)
        bad[position // 8] ^= 1 << position % 8
        with pytest.raises(ValueError, match=r"invalid matrix|unknown format version"):
            decode_counts(bytes(bad))


def documented_bytes(language):
    """The hex digits in the document's block of that language, each line up to its remark."""
    (block,) = re.findall(rf"```{language}\n(.*?)```", FORMAT_TEXT, re.DOTALL)
    return b"".join(bytes.fromhex(line.split("#")[0]) for line in block.splitlines())


def test_the_documented_example_is_what_it_says():
    blob = documented_bytes("hex")
    assert len(blob) == 81
    assert decode_matrix(blob, ("cat", "dog", "bird")).counts.tolist() == [[5, 0, 1], [0, 300, 0], [2, 0, 7]]
    assert decode_matrix(blob, ("cat", "dog", "bird")).class_names == ("cat", "dog", "bird")
    assert (parse_blob(blob)[0].ordinal, parse_blob(blob)[0].total) == (4, 315)
    assert zlib.decompress(blob[HEADER_SIZE:]) == documented_bytes("payload")


def test_the_documented_header_has_no_holes():
    rows = re.findall(r"^\| (\d+) \| (\d+) \|", FORMAT_TEXT, re.MULTILINE)
    ends = [int(offset) + int(size) for offset, size in rows]
    assert [int(offset) for offset, _ in rows] == [0, *ends[:-1]]
    assert ends[-1] == HEADER_SIZE


def test_the_documented_limits_are_the_readers():
    assert f"K from 1 to {MAX_NUM_CLASSES};" in FORMAT_TEXT
    assert f"a payload of at most {MAX_PAYLOAD_BYTES} bytes" in FORMAT_TEXT
