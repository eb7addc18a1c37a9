"""Makes the golden files that the Python and the TypeScript tests share: `python tests/golden/make_golden.py`.

Expected values come from independent sources alone: a byte-by-byte encoder in this file, scikit-learn and SciPy; never from
the package under test.
"""

from __future__ import annotations

import base64
import hashlib
import json
import math
import struct
import warnings
import zlib
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
from scipy.stats import binomtest
from sklearn import metrics as oracle

HERE = Path(__file__).parent
ANIMALS = ["cat", "dog", "bird"]
AVERAGES = ("accuracy", "balanced_accuracy", "macro_precision", "macro_recall", "macro_f1", "weighted_f1", "cohen_kappa")
AVERAGES_OVER_CLASSES = ("balanced_accuracy", "macro_precision", "macro_recall", "macro_f1", "weighted_f1")
Cells = list[tuple[int, int, Any]]


def leb128(value: int) -> bytes:
    encoded = b""
    while value >= 0x80:
        encoded += bytes([value & 0x7F | 0x80])
        value >>= 7
    return encoded + bytes([value])


def names_hash(names: list[str] | None) -> bytes:
    if names is None:
        return bytes(8)
    joined = b"".join(struct.pack("<I", len(name.encode())) + name.encode() for name in names)
    return hashlib.sha256(joined).digest()[:8]


def count_bytes(count: Any, dtype: str) -> bytes:
    return struct.pack("<d", count) if dtype == "float64" else leb128(count)


def payload_of(num_classes: int, cells: Cells, dtype: str, encoding: str) -> bytes:
    if encoding == "dense":
        by_cell = {(true_class, pred_class): count for true_class, pred_class, count in cells}
        every_cell = [(i, j) for i in range(num_classes) for j in range(num_classes)]
        return b"".join(count_bytes(by_cell.get(cell, 0), dtype) for cell in every_cell)
    gaps, before = b"", -1
    for true_class, pred_class, _ in cells:
        index = true_class * num_classes + pred_class
        gaps, before = gaps + leb128(index - before - 1), index
    return gaps + b"".join(count_bytes(count, dtype) for _, _, count in cells)


def header_of(**field: Any) -> bytes:
    """The 60 bytes before the checksum."""
    return b"".join(
        (
            field.get("magic", b"TBCM"),
            struct.pack("<H", field.get("version", 1)),
            struct.pack("<H", field.get("header_size", 64)),
            struct.pack("<I", field["num_classes"]),
            struct.pack("<B", field.get("dtype_byte", field["dtype"] == "float64")),
            struct.pack("<B", field.get("encoding_byte", field["encoding"] == "sparse")),
            struct.pack("<H", 0),
            struct.pack("<Q", field["num_nonzero"]),
            struct.pack("<d" if field["dtype"] == "float64" else "<Q", field["total"]),
            struct.pack("<Q", field.get("ordinal", 0)),
            field.get("names_hash", bytes(8)),
            struct.pack("<Q", field["payload_size"]),
            struct.pack("<I", 0),
        )
    )


def blob_of(num_classes: int, cells: Cells, dtype: str = "int64", encoding: str = "sparse", /, **lies: Any) -> bytes:
    """A blob; `lies` replace what its header should say, or its payload, before the checksum is made."""
    payload = lies.pop("payload") if "payload" in lies else payload_of(num_classes, cells, dtype, encoding)
    truth: dict[str, Any] = {
        "num_classes": num_classes,
        "dtype": dtype,
        "encoding": encoding,
        "num_nonzero": len(cells),
        "total": sum(count for _, _, count in cells),
        "payload_size": len(payload),
    }
    deflated = lies.pop("added", b"") + lies.pop("deflated", zlib.compress(payload, 9))
    header = header_of(**(truth | lies))
    return header + struct.pack("<I", zlib.crc32(header + deflated)) + deflated


def diagonal(num_classes: int, count: Any) -> Cells:
    return [(i, i, count) for i in range(num_classes)]


def scattered(num_classes: int, num_cells: int, draw: Callable[[np.random.Generator], Any], seed: int) -> Cells:
    generator = np.random.default_rng(seed)
    indices = sorted(int(i) for i in generator.choice(num_classes * num_classes, num_cells, replace=False))
    return [(index // num_classes, index % num_classes, draw(generator)) for index in indices]


def long_tailed(generator: np.random.Generator) -> int:
    return int(2 ** generator.uniform(0, 40))


def fractional(generator: np.random.Generator) -> float:
    return float(generator.gamma(2))


def valid_blobs() -> list[dict[str, Any]]:
    three = [(0, 0, 5), (0, 2, 1), (1, 1, 300), (2, 0, 2), (2, 2, 7)]
    weights = [(0, 0, 0.1), (0, 1, 2.5), (1, 0, 1e-300), (2, 2, 12345.678)]
    big = 2**53 + 1
    # "larger header": as a later writer of this version may make it; the added bytes are passed over.
    lies = {"larger header": {"header_size": 72, "added": b"whatever"}}
    cases: list[tuple[str, int, Cells, str, str, list[str] | None, int]] = [
        ("larger header", 3, three, "int64", "sparse", ANIMALS, 0),
        ("whole weights", 2, [(0, 0, 2.0), (1, 0, 3.0)], "float64", "sparse", None, 0),
        ("three classes sparse", 3, three, "int64", "sparse", ANIMALS, 0),
        ("three classes dense", 3, three, "int64", "dense", ANIMALS, 41),
        ("one class", 1, [(0, 0, 9)], "int64", "dense", None, 0),
        ("one class empty", 1, [], "int64", "sparse", None, 0),
        ("empty sparse", 4, [], "int64", "sparse", None, 0),
        ("empty dense", 4, [], "int64", "dense", None, 0),
        ("full binary", 2, [(0, 0, 127), (0, 1, 128), (1, 0, 16383), (1, 1, 16384)], "int64", "dense", ["no", "yes"], 7),
        ("beyond float64", 2, [(0, 0, big), (1, 1, 1)], "int64", "sparse", None, 0),
        ("beyond float64 dense", 2, [(0, 0, big), (1, 1, 1)], "int64", "dense", None, 0),
        ("largest count", 2, [(1, 0, 2**63 - 1)], "int64", "sparse", None, 2**53 - 1),
        ("weighted sparse", 3, weights, "float64", "sparse", ANIMALS, 3),
        ("weighted dense", 3, weights, "float64", "dense", ANIMALS, 3),
        ("repeated and foreign names", 3, three, "int64", "sparse", ["鶴", "鶴", "<b>é</b>"], 0),
        ("last cell alone", 300, [(299, 299, 1)], "int64", "sparse", None, 0),
        ("diagonal of 1,000 classes", 1000, diagonal(1000, 50), "int64", "sparse", None, 999),
        ("scattered over 1,000 classes", 1000, scattered(1000, 300, long_tailed, 1), "int64", "sparse", None, 0),
        ("scattered over 21,841 classes", 21841, scattered(21841, 300, long_tailed, 2), "int64", "sparse", None, 0),
        ("most classes", 65536, [(0, 0, 1), (65535, 65535, 2)], "int64", "sparse", None, 0),
        ("weighted over 21,841 classes", 21841, scattered(21841, 100, fractional, 3), "float64", "sparse", None, 0),
    ]
    return [
        {
            "name": name,
            "blob_base64": encode64(
                blob_of(num_classes, cells, dtype, encoding, names_hash=names_hash(names), ordinal=ordinal, **lies.get(name, {}))
            ),
            "num_classes": num_classes,
            "dtype": dtype,
            "encoding": encoding,
            "total": sum(c for _, _, c in cells) if dtype == "float64" else str(sum(c for _, _, c in cells)),
            "ordinal": ordinal,
            "class_names": names,
            "class_names_hash": names_hash(names).hex(),
            "cells": [[i, j, c if c < 2**53 else str(c)] for i, j, c in cells],
        }
        for name, num_classes, cells, dtype, encoding, names, ordinal in cases
    ]


def invalid_blobs() -> list[dict[str, Any]]:
    cells = [(0, 0, 5), (1, 0, 1), (1, 1, 3)]
    good = blob_of(2, cells)
    sparse_payload = payload_of(2, cells, "int64", "sparse")
    wrapping = [(0, 0, 2**62), (0, 1, 2**62), (1, 0, 2**62)]
    cases: list[tuple[str, str, bytes]] = [
        ("no bytes", "magic", b""),
        ("garbage", "magic", b"these bytes were never a matrix" * 4),
        ("another magic", "magic", b"TBCX" + good[4:]),
        ("cut in the header", "magic", good[:63]),
        ("a newer version", "version", blob_of(2, cells, version=2)),
        ("a newer version with a larger header and no checksum", "version", header_of_newer(good)),
        ("version 0", "version", blob_of(2, cells, version=0)),
        ("a header too small", "version", blob_of(2, cells, header_size=60)),
        ("a header larger than the blob", "version", blob_of(2, cells, header_size=1000)),
        ("a header that reaches into the payload", "payload", blob_of(2, cells, header_size=66)),
        ("cut in the payload", "checksum", good[:-1]),
        ("a flipped bit in the payload", "checksum", good[:-3] + bytes([good[-3] ^ 4]) + good[-2:]),
        ("a flipped bit in the header", "checksum", good[:8] + bytes([good[8] ^ 1]) + good[9:]),
        ("an unknown dtype", "dtype", blob_of(2, cells, dtype_byte=9)),
        ("an unknown encoding", "encoding", blob_of(2, cells, encoding_byte=2)),
        ("no classes", "limit", blob_of(2, cells, num_classes=0)),
        ("too many classes", "limit", blob_of(2, cells, num_classes=65537)),
        ("more non-zero cells than cells", "limit", blob_of(2, cells, num_nonzero=5)),
        ("a payload over the limit", "limit", blob_of(65536, [], num_nonzero=2**31, payload_size=2**28 + 1)),
        ("a payload that its cells can't fill", "limit", blob_of(2, cells, payload_size=3 * 14 + 1)),
        ("dense of 65,536 classes in few bytes", "payload", blob_of(65536, [], "int64", "dense", payload=b"\0" * 99)),
        ("a zlib bomb", "payload", blob_of(2, cells, deflated=zlib.compress(b"\0" * 2**24, 9))),
        ("not a zlib stream", "payload", blob_of(2, cells, deflated=b"\xff" * 20)),
        ("raw deflate", "payload", blob_of(2, cells, deflated=zlib.compress(sparse_payload)[2:-4])),
        ("a payload longer than claimed", "payload", blob_of(2, cells, payload_size=len(sparse_payload) - 1)),
        ("a payload shorter than claimed", "payload", blob_of(2, cells, payload_size=len(sparse_payload) + 1)),
        ("bytes behind the zlib stream", "payload", blob_of(2, cells, deflated=zlib.compress(sparse_payload) + b"\0")),
        ("a zlib stream cut short", "payload", blob_of(2, cells, deflated=zlib.compress(sparse_payload)[:-1])),
        ("a number behind the last count", "payload", blob_of(2, cells, payload=sparse_payload + b"\1")),
        ("fewer numbers than cells", "payload", blob_of(2, cells, payload=sparse_payload[:-1])),
        ("a number without its last byte", "payload", blob_of(2, cells, payload=sparse_payload[:-1] + b"\x83")),
        ("a number of 70 bits", "payload", blob_of(2, [(0, 0, 1)], payload=b"\0" + b"\x81" * 9 + b"\1")),
        ("a cell behind the last", "cells", blob_of(2, cells, payload=leb128(0) + leb128(1) + leb128(2) + b"\5\1\3")),
        ("gaps that wrap around 64 bits", "cells", blob_of(2, cells, payload=leb128(2**63 - 1) + leb128(2**63 - 1) + b"\0\5\1\3")),
        ("a zero among the counts", "cells", blob_of(2, cells, payload=b"\0\1\0\5\0\4", total=9)),
        ("another number of non-zero cells", "cells", blob_of(2, cells, "int64", "dense", num_nonzero=2)),
        ("another total", "total", blob_of(2, cells, total=10)),
        ("counts that wrap around 64 bits", "total", blob_of(2, [*wrapping, (1, 1, 2**62 + 1)], total=1)),
        ("a total of more than 63 bits", "total", blob_of(2, [(0, 0, 2**63 - 1), (0, 1, 1)])),
        ("a negative weight", "cells", blob_of(2, [(0, 0, -1.5), (0, 1, 2.0)], "float64")),
        ("a NaN", "cells", blob_of(2, [(0, 0, float("nan"))], "float64")),
        ("an infinite weight", "cells", blob_of(2, [(0, 0, float("inf"))], "float64")),
        ("another weighted total", "total", blob_of(2, [(0, 0, 1.5)], "float64", total=1.6)),
        ("a weighted payload of another length", "payload", blob_of(2, [(0, 0, 1.5)], "float64", payload=b"\0" + bytes(7))),
    ]
    return [{"name": name, "error": error, "blob_base64": encode64(blob)} for name, error, blob in cases]


def header_of_newer(good: bytes) -> bytes:
    return good[:4] + struct.pack("<HH", 9, 128) + good[8:] + bytes(64)


def matrices() -> list[tuple[str, list[list[Any]], bool]]:
    generator = np.random.default_rng(7)
    ten = generator.integers(0, 40, (10, 10)) + np.diag(generator.integers(100, 900, 10))
    sparse_ten = np.where(generator.random((10, 10)) < 0.2, ten, 0)
    sparse_ten[3, :] = 0
    sparse_ten[:, 7] = 0
    return [
        ("one class", [[12]], False),
        ("one class without samples", [[0]], False),
        ("binary", [[50, 10], [5, 100]], False),
        ("binary perfect", [[40, 0], [0, 60]], False),
        ("binary all wrong", [[0, 40], [60, 0]], False),
        ("binary by chance", [[25, 25], [25, 25]], False),
        ("constant prediction", [[30, 0], [70, 0]], False),
        ("constant label", [[30, 70], [0, 0]], False),
        ("one sample", [[0, 1], [0, 0]], False),
        ("one cell on the diagonal", [[0, 0, 0], [0, 8, 0], [0, 0, 0]], False),
        ("three classes", [[13, 2, 0], [1, 10, 6], [0, 3, 9]], False),
        ("a class without support", [[13, 2, 1], [0, 0, 0], [4, 3, 9]], False),
        ("a class never predicted", [[13, 0, 1], [5, 0, 2], [4, 0, 9]], False),
        ("a class that never occurs", [[13, 0, 1], [0, 0, 0], [4, 0, 9]], False),
        ("all zero", [[0, 0, 0], [0, 0, 0], [0, 0, 0]], False),
        ("ten classes", ten.tolist(), False),
        ("ten classes with gaps", sparse_ten.tolist(), False),
        ("large counts", [[2_000_000_000, 1_500], [900, 800_000_000]], False),
        ("large and one-sided", [[1_000_000_000, 3, 1], [2, 5, 0], [1, 0, 4]], False),
        ("weighted", [[12.5, 0.25, 1.75], [0.5, 9.125, 0.0], [0.0, 3.1, 7.7]], True),
        ("weighted with a class without support", [[0.3, 0.1, 0.6], [0.0, 0.0, 0.0], [1.5, 0.2, 2.4]], True),
    ]


def wilson(successes: int, trials: int) -> list[float] | None:
    if trials == 0:
        return None
    interval = binomtest(int(successes), int(trials)).proportion_ci(0.95, method="wilson")
    return [interval.low, interval.high]


def defined(value: float) -> float | None:
    return None if np.isnan(value) else float(value)


def metrics_of(counts: np.ndarray, *, is_weighted: bool) -> dict[str, Any]:
    """scikit-learn's metrics of one sample a cell, weighted by its count; cells of 0 are no samples."""
    support, predicted, hits = counts.sum(1), counts.sum(0), np.diag(counts)
    overall = averages_of(counts) if counts.any() else dict.fromkeys(AVERAGES)
    overall["mcc"] = correlation_of(counts)
    interval = None if is_weighted else wilson(hits.sum(), counts.sum())
    intervals = [
        (None, None) if is_weighted else (wilson(h, s), wilson(h, p)) for h, s, p in zip(hits, support, predicted, strict=True)
    ]
    per_class = [
        {"support": s.item(), "predicted_count": p.item(), **rates, "recall_interval": recall, "precision_interval": precision}
        for s, p, rates, (recall, precision) in zip(support, predicted, class_rates_of(counts), intervals, strict=True)
    ]
    return {"total": counts.sum().item(), "accuracy_interval": interval, **overall, "per_class": per_class}


def averages_of(counts: np.ndarray) -> dict[str, float | None]:
    y_true, y_pred = np.nonzero(counts)
    weight = counts[y_true, y_pred]
    macro, weighted = (
        oracle.precision_recall_fscore_support(y_true, y_pred, sample_weight=weight, average=average, zero_division=0)
        for average in ("macro", "weighted")
    )
    values = (
        oracle.accuracy_score(y_true, y_pred, sample_weight=weight),
        oracle.balanced_accuracy_score(y_true, y_pred, sample_weight=weight),
        *macro[:3],
        weighted[2],
        oracle.cohen_kappa_score(y_true, y_pred, sample_weight=weight.astype(float)),
    )
    return {name: defined(value) for name, value in zip(AVERAGES, values, strict=True)}


def averages_without(counts: np.ndarray, left_out: int) -> dict[str, float | None]:
    """scikit-learn's averages over the other classes."""
    y_true, y_pred = np.nonzero(counts)
    others = np.delete(np.arange(len(counts)), left_out)
    occurring = [i for i in others if counts[i].any() or counts[:, i].any()]
    supported = [i for i in others if counts[i].any()]
    weight = counts[y_true, y_pred]
    if not occurring:
        return dict.fromkeys(AVERAGES_OVER_CLASSES)

    def averages(labels: list[int], average: str) -> Any:
        return oracle.precision_recall_fscore_support(
            y_true, y_pred, labels=labels, sample_weight=weight, average=average, zero_division=0
        )

    macro = averages(occurring, "macro")
    balanced = averages(supported, "macro")[1] if supported else np.nan
    weighted = averages(occurring, "weighted")[2] if supported else np.nan
    return {name: defined(value) for name, value in zip(AVERAGES_OVER_CLASSES, (balanced, *macro[:3], weighted), strict=True)}


def correlation_of(counts: np.ndarray) -> float | None:
    """Matthews' coefficient, exactly: scikit-learn's loses half its digits where one class holds a thousand million samples."""
    exact = [[Fraction(count) for count in row] for row in counts.tolist()]
    support, predicted = [sum(row) for row in exact], [sum(column) for column in zip(*exact, strict=True)]
    total, hits = sum(support), sum(row[i] for i, row in enumerate(exact))
    variances = [total**2 - sum(count**2 for count in margin) for margin in (support, predicted)]
    if 0 in variances:
        return None
    covariance = hits * total - sum(s * p for s, p in zip(support, predicted, strict=True))
    coefficient = math.copysign(math.sqrt(covariance**2 / (variances[0] * variances[1])), covariance)
    y_true, y_pred = np.nonzero(counts)
    floats = counts[y_true, y_pred].astype(float)  # its sums of integers wrap around 64 bits
    assert math.isclose(coefficient, oracle.matthews_corrcoef(y_true, y_pred, sample_weight=floats), rel_tol=1e-6, abs_tol=1e-9)
    return coefficient


def class_rates_of(counts: np.ndarray) -> list[dict[str, float | None]]:
    names = ("precision", "recall", "f1")
    if not counts.any():
        return [dict.fromkeys(names)] * len(counts)
    y_true, y_pred = np.nonzero(counts)
    rates = oracle.precision_recall_fscore_support(
        y_true, y_pred, labels=range(len(counts)), sample_weight=counts[y_true, y_pred], zero_division=np.nan
    )
    return [
        {name: defined(value) for name, value in zip(names, of_class, strict=True)} for of_class in zip(*rates[:3], strict=True)
    ]


def normalized(counts: np.ndarray, normalize: str) -> list[list[float | None]]:
    if not counts.any():
        return [[None] * len(counts)] * len(counts)
    y_true, y_pred = np.indices(counts.shape).reshape(2, -1)
    rates = oracle.confusion_matrix(y_true, y_pred, sample_weight=counts.reshape(-1), normalize=normalize)
    sums = {"true": counts.sum(1, keepdims=True), "pred": counts.sum(0, keepdims=True), "all": counts.sum()}[normalize]
    is_defined = np.broadcast_to(sums > 0, counts.shape)
    return [
        [rate if has_samples else None for rate, has_samples in zip(*row, strict=True)]
        for row in zip(rates.tolist(), is_defined, strict=True)
    ]


def metric_cases() -> list[dict[str, Any]]:
    cases = []
    for name, rows, is_weighted in matrices():
        counts = np.array(rows)
        rates = {normalize: normalized(counts, normalize) for normalize in ("true", "pred", "all")}
        metrics = metrics_of(counts, is_weighted=is_weighted)
        without = averages_without(counts, len(counts) - 1)
        case = {"name": name, "counts": rows, "weighted": is_weighted, "metrics": metrics, "without_last": without}
        cases.append({**case, "normalized": rates})
    return cases


def encode64(blob: bytes) -> str:
    return base64.b64encode(blob).decode()


def save(name: str, cases: list[dict[str, Any]]) -> None:
    """One case a line, so that a change shows as the lines of its cases."""
    lines = ",\n".join(json.dumps(case, ensure_ascii=False, allow_nan=False) for case in cases)
    (HERE / name).write_text(f"[\n{lines}\n]\n", encoding="utf-8")


if __name__ == "__main__":
    warnings.simplefilter("ignore")  # scikit-learn warns of every class without samples, which is what half the cases are
    save("blobs.json", valid_blobs())
    save("blobs_invalid.json", invalid_blobs())
    save("metrics.json", metric_cases())
