"""One rank of a training on two processes (`test_torch_distributed.py` starts them): python two_ranks.py RANK DIRECTORY."""

from __future__ import annotations

import sys
from datetime import timedelta
from pathlib import Path

import pytest
import torch
import torch.distributed
import torchmetrics.classification
from torch.utils.tensorboard import SummaryWriter

from tb_confusion_plugin.torch import ConfusionMatrix, add_confusion_matrix

K = 5
TIMEOUT = timedelta(seconds=60)


def main(rank, directory):
    rendezvous = f"file://{directory / 'rendezvous'}"
    torch.distributed.init_process_group("gloo", init_method=rendezvous, rank=rank, world_size=2, timeout=TIMEOUT)
    data = torch.load(directory / "data.pt")
    writer = SummaryWriter(directory / "logs" / "run") if rank == 0 else None
    metric = ConfusionMatrix(K)
    for step, batches in enumerate(data["batches"]):  # of each rank its own number of batches, none at all in step 1
        metric.reset()
        for scores, labels in batches[rank]:
            metric.update(scores, labels)
        if rank == 0:  # alone: neither may wait for the other rank
            own = sum(len(labels) for _, labels in batches[rank])
            assert metric.counts.sum() == own
            for one_rank in (metric, torchmetrics.classification.MulticlassConfusionMatrix(K)):
                with pytest.raises(ValueError, match=r"has the counts of one rank of several; call .* on every rank"):
                    add_confusion_matrix(writer, "val/confusion", one_rank, step)
        counts = metric.compute()
        assert torch.equal(counts, metric.compute()), "summing isn't counting"
        add_confusion_matrix(writer, "val/confusion", counts, step)
    ours = ConfusionMatrix(K)
    ours.update(torch.tensor([0]), torch.tensor([K if rank == 1 else 0]))
    with pytest.raises(ValueError, match="invalid labels: 1 samples"):  # on both, so that none writes
        ours.compute()
    fresh = ConfusionMatrix(2)
    if rank == 1:
        fresh.update(torch.tensor([1]), torch.tensor([0]))
    assert fresh.compute().tolist() == [[0, 1], [0, 0]], "a rank without a batch takes part"
    if writer is not None:
        writer.close()
    torch.distributed.destroy_process_group()


if __name__ == "__main__":
    main(int(sys.argv[1]), Path(sys.argv[2]))
