"""What the README and docs/training-loops.md show of PyTorch, Lightning and Trainer runs as it stands there."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
import torch
import transformers
from sklearn.metrics import confusion_matrix
from torch.utils.tensorboard import SummaryWriter

sys.path.insert(0, str(Path(__file__).parent))
from lightning_module import make_module

DOCUMENTS = ["README.md", "docs/training-loops.md"]
NUM_CLASSES = 3
pytestmark = [
    pytest.mark.frameworks,
    pytest.mark.parametrize("document", DOCUMENTS),
    pytest.mark.filterwarnings("ignore:'pin_memory' argument is set as true but no accelerator"),
    # Lightning's advice on loaders that a small test doesn't need.
    pytest.mark.filterwarnings("ignore:.*does not have many workers"),
    pytest.mark.filterwarnings("ignore:.*number of training batches"),
    pytest.mark.filterwarnings("ignore:.*isinstance.treespec, LeafSpec"),
]


def make_data(num_samples):
    generator = torch.Generator().manual_seed(0)
    scores = torch.randn(num_samples, NUM_CLASSES, generator=generator)
    return scores, torch.randint(0, NUM_CLASSES, (num_samples,), generator=generator)


def test_pytorch(document, run_snippets, stored_matrices, tmp_path):
    scores, target = make_data(40)
    with SummaryWriter(tmp_path / "logs" / "own") as writer:
        given = {"val_loader": zip(scores.split(8), target.split(8), strict=True), "model": lambda x: x}
        logs = run_snippets(document, "torch", writer=writer, epoch=0, **given)
    stored = stored_matrices(logs)
    expected = [(0, confusion_matrix(target, scores.argmax(1)).tolist())]
    runs = {"README.md": ["own"], "docs/training-loops.md": ["torch", "ddp"]}[document]
    assert stored == {(run, "val/confusion"): expected for run in runs}


def test_lightning(document, run_snippets, stored_matrices):
    from lightning import pytorch
    from lightning.pytorch.loggers import TensorBoardLogger

    scores, target = make_data(21)
    loader = torch.utils.data.DataLoader(torch.utils.data.TensorDataset(scores, target), batch_size=8)
    given = {"module": make_module(pytorch), "train_loader": loader, "val_loader": loader}
    logs = run_snippets(document, "lightning", Trainer=pytorch.Trainer, TensorBoardLogger=TensorBoardLogger, **given)
    ((_, steps),) = stored_matrices(logs).items()
    assert [counts for _, counts in steps] == [confusion_matrix(target, scores.argmax(1)).tolist()]


def test_trainer(document, run_snippets, stored_matrices, tmp_path, monkeypatch):
    logs = tmp_path / "logs"
    monkeypatch.setenv("TENSORBOARD_LOGGING_DIR", str(logs / "trainer"))
    generator = torch.Generator().manual_seed(0)
    sizes = {"hidden_size": 16, "num_hidden_layers": 1, "num_attention_heads": 2, "intermediate_size": 16, "vocab_size": 50}
    model = transformers.BertForSequenceClassification(transformers.BertConfig(**sizes, num_labels=NUM_CLASSES))
    inputs = torch.randint(5, 50, (24, 6), generator=generator)
    labels = torch.randint(0, NUM_CLASSES, (24,), generator=generator)
    samples = [{"input_ids": ids, "labels": label} for ids, label in zip(inputs, labels, strict=True)]
    options = {"num_train_epochs": 1, "eval_strategy": "epoch", "report_to": "tensorboard"}
    quiet = {"use_cpu": True, "disable_tqdm": True, "save_strategy": "no"}
    arguments = transformers.TrainingArguments(tmp_path / "output", **options, **quiet)
    trainer = transformers.Trainer(model, arguments, train_dataset=samples, eval_dataset=samples)
    run_snippets(document, "transformers", trainer=trainer)
    predicted = trainer.predict(samples).predictions.argmax(-1)
    steps = stored_matrices(logs)["trainer", "eval/confusion"]
    assert [counts for _, counts in steps] == [confusion_matrix(labels, predicted).tolist()]
