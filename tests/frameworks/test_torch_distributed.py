"""torch.ConfusionMatrix on two processes (gloo): one rank writes what both have counted, and none waits in vain."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from sklearn.metrics import confusion_matrix

pytestmark = pytest.mark.frameworks

K = 5
NUM_BATCHES = [(3, 2), (0, 2), (1, 4)]  # of rank 0 and rank 1, in each step


def test_one_rank_writes_what_both_have_counted(tmp_path, run_together, stored_matrices):
    generator = torch.Generator().manual_seed(9)

    def batch():
        return torch.randn(13, K, generator=generator), torch.randint(0, K, (13,), generator=generator)

    steps = [[[batch() for _ in range(number)] for number in numbers] for numbers in NUM_BATCHES]
    torch.save({"batches": steps}, tmp_path / "data.pt")
    program = Path(__file__).parent / "two_ranks.py"
    run_together([[program, rank, tmp_path] for rank in range(2)])
    expected = []
    for step, ranks in enumerate(steps):
        scores, labels = (torch.cat(parts) for parts in zip(*(one for batches in ranks for one in batches), strict=True))
        expected.append((step, confusion_matrix(labels, scores.argmax(1), labels=range(K)).tolist()))
    assert stored_matrices(tmp_path / "logs") == {("run", "val/confusion"): expected}
