"""lightning.ConfusionMatrixCallback: real trainings of both packages, on one process and on two."""

from __future__ import annotations

import sys
from pathlib import Path

import lightning.pytorch
import lightning.pytorch.loggers
import pytest
import pytorch_lightning
import pytorch_lightning.loggers
import torch
from sklearn.metrics import confusion_matrix

from tb_confusion_plugin import read_log
from tb_confusion_plugin.lightning import ConfusionMatrixCallback

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE))
from lightning_module import K, make_data, make_loader, make_module  # noqa: E402

pytestmark = [
    pytest.mark.frameworks,
    # Lightning's own advice on speed and on what these tests leave out.
    pytest.mark.filterwarnings("ignore:The '.*dataloader' does not have many workers"),
    pytest.mark.filterwarnings("ignore:The number of training batches"),
    pytest.mark.filterwarnings("ignore:Checkpoint directory .* exists and is not empty"),
    pytest.mark.filterwarnings("ignore:Trying to infer the `batch_size`"),
    pytest.mark.filterwarnings("ignore:Found .* module.*in eval mode"),
    # Lightning's use of what PyTorch is to drop.
    pytest.mark.filterwarnings("ignore:`isinstance\\(treespec, LeafSpec\\)` is deprecated"),
]


@pytest.fixture(params=[lightning.pytorch, pytorch_lightning], ids=["lightning", "pytorch_lightning"])
def package(request):
    return request.param


@pytest.fixture
def make_trainer(package, tmp_path):
    """A function that makes a Trainer that writes into logs/run."""

    def make_trainer(callback, **arguments):
        logger = package.loggers.TensorBoardLogger(tmp_path / "logs", name="", version="run")
        quiet = {"enable_progress_bar": False, "enable_model_summary": False, "enable_checkpointing": False}
        defaults = {"max_epochs": 2, "accelerator": "cpu", "devices": 1, "logger": logger, "log_every_n_steps": 1}
        return package.Trainer(callbacks=[callback], **(quiet | defaults | arguments))

    return make_trainer


def expected_of(num_samples, seed):
    scores, target = make_data(num_samples, seed)
    return confusion_matrix(target, scores.argmax(1), labels=range(K)).tolist()


def test_fit_writes_each_validation_and_not_the_sanity_check(package, make_trainer, tmp_path, stored_matrices):
    module, trainer = make_module(package), make_trainer(ConfusionMatrixCallback(K), num_sanity_val_steps=2)
    trainer.fit(module, make_loader(24), make_loader(37, seed=1))  # 3 steps an epoch; the last batch of validation has 5
    trainer.validate(module, make_loader(37, seed=1), verbose=False)  # the same matrix at the same step
    trainer.test(module, make_loader(21, seed=2), verbose=False)
    assert stored_matrices(tmp_path / "logs") == {
        ("run", "val/confusion"): [(3, expected_of(37, 1)), (6, expected_of(37, 1))],
        ("run", "test/confusion"): [(6, expected_of(21, 2))],
    }


def test_scalars_are_in_the_same_directory_and_its_files_follow_one_another(package, make_trainer, tmp_path):
    module, trainer = make_module(package), make_trainer(ConfusionMatrixCallback(K))
    trainer.fit(module, make_loader(24), make_loader(37, seed=1))
    assert len(list((tmp_path / "logs" / "run").glob("*tfevents*"))) == 1


@pytest.mark.filterwarnings("ignore:Total length of `DataLoader` across ranks is zero")
def test_several_dataloaders_have_a_tag_each(package, make_trainer, tmp_path, stored_matrices):
    loaders = {"first": make_loader(11, seed=1), "second": [make_loader(9, seed=2), make_loader(0, seed=3)]}
    make_trainer(ConfusionMatrixCallback(K), max_epochs=1).fit(make_module(package), make_loader(8), loaders)
    assert stored_matrices(tmp_path / "logs") == {
        ("run", "val/confusion/dataloader_idx_0"): [(1, expected_of(11, 1))],
        ("run", "val/confusion/dataloader_idx_1"): [(1, expected_of(9, 2))],
    }


def test_limited_batches_are_those_that_are_counted(package, make_trainer, tmp_path, stored_matrices):
    trainer = make_trainer(ConfusionMatrixCallback(K), max_epochs=1, limit_val_batches=2)
    trainer.fit(make_module(package), make_loader(8), make_loader(37, seed=1))
    scores, target = (part[:16] for part in make_data(37, 1))
    expected = confusion_matrix(target, scores.argmax(1), labels=range(K)).tolist()
    assert stored_matrices(tmp_path / "logs") == {("run", "val/confusion"): [(1, expected)]}


def test_without_validation_nothing_is_written(package, make_trainer, tmp_path):
    trainer = make_trainer(ConfusionMatrixCallback(K), max_epochs=1, limit_val_batches=0)
    trainer.fit(make_module(package), make_loader(8), make_loader(37, seed=1))
    assert trainer.global_step == 1
    assert list(read_log(tmp_path / "logs")) == []


def test_a_training_resumed_from_a_checkpoint_goes_on_at_its_step(package, make_trainer, tmp_path, stored_matrices):
    loaders = (make_loader(24), make_loader(37, seed=1))
    trainer = make_trainer(ConfusionMatrixCallback(K), max_epochs=1)
    trainer.fit(make_module(package), *loaders)
    trainer.save_checkpoint(tmp_path / "checkpoint.ckpt")
    logger = package.loggers.TensorBoardLogger(tmp_path / "logs", name="", version="resumed")
    trainer = make_trainer(ConfusionMatrixCallback(K), max_epochs=3, logger=logger)
    trainer.fit(make_module(package), *loaders, ckpt_path=tmp_path / "checkpoint.ckpt", weights_only=False)
    steps = {run: [step for step, _ in data] for (run, _), data in stored_matrices(tmp_path / "logs").items()}
    assert steps == {"run": [3], "resumed": [6, 9]}


def test_a_function_finds_the_predictions_in_any_output(package, make_trainer, tmp_path, stored_matrices):
    module = make_module(package, lambda *outputs: {"all": outputs})
    callback = ConfusionMatrixCallback(K, preds_and_target=lambda outputs, batch: (outputs["all"][1], batch[1]), val_tag="v")
    trainer = make_trainer(callback)
    trainer.validate(module, make_loader(37, seed=1), verbose=False)
    assert stored_matrices(tmp_path / "logs") == {("run", "v"): [(0, expected_of(37, 1))]}


@pytest.mark.parametrize("key", ["preds", "logits"])
def test_labels_and_scores_are_found_by_their_keys(package, make_trainer, tmp_path, stored_matrices, key):
    as_output = {"preds": lambda scores: scores.argmax(1), "logits": lambda scores: scores}[key]
    module = make_module(package, lambda _, scores, target: {key: as_output(scores), "target": target})
    make_trainer(ConfusionMatrixCallback(K)).test(module, make_loader(37, seed=1), verbose=False)
    assert stored_matrices(tmp_path / "logs") == {("run", "test/confusion"): [(0, expected_of(37, 1))]}


def test_class_names_groups_and_the_special_class_are_stored(package, make_trainer, tmp_path):
    names = ("cat", "dog", "fox", "background")
    callback = ConfusionMatrixCallback(class_names=names, class_groups=["a", "a", "b", "c"], special_class="background")
    make_trainer(callback).validate(make_module(package), make_loader(8), verbose=False)
    ((*_, datum),) = read_log(tmp_path / "logs")
    assert (datum.matrix.class_names, datum.class_groups, datum.special_class) == (names, ("a", "a", "b", "c"), 3)


def test_ignored_targets_arent_counted(package, make_trainer, tmp_path, stored_matrices):
    make_trainer(ConfusionMatrixCallback(K, ignore_index=1)).validate(make_module(package), make_loader(37), verbose=False)
    scores, target = make_data(37)
    expected = confusion_matrix(target[target != 1], scores.argmax(1)[target != 1], labels=range(K)).tolist()
    assert stored_matrices(tmp_path / "logs") == {("run", "val/confusion"): [(0, expected)]}


def test_every_tensorboard_logger_of_several_gets_the_matrices(package, make_trainer, tmp_path, stored_matrices):
    boards = [package.loggers.TensorBoardLogger(tmp_path / "logs", name="", version=name) for name in ("a", "b")]
    loggers = [package.loggers.CSVLogger(tmp_path / "csv"), *boards]
    make_trainer(ConfusionMatrixCallback(K), logger=loggers).validate(make_module(package), make_loader(9), verbose=False)
    expected = [(0, expected_of(9, 0))]
    assert stored_matrices(tmp_path / "logs") == {("a", "val/confusion"): expected, ("b", "val/confusion"): expected}


@pytest.mark.filterwarnings("ignore:.*will be deprecated.*:DeprecationWarning")
def test_a_fast_development_run_writes_nothing_and_needs_no_logger(package, make_trainer, tmp_path):
    trainer = make_trainer(ConfusionMatrixCallback(K), fast_dev_run=True)
    trainer.fit(make_module(package), make_loader(8), make_loader(8))
    assert not (tmp_path / "logs").exists()


# --- what is refused


@pytest.mark.parametrize("name", ["CSVLogger", None])
def test_a_missing_tensorboard_logger_is_named_before_the_training(package, make_trainer, tmp_path, name):
    logger = getattr(package.loggers, name)(tmp_path / "csv") if name else False
    trainer = make_trainer(ConfusionMatrixCallback(K), logger=logger)
    with pytest.raises(
        ValueError, match=rf"missing TensorBoardLogger: .*{name or 'none at all'}.*Trainer\(logger=TensorBoardLogger"
    ):
        trainer.fit(make_module(package), make_loader(8), make_loader(8))
    assert trainer.global_step == 0


@pytest.mark.parametrize(
    ("output", "returned"),
    [
        (lambda *_: None, "NoneType"),
        (lambda loss, *_: loss, "Tensor"),
        (lambda loss, *_: {"loss": loss}, r"a dict with \['loss'\]"),
    ],
)
def test_a_step_without_predictions_shows_in_the_sanity_check(package, make_trainer, output, returned):
    trainer = make_trainer(ConfusionMatrixCallback(K))
    with pytest.raises(ValueError, match=rf"missing predictions: the step returned {returned}; return .*preds_and_target="):
        trainer.fit(make_module(package, output), make_loader(8), make_loader(8))
    assert trainer.global_step == 0


def test_a_label_out_of_range_shows_in_the_sanity_check(package, make_trainer):
    trainer = make_trainer(
        ConfusionMatrixCallback(K - 1, preds_and_target=lambda outputs, _: (outputs["target"], outputs["target"]))
    )
    with pytest.raises(ValueError, match=r"invalid labels: \d+ samples have one not in \[0, 3\)"):
        trainer.fit(make_module(package), make_loader(24), make_loader(24))
    assert trainer.global_step == 0


@pytest.mark.parametrize(
    ("message", "arguments"),
    [
        ("missing num_classes", {}),
        ("2 names for 3 classes", {"num_classes": 3, "class_names": ["a", "b"]}),
        ("invalid class_groups: 1 names", {"num_classes": 3, "class_groups": ["a"]}),
        ("invalid special_class: 3", {"num_classes": 3, "special_class": 3}),
        ("invalid tag: ''", {"num_classes": 3, "val_tag": ""}),
        ("invalid threshold: nan", {"num_classes": 3, "threshold": float("nan")}),
        ("invalid ignore_index: 'bg'", {"num_classes": 3, "ignore_index": "bg"}),
    ],
)
def test_a_wrong_argument_is_named_at_once(message, arguments):
    with pytest.raises(ValueError, match=message):
        ConfusionMatrixCallback(**arguments)


# --- several processes


def test_two_processes_write_each_sample_once(tmp_path, run_together, stored_matrices):
    run_together([[HERE / "lightning_ddp.py", tmp_path / "logs"]])
    steps = (2, 4)  # of 32 samples on two ranks, batches of 8
    assert stored_matrices(tmp_path / "logs") == {
        ("run", "val/confusion/dataloader_idx_0"): [(step, expected_of(37, 1)) for step in steps],
        ("run", "val/confusion/dataloader_idx_1"): [(step, expected_of(1, 2)) for step in steps],
        ("run", "val/confusion"): [(4, expected_of(5, 4))],
        ("run", "test/confusion"): [(4, expected_of(21, 3))],
    }


@pytest.mark.parametrize("num_samples", [1, 2, 5, 6, 7, 16])
@pytest.mark.parametrize("shuffle", [False, True])
def test_copies_of_a_distributed_sampler_arent_counted(num_samples, shuffle):
    from tb_confusion_plugin.lightning import _num_own_rows

    seen = []
    for rank in range(3):
        dataset = torch.utils.data.TensorDataset(torch.arange(num_samples))
        sampler = torch.utils.data.DistributedSampler(dataset, 3, rank, shuffle=shuffle)
        loader = torch.utils.data.DataLoader(dataset, batch_size=2, sampler=sampler)
        seen += [row for index, (batch,) in enumerate(loader) for row in batch[: _num_own_rows(loader, index, batch)].tolist()]
    assert sorted(seen) == list(range(num_samples))
