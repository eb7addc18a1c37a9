"""What the README and docs/ show of tables runs as it stands there."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from sklearn.metrics import confusion_matrix

pytestmark = pytest.mark.frameworks
NAMES = np.array(["bird", "cat", "dog"])


@pytest.mark.parametrize("document", ["README.md", "docs/training-loops.md", "docs/large-scale.md"])
def test_tables(document, run_snippets, stored_matrices, tmp_path):
    random = np.random.default_rng(0)
    y_true, y_pred = NAMES[random.integers(0, 3, (2, 90))]
    (tmp_path / "predictions").mkdir()
    for part in range(3):
        rows = slice(30 * part, 30 * part + 30)
        table = pl.DataFrame({"label": y_true[rows], "prediction": y_pred[rows]})
        table.write_parquet(tmp_path / "predictions" / f"{part}.parquet")
    stored = stored_matrices(run_snippets(document, "tables", pl=pl))
    assert stored == {("tables", "test/confusion"): [(0, confusion_matrix(y_true, y_pred).tolist())]}
