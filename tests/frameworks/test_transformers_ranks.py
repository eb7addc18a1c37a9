"""transformers.ConfusionMatrixCallback on two processes (gloo): the main one writes each sample once."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest
import torch
from sklearn.metrics import confusion_matrix

pytestmark = pytest.mark.frameworks


def test_two_processes_write_each_sample_once(tmp_path, run_together, stored_matrices):
    generator = torch.Generator().manual_seed(2)
    ids, labels = torch.randint(5, 50, (32, 6), generator=generator), torch.randint(0, 4, (32,), generator=generator)
    torch.save([{"input_ids": one, "labels": label} for one, label in zip(ids, labels, strict=True)], tmp_path / "data.pt")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    run_together([[Path(__file__).parent / "trainer_ranks.py", rank, tmp_path, port] for rank in range(2)])
    y_true, scores = torch.load(tmp_path / "rank0.pt", weights_only=False)
    assert y_true.tolist() == labels[:21].tolist()
    expected = [(2, confusion_matrix(y_true, scores.argmax(1), labels=range(4)).tolist())]  # 32 samples, two ranks, batches of 8
    assert stored_matrices(tmp_path / "logs") == {("run", "eval/confusion"): expected, ("run", "test/confusion"): expected}
