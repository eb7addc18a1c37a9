"""Confusion matrices from Hugging Face's `Trainer`: a callback that writes what each evaluation has predicted."""

from __future__ import annotations

import os
import warnings
from collections.abc import Callable, Iterable
from typing import Any, SupportsIndex

try:
    import numpy as np
    import torch
    import transformers
    from transformers.integrations import TensorBoardCallback
except ImportError as error:
    raise ImportError("missing PyTorch and transformers: pip install 'tb-confusion-plugin[transformers]'") from error

from tb_confusion_plugin.core.classes import as_class_groups, as_special_class
from tb_confusion_plugin.torch import ConfusionMatrix, add_confusion_matrix
from tb_confusion_plugin.writer import ConfusionWriter

_PADDING = -100  # what transformers labels positions with that don't count


class ConfusionMatrixCallback(transformers.TrainerCallback):  # type: ignore[misc]  # transformers isn't there when types are checked
    """Writes a matrix of each evaluation of a `Trainer`, and of each prediction that has labels, beside its scalars.

    `trainer.add_callback(ConfusionMatrixCallback(trainer))` is all. It puts itself before the trainer's `compute_metrics`: it
    counts what comes and hands it on to the function that was there, if any. Nothing is predicted twice. `batch_eval_metrics` works
    too.

    Where the trainer logs to TensorBoard (`report_to="tensorboard"`, or a `TensorBoardCallback`), matrices go into the same event
    file as the scalars. Else they go into a directory of their own, `logdir`. The step is `global_step`. Tags are eval/confusion
    and test/confusion; with several evaluation datasets eval/confusion/NAME. An evaluation without samples writes nothing.

    Predictions are the model's first output, scores with the class axis last or second, or labels where the trainer's
    `preprocess_logits_for_metrics` has made some (on large evaluations it saves memory). Positions labelled -100 don't count.

    On several processes the trainer gathers all predictions, each sample once; the main one writes.

    Args:
        trainer: the Trainer.
        num_classes: K, at most 2,048; None: the number of class names, or else `model.config.num_labels`.
        class_names: K names in index order; None: those of `model.config.id2label` that aren't LABEL_0 and so on.
        class_groups: the name of each class's group, K names in index order, or None.
        special_class: the index or name of a class that isn't a real one (background, reject), or None.
        preds_and_target: a function of the `EvalPrediction` that gives (preds, target), as `torch.ConfusionMatrix.update` takes
            them; None: its predictions and label_ids.
        threshold: a binary model's single score above it means class 1: 0 for logits, which a Trainer's predictions are; 0.5 for
            probabilities.
        ignore_index: a target that marks samples not to count.
        logdir: where matrices go if the trainer doesn't log to TensorBoard; None: runs/confusion in the trainer's output_dir.

    Raises:
        ValueError: an argument is invalid or missing. At the end of an evaluation: predictions don't fit, or there are none though
            there were samples.
    """

    def __init__(
        self,
        trainer: Any,
        num_classes: int | None = None,
        *,
        class_names: Iterable[str] | None = None,
        class_groups: Iterable[str] | None = None,
        special_class: SupportsIndex | str | None = None,
        preds_and_target: Callable[[Any], tuple[Any, Any]] | None = None,
        threshold: float = 0.0,
        ignore_index: int = _PADDING,
        logdir: str | os.PathLike[str] | None = None,
    ) -> None:
        if not isinstance(trainer, transformers.Trainer):
            raise ValueError(
                f"invalid trainer: {type(trainer).__name__}; make the Trainer first, then trainer.add_callback("
                "ConfusionMatrixCallback(trainer))"
            )
        config = getattr(trainer.model, "config", None)
        if num_classes is None and class_names is None:
            num_classes = getattr(config, "num_labels", None)
        self._counting: dict[str, Any] = {"threshold": threshold, "ignore_index": ignore_index}
        counter = ConfusionMatrix(num_classes, class_names=class_names, **self._counting)
        self._num_classes = counter.num_classes
        names = counter.class_names or _names_of(config, counter.num_classes)
        groups = as_class_groups(class_groups, counter.num_classes)
        special = as_special_class(special_class, names, counter.num_classes)
        self._metadata: dict[str, Any] = {"class_names": names, "class_groups": groups, "special_class": special}
        self._preds_and_target = preds_and_target or self._default_preds_and_target
        self._logdir = logdir
        self._counter: ConfusionMatrix | None = None
        self._is_counted = self._is_empty = False
        self._own_writer: ConfusionWriter | None = None
        self._last: dict[str, tuple[int | None, Any]] = {}  # by tag, the step and counts written last
        self._trainer = trainer
        self._inner_metrics, trainer.compute_metrics = trainer.compute_metrics, self.compute_metrics
        self._inner_loop, trainer.evaluation_loop = trainer.evaluation_loop, self._evaluation_loop

    def compute_metrics(self, prediction: Any, **arguments: Any) -> dict[str, Any]:
        """Counts an `EvalPrediction`, and gives what the trainer's own `compute_metrics` makes of it, if there is one.

        Args:
            prediction: of a whole evaluation, or of a batch where the trainer has `batch_eval_metrics`.
            arguments: the trainer's `compute_result` there: whether it is the last batch.

        Returns:
            The trainer's own metrics.

        Raises:
            ValueError: predictions and labels don't fit.
        """
        if self._counter is None or self._is_counted:
            self._counter = self._new_counter()
        self._is_counted = bool(arguments.get("compute_result", True))
        self._counter.update(*self._preds_and_target(prediction))
        return {} if self._inner_metrics is None else self._inner_metrics(prediction, **arguments)

    def on_evaluate(self, args: Any, state: Any, control: Any, metrics: Any = None, **_: Any) -> None:  # noqa: ARG002  # passed
        """Writes the matrix of an evaluation; without samples there is none."""
        if self._is_empty:
            return
        if self._counter is None:
            raise ValueError(
                "missing predictions or labels: the evaluation gave none to count; leave prediction_loss_only out of the "
                f"TrainingArguments, and name the labels' columns in label_names= (now {self._trainer.label_names})"
            )
        self._write(args, state, metrics)

    def on_predict(self, args: Any, state: Any, control: Any, metrics: Any, **_: Any) -> None:  # noqa: ARG002  # passed
        """Writes the matrix of a prediction; without labels there is none."""
        if self._counter is not None:
            self._write(args, state, metrics)

    def _evaluation_loop(self, *arguments: Any, **named: Any) -> Any:
        """The trainer's own loop. No event tells a callback that an evaluation begins, and the one before may have broken off."""
        self._counter = None
        output = self._inner_loop(*arguments, **named)
        self._is_empty = output.num_samples == 0
        return output

    def _new_counter(self) -> ConfusionMatrix:
        return ConfusionMatrix(self._num_classes, **self._counting)

    def _default_preds_and_target(self, prediction: Any) -> tuple[Any, Any]:
        preds, target = prediction.predictions, prediction.label_ids
        preds = preds[0] if isinstance(preds, tuple | list) else preds
        if isinstance(preds, dict) or isinstance(target, tuple | list | dict):
            raise ValueError(
                f"invalid predictions: {type(prediction.predictions).__name__}, with labels {type(target).__name__}; pass "
                "preds_and_target=lambda prediction: (preds, target)"
            )
        preds, target = torch.as_tensor(preds), torch.as_tensor(target)
        has_classes_last = preds.is_floating_point() and preds.shape == (*target.shape, self._num_classes)
        return (preds.movedim(-1, 1) if has_classes_last and target.ndim else preds), target

    def _write(self, args: Any, state: Any, metrics: Any) -> None:
        counter, self._counter = self._counter or self._new_counter(), None
        counts, tag, step = counter.counts.cpu().numpy(), _tag_of(metrics or {}), state.global_step
        if not state.is_world_process_zero:
            return
        last_step, last_counts = self._last.get(tag, (None, ()))
        if last_step == step and np.array_equal(last_counts, counts):  # evaluated again, as many do after the training
            return
        self._last[tag] = (step, counts)
        board = next((one for one in self._trainer.callback_handler.callbacks if isinstance(one, TensorBoardCallback)), None)
        directory = getattr(board, "logging_dir", None) or getattr(args, "logging_dir", None)
        if board is None or not (board.tb_writer or directory):
            self._write_alone(args, tag, counts, step)
            return
        if last_step == step:
            warnings.warn(
                f"step {step} of {tag!r} is written again: with --load_fast=false TensorBoard keeps what was written first; pass "
                "metric_key_prefix= to give the second evaluation a tag of its own",
                stacklevel=2,
            )
        if board.tb_writer:
            add_confusion_matrix(board.tb_writer, tag, counts, step, **self._metadata)
            board.tb_writer.flush()
            return
        from torch.utils.tensorboard import SummaryWriter  # noqa: PLC0415  # where the trainer's is closed, as after the training

        with SummaryWriter(directory) as writer:
            add_confusion_matrix(writer, tag, counts, step, **self._metadata)

    def _write_alone(self, args: Any, tag: str, counts: Any, step: int) -> None:
        if self._own_writer is None:
            logdir = self._logdir or os.path.join(args.output_dir, "runs", "confusion")  # noqa: PTH118  # it may be a URL
            self._own_writer = ConfusionWriter(logdir, **self._metadata)
        self._own_writer.write(tag, counts, step)


def _names_of(config: Any, num_classes: int) -> tuple[str, ...] | None:
    """The class names that the model knows; transformers calls classes LABEL_0 where nobody has named them."""
    id2label = getattr(config, "id2label", None) or {}
    names = tuple(str(id2label.get(index, f"LABEL_{index}")) for index in range(num_classes))
    return None if len(id2label) != num_classes or all(n == f"LABEL_{i}" for i, n in enumerate(names)) else names


def _tag_of(metrics: dict[str, Any]) -> str:
    """eval/confusion of the metrics eval_runtime and so on; eval/confusion/NAME of those of one of several datasets."""
    prefixes = [key.removesuffix("_runtime") for key in metrics if key.endswith("_runtime")]
    # A user's own metric may be called so too. The trainer's comes with a speed, unless it took no time, and behind the user's.
    timed = [prefix for prefix in prefixes if f"{prefix}_samples_per_second" in metrics] or prefixes or ["eval"]
    stage, _, name = timed[-1].partition("_")
    return f"{stage}/confusion/{name}" if name else f"{stage}/confusion"
