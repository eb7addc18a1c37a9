"""What counting adds to training with PyTorch, Lightning and Trainer, against torchmetrics and against predicting a second time."""

from __future__ import annotations

from collections.abc import Iterator

from benchmarks.row import Peer, Row
from benchmarks.torch_figures import BATCH_SIZE, NUM_CLASSES, NUM_TRAIN, NUM_VALIDATION
from benchmarks.with_torch import torch_figures

BUDGET_PERCENT = 1.0


def rows() -> Iterator[Row]:
    """Yields a row of the accumulator, counting the training and the validation set, and one of each callback in its demo."""
    batch_ms = torch_figures("training")
    num_train, num_validation = NUM_TRAIN / BATCH_SIZE, NUM_VALIDATION / BATCH_SIZE
    epoch_ms = num_train * batch_ms["train"] + num_validation * batch_ms["predict"]

    def share(ms: float, num_batches: float) -> float:
        return 100 * ms * num_batches / epoch_ms

    peers = [
        Peer("torchmetrics", share(batch_ms["torchmetrics"], num_train + num_validation)),
        Peer("the tutorial's second prediction, its drawing left out", share(batch_ms["predict"], num_validation)),
    ]
    yield Row.beside(
        peers,
        f"counting in an epoch of PyTorch, K={NUM_CLASSES}, {NUM_VALIDATION:,} validation samples",
        "% of an epoch",
        share(batch_ms["ours"], num_train + num_validation),
        BUDGET_PERCENT,
        note=f"a training step {batch_ms['train']:.3g} ms, an update {1000 * batch_ms['ours']:.2g} µs; the tutorial's network",
    )
    for name, call in (("lightning", "Lightning's `Trainer.fit`"), ("transformers", "Hugging Face's `Trainer.train`")):
        percent = torch_figures(name)
        peers = [Peer("a second prediction, as long as the validation", percent["validation"])]
        note = f"and logging {percent['logging']:.2g} %"
        yield Row.beside(peers, f"counting in {call}, the demo", "% of it", percent["counting"], BUDGET_PERCENT, note=note)
