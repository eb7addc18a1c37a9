"""What the page weighs on the way to the browser, against the libraries that draw a heat map."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from functools import partial
from importlib import resources

from benchmarks.peers import js_libraries
from benchmarks.row import Row, peer

BUDGET_KB = 120.0


def rows() -> Iterator[Row]:
    """Yields one row: the whole page, gzipped, beside each library alone."""
    bundle = (resources.files("tb_confusion_plugin") / "server" / "static" / "index.js").read_bytes()
    peers = [peer(name, partial(_kb, name)) for name in ("Vega-Lite", "ECharts", "Plotly")]
    note = "the whole page; the peers are the library alone (Vega-Lite with Vega)"
    yield Row.beside(peers, "bundle, gzipped", "KB", len(gzip.compress(bundle)) / 1000, BUDGET_KB, note=note)


def _kb(name: str) -> float:
    return js_libraries.gzipped_bytes(name) / 1000
