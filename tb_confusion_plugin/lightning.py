"""Confusion matrices from Lightning (`lightning` or `pytorch_lightning`): a callback that counts validation and test batches."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable, Iterable
from typing import Any, SupportsIndex

try:
    import torch.utils.data
except ImportError as error:
    raise ImportError("missing PyTorch and Lightning: pip install 'tb-confusion-plugin[lightning]'") from error

from tb_confusion_plugin.core.classes import as_class_groups, as_special_class
from tb_confusion_plugin.storage.to_summary import as_tag
from tb_confusion_plugin.torch import ConfusionMatrix, add_confusion_matrix

_PACKAGES = ("lightning.pytorch", "pytorch_lightning")
_PREDS_KEYS = ("preds", "logits")


def _callback_class() -> Any:
    """A base for the packages that the program has loaded, else for the first one that is installed: the same in two names."""
    loaded = [module for name in _PACKAGES if (module := sys.modules.get(name)) is not None]
    for name in _PACKAGES if not loaded else ():
        try:
            loaded = [importlib.import_module(name)]
        except ImportError:
            continue
        break
    if not loaded:
        raise ImportError("missing Lightning: pip install 'tb-confusion-plugin[lightning]'")
    return type("Callback", tuple(module.Callback for module in loaded), {})


_Callback: Any = _callback_class()


class ConfusionMatrixCallback(_Callback):  # type: ignore[misc]  # Lightning isn't there when types are checked
    """Counts the batches of validation and test, and writes a matrix at the end of each into the TensorBoardLogger's event file.

    What the `LightningModule`'s `validation_step` and `test_step` return is counted: a dict with "target" and "preds" (labels) or
    "logits" (scores), as `torch.ConfusionMatrix.update` takes them. Where they return something else, pass `preds_and_target`.

    The step is the trainer's `global_step`. Several dataloaders have a tag each: val/confusion/dataloader_idx_0 and so on, as
    Lightning calls their metrics. The batches of the sanity check are counted but not written. A dataloader without batches
    writes nothing.

    Several processes: each counts its own batches on its device, and they are summed once at the end. Of the samples that a
    `DistributedSampler` repeats, so that all ranks have as many, the copies aren't counted: the matrix has each sample once. That
    holds where a row of target is a sample of the dataset; where it isn't, repeated samples count twice.

    Args:
        num_classes: K, at most 2,048; the number of class names, if None.
        class_names: K names in index order, or None to show indices.
        class_groups: the name of each class's group, K names in index order, or None.
        special_class: the index or name of a class that isn't a real one (background, reject), or None.
        preds_and_target: a function of (outputs, batch), what the step returned and what it was given, that gives (preds, target).
        threshold: a binary model's single score above it means class 1: 0.5 for probabilities, 0 for logits.
        ignore_index: a target that marks samples not to count.
        val_tag: name of the series of `trainer.fit` and `trainer.validate`.
        test_tag: name of the series of `trainer.test`.

    Raises:
        ValueError: an argument is invalid or missing. When training begins: there is no TensorBoardLogger. With the first batch, in
            the sanity check: there is nothing to count.
    """

    def __init__(
        self,
        num_classes: int | None = None,
        *,
        class_names: Iterable[str] | None = None,
        class_groups: Iterable[str] | None = None,
        special_class: SupportsIndex | str | None = None,
        preds_and_target: Callable[[Any, Any], tuple[Any, Any]] | None = None,
        threshold: float = 0.5,
        ignore_index: int | None = None,
        val_tag: str = "val/confusion",
        test_tag: str = "test/confusion",
    ) -> None:
        super().__init__()
        counter = ConfusionMatrix(num_classes, class_names=class_names, threshold=threshold, ignore_index=ignore_index)
        self._counting: dict[str, Any] = {"class_names": counter.class_names, "threshold": threshold, "ignore_index": ignore_index}
        self._num_classes = counter.num_classes
        groups = as_class_groups(class_groups, counter.num_classes)
        special = as_special_class(special_class, counter.class_names, counter.num_classes)
        self._metadata: dict[str, Any] = {"class_names": counter.class_names, "class_groups": groups, "special_class": special}
        self._preds_and_target = preds_and_target or _preds_and_target
        self._tags = {"val": as_tag(val_tag), "test": as_tag(test_tag)}
        self._counters: dict[int, ConfusionMatrix] = {}

    def setup(self, trainer: Any, pl_module: Any, stage: str) -> None:  # noqa: ARG002  # Lightning passes it
        """Looks for the logger, so that a missing one shows before the training."""
        if stage != "predict" and not trainer.fast_dev_run and not _tensorboard_loggers(trainer):
            loggers = ", ".join(type(logger).__name__ for logger in trainer.loggers) or "none at all"
            raise ValueError(
                f"missing TensorBoardLogger: the trainer's loggers are {loggers}; pass Trainer(logger=TensorBoardLogger('logs')), "
                "alone or in a list with others"
            )

    def on_validation_epoch_start(self, trainer: Any, pl_module: Any) -> None:  # noqa: ARG002  # Lightning passes it
        """Forgets earlier batches."""
        self._counters = {}

    def on_test_epoch_start(self, trainer: Any, pl_module: Any) -> None:  # noqa: ARG002  # Lightning passes it
        """Forgets earlier batches."""
        self._counters = {}

    def on_validation_batch_end(
        self,
        trainer: Any,
        pl_module: Any,  # noqa: ARG002  # Lightning passes it
        outputs: Any,
        batch: Any,
        batch_idx: int,
        dataloader_idx: int = 0,
    ) -> None:
        """Counts a batch."""
        self._count(_val_loaders(trainer), outputs, batch, batch_idx, dataloader_idx)

    def on_test_batch_end(
        self,
        trainer: Any,
        pl_module: Any,  # noqa: ARG002  # Lightning passes it
        outputs: Any,
        batch: Any,
        batch_idx: int,
        dataloader_idx: int = 0,
    ) -> None:
        """Counts a batch."""
        self._count(_flat(trainer.test_dataloaders), outputs, batch, batch_idx, dataloader_idx)

    def on_validation_epoch_end(self, trainer: Any, pl_module: Any) -> None:  # noqa: ARG002  # Lightning passes it
        """Writes the matrices, except those of the sanity check."""
        self._write(trainer, "val", trainer.num_val_batches)

    def on_test_epoch_end(self, trainer: Any, pl_module: Any) -> None:  # noqa: ARG002  # Lightning passes it
        """Writes the matrices."""
        self._write(trainer, "test", trainer.num_test_batches)

    def _count(self, loaders: list[Any], outputs: Any, batch: Any, batch_idx: int, dataloader_idx: int) -> None:
        preds, target = self._preds_and_target(outputs, batch)
        loader = loaders[dataloader_idx] if dataloader_idx < len(loaders) else None
        rows = _num_own_rows(loader, batch_idx, target)
        self._counter(dataloader_idx).update(*((preds, target) if rows is None else (preds[:rows], target[:rows])))

    def _counter(self, dataloader_idx: int) -> ConfusionMatrix:
        if dataloader_idx not in self._counters:
            self._counters[dataloader_idx] = ConfusionMatrix(self._num_classes, **self._counting)
        return self._counters[dataloader_idx]

    def _write(self, trainer: Any, stage: str, num_batches: list[int | float]) -> None:
        for index, number in enumerate(num_batches):
            if not number:
                continue
            counts = self._counter(index).compute()  # on every rank, also on one that had no batch
            tag = self._tags[stage] if len(num_batches) == 1 else f"{self._tags[stage]}/dataloader_idx_{index}"
            is_writing = trainer.is_global_zero and not trainer.sanity_checking
            for logger in _tensorboard_loggers(trainer) if is_writing else ():
                add_confusion_matrix(logger.experiment, tag, counts, trainer.global_step, **self._metadata)
                logger.experiment.flush()


def _preds_and_target(outputs: Any, batch: Any) -> tuple[Any, Any]:  # noqa: ARG001  # a user's function may need it
    key = next((key for key in _PREDS_KEYS if key in outputs), None) if isinstance(outputs, dict) else None
    if key is None or "target" not in outputs:
        returned = f"a dict with {sorted(map(str, outputs))}" if isinstance(outputs, dict) else type(outputs).__name__
        raise ValueError(
            f"missing predictions: the step returned {returned}; return {{'loss': loss, 'logits': logits, 'target': target}} (or "
            "'preds'), or pass preds_and_target=lambda outputs, batch: (preds, target)"
        )
    return outputs[key], outputs["target"]


def _tensorboard_loggers(trainer: Any) -> list[Any]:
    """By the name of the class: `lightning` and `pytorch_lightning` have one each, and people derive their own."""
    return [one for one in trainer.loggers if any(base.__name__ == "TensorBoardLogger" for base in type(one).__mro__)]


def _val_loaders(trainer: Any) -> list[Any]:
    if trainer.state.fn == "validate":
        # `trainer.val_dataloaders` would be those of an earlier `fit`; Lightning has no public name for these.
        combined = getattr(trainer.validate_loop, "_combined_loader", None)
        return _flat(getattr(combined, "iterables", None))
    return _flat(trainer.val_dataloaders)


def _flat(loaders: Any) -> list[Any]:
    """The loaders of what a `LightningModule` may return for them: one, or lists and dicts of them."""
    if loaders is None:
        return []
    if isinstance(loaders, dict):
        loaders = list(loaders.values())
    return [one for part in loaders for one in _flat(part)] if isinstance(loaders, list | tuple) else [loaders]


def _num_own_rows(loader: Any, batch_idx: int, target: Any) -> int | None:
    """How many of a batch's first rows aren't copies that a DistributedSampler has put behind the last sample; None: unknown.

    Rank r of R has the samples r, r + R, r + 2 R and so on; those from the length of the dataset on are copies of the first.
    """
    sampler, batch_size = getattr(loader, "sampler", None), getattr(loader, "batch_size", None)
    if batch_size is None or not isinstance(sampler, torch.utils.data.DistributedSampler):
        return None
    before = batch_idx * batch_size
    num_rows = min(batch_size, sampler.num_samples - before)
    if not target.ndim or len(target) != num_rows:  # a row isn't a sample
        return None
    num_own = -(-(len(sampler.dataset) - sampler.rank) // sampler.num_replicas)
    return int(min(num_rows, max(0, num_own - before)))
