"""The accumulator: counts labels where they are, batch after batch."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import torch
import torch.distributed

from tb_confusion_plugin.core.arguments import as_ignored_label, as_num_classes, as_threshold
from tb_confusion_plugin.core.classes import as_class_names

# Cells are counted in K + 2 rows of K + 2, for labels from -1 to K: those of the border are invalid. So the device needs two
# operations to check a label. One cell more, the last, has the samples that don't count.
_BORDER = 2


class ConfusionMatrix:
    """Counts true against predicted classes on the device that the predictions are on; the host never waits for it.

    An update adds the batch to the counts without a synchronisation, so that it costs next to nothing. The host learns of labels
    that aren't in [0, K) when the counts are read: they never count in any cell.

    It isn't an `nn.Module`: as buffers of a model the counts would be overwritten by those of rank 0 (DDP) and rounded by `half()`.
    Its `state_dict` goes into a checkpoint as an optimizer's does.

    Where several processes train (torch.distributed), each counts its own samples, and `compute()` sums them: one all-reduce, which
    every rank must call. `counts` never communicates, so that one rank may read it alone.

    Args:
        num_classes: K, at most 2,048; the number of class names, if None.
        class_names: K names in index order, or None to show indices.
        threshold: a binary model's single score above it means class 1: 0.5 for probabilities, 0 for logits.
        weighted: sum each sample's `sample_weight` (float64) in place of counting samples (int64).
        ignore_index: a target that marks samples not to count, such as 255 or -100 in segmentation.
        device: where to count before the first batch has come; None: where the first batch is.

    Raises:
        ValueError: an argument is invalid or missing.
    """

    def __init__(
        self,
        num_classes: int | None = None,
        *,
        class_names: Iterable[str] | None = None,
        threshold: float = 0.5,
        weighted: bool = False,
        ignore_index: int | None = None,
        device: Any = None,
    ) -> None:
        names = as_class_names(class_names)
        self.num_classes = as_num_classes(num_classes, names)
        self.class_names = as_class_names(names, self.num_classes)
        self.threshold = as_threshold(threshold)
        self.weighted = bool(weighted)
        self.ignore_index = as_ignored_label(ignore_index, "ignore_index")
        # One tensor, so that ranks are summed with one all-reduce.
        self._cells: Any = None if device is None else self._zeros(device)

    def update(self, preds: Any, target: Any, sample_weight: Any = None) -> None:
        """Counts one batch.

        Args:
            preds: scores (logits or probabilities), shape (N, K, ...), the class axis second, as PyTorch's losses take them; or
                labels, integers of the target's shape; or, with K = 2, single scores, floats of the target's shape or (N, 1, ...).
            target: class indices, shape (N, ...): integers, or whole floats.
            sample_weight: None, or finite, non-negative weights of the target's shape or of its first dimensions.

        Raises:
            ValueError: shapes, dtypes or devices don't fit, or a weight comes to an accumulator that isn't weighted.
        """
        true_class, pred_class, is_ignored = _as_labels(preds, target, self)
        width = self.num_classes + _BORDER
        cells = torch.add(pred_class, true_class, alpha=width).add_(width + 1)
        amounts: Any = None
        if sample_weight is not None:
            amounts = self._as_amounts(sample_weight, target)
            is_valid = torch.isfinite(amounts) & (amounts >= 0)
            cells = torch.where(is_valid, cells, 0)
            amounts = torch.where(is_valid, amounts, 1).reshape(-1)
        if is_ignored is not None:
            cells = torch.where(is_ignored, width**2, cells)
        held = self._cells_on(cells.device)
        # Not bincount, which waits for the largest label on a GPU.
        if amounts is None:
            held.scatter_(0, cells.reshape(-1), 1, reduce="add")
        else:
            held.scatter_add_(0, cells.reshape(-1), amounts)

    @property
    def counts(self) -> Any:
        """counts[true_class, pred_class] of this process since the last reset, a copy of shape (K, K) on the device.

        int64, float64 where weighted. It never communicates with other processes; `compute` does.

        Raises:
            ValueError: labels or weights that came in were invalid.
        """
        return self._as_counts(self._zeros("cpu") if self._cells is None else self._cells)

    def compute(self, group: Any = None) -> Any:
        """The counts of all processes, shape (K, K): `counts`, summed with one all-reduce where torch.distributed is at work.

        Every rank must call it, those that write nothing and those that got no batch too, or the others wait for them. It changes
        nothing: counting may go on. Ranks get the same sum, and the same error.

        Args:
            group: the torch.distributed process group; None: all processes.

        Raises:
            ValueError: labels or weights that came in were invalid, on this rank or on another.
        """
        if not is_distributed(group):
            return self.counts
        # The same on every rank, also on one that has seen no batch: it depends on the group alone.
        devices = [part.partition(":")[0] for part in torch.distributed.get_backend_config(group).split(",")]
        device = "cpu" if "cpu" in devices else devices[0]
        cells = self._zeros(device) if self._cells is None else self._cells.to(device, copy=True)
        torch.distributed.all_reduce(cells, group=group)
        return self._as_counts(cells)

    def reset(self) -> None:
        """Forgets all samples."""
        if self._cells is not None:
            self._cells.zero_()

    def state_dict(self) -> dict[str, Any]:
        """The counts, shape (K, K), and the number of invalid samples, shape (), as tensors to save in a checkpoint."""
        cells = self._zeros("cpu") if self._cells is None else self._cells
        return {"counts": self._inner(cells).clone(), "num_invalid": self._num_invalid(cells)}

    def load_state_dict(self, state_dict: Mapping[str, Any]) -> None:
        """Goes on from what `state_dict` gave.

        Args:
            state_dict: as saved.

        Raises:
            ValueError: it is that of another number of classes, or of weighted counts where these aren't, or the opposite.
        """
        missing = {"counts", "num_invalid"} - state_dict.keys()
        if missing:
            raise ValueError(f"missing in state_dict: {sorted(missing)}; pass what ConfusionMatrix.state_dict() gave")
        counts, cells = state_dict["counts"], self._zeros(state_dict["counts"].device)
        if tuple(counts.shape) != (self.num_classes, self.num_classes) or counts.dtype != cells.dtype:
            raise ValueError(
                f"invalid state_dict: counts of shape {tuple(counts.shape)} and {counts.dtype} for {self.num_classes} classes and "
                f"{cells.dtype}; make the ConfusionMatrix with the num_classes and weighted= that were saved"
            )
        self._inner(cells).copy_(counts)
        cells[0] = state_dict["num_invalid"]
        self._cells = cells if self._cells is None else cells.to(self._cells.device)

    def _zeros(self, device: Any) -> Any:
        dtype = torch.float64 if self.weighted else torch.int64
        with torch.inference_mode(mode=False):  # or nothing could be added outside of inference mode
            return torch.zeros((self.num_classes + _BORDER) ** 2 + 1, dtype=dtype, device=device)

    def _cells_on(self, device: Any) -> Any:
        if self._cells is None:
            self._cells = self._zeros(device)
        elif self._cells.device != device:
            self._cells = self._zeros(device).add_(self._cells.to(device))
        return self._cells

    def _inner(self, cells: Any) -> Any:
        """The matrix in the cells, a view."""
        width = self.num_classes + _BORDER
        return cells[:-1].view(width, width)[1:-1, 1:-1]

    def _num_invalid(self, cells: Any) -> Any:
        border = cells.clone()
        self._inner(border).zero_()
        return border[:-1].sum()

    def _as_counts(self, cells: Any) -> Any:
        counts = self._inner(cells).clone()
        num_invalid = self._num_invalid(cells).item()
        if num_invalid:
            samples = f"samples of weight {num_invalid:g} in all" if self.weighted else f"{num_invalid} samples"
            weights = ", or a weight that is negative, NaN or infinite (counted as 1)" if self.weighted else ""
            raise ValueError(
                f"invalid labels: {samples} have one not in [0, {self.num_classes}){weights}; mend them, or pass ignore_index= for "
                "a target that marks samples not to count"
            )
        return counts

    def _as_amounts(self, sample_weight: Any, target: Any) -> Any:
        if not self.weighted:
            raise ValueError("invalid sample_weight: this ConfusionMatrix counts samples; pass weighted=True to sum weights")
        weights = torch.as_tensor(sample_weight, device=target.device).detach()
        if weights.shape != target.shape[: weights.ndim]:
            raise ValueError(
                f"invalid sample_weight: shape {tuple(weights.shape)} for target of shape {tuple(target.shape)}; pass one weight a "
                "sample"
            )
        return weights.double().reshape(*weights.shape, *[1] * (target.ndim - weights.ndim)).expand(target.shape)


def is_distributed(group: Any = None) -> bool:
    """Whether torch.distributed is at work with several processes."""
    distributed = torch.distributed
    return bool(distributed.is_available() and distributed.is_initialized() and distributed.get_world_size(group) > 1)


def _as_labels(preds: Any, target: Any, metric: ConfusionMatrix) -> tuple[Any, Any, Any]:
    """True and predicted classes, int64 of the target's shape; -1 or K where the label isn't a class.

    The third says where the target is ignored; None: nowhere.
    """
    for name, labels in (("preds", preds), ("target", target)):
        if not torch.is_tensor(labels):
            raise ValueError(f"invalid {name}: {type(labels).__name__}; pass a tensor (of arrays: torch.as_tensor)")
    if preds.device != target.device:
        raise ValueError(f"invalid target: on {target.device}, preds on {preds.device}; move one to the other's device")
    num_classes = metric.num_classes
    labels = target if target.is_floating_point() else target.long()
    # As int64: in an integer type that can't hold it, ignore_index would wrap around to a class.
    is_ignored = None if metric.ignore_index is None else labels == metric.ignore_index
    if labels.is_floating_point():  # in the integers' own type 2 of 2.7 would be a class, and so would anything of NaN
        labels = torch.where(labels == labels.long(), labels, -1).long()
    true_class = labels.clamp(-1, num_classes)
    if preds.is_floating_point():
        return true_class, _as_pred_class(preds, target.shape, num_classes, metric.threshold), is_ignored
    if preds.shape != target.shape:
        raise ValueError(_misfit(preds, target.shape, num_classes))
    return true_class, preds.long().clamp(-1, num_classes), is_ignored


def _as_pred_class(scores: Any, true_shape: Any, num_classes: int, threshold: float) -> Any:
    has_class_axis = scores.ndim == len(true_shape) + 1 and scores.shape[:1] + scores.shape[2:] == true_shape
    if has_class_axis and scores.shape[1] == num_classes:
        return scores.argmax(dim=1)
    is_ambiguous = scores.ndim > 1 and scores.shape[1] == num_classes  # or are they one-hot labels?
    if num_classes != 2 or is_ambiguous or not (scores.shape == true_shape or (has_class_axis and scores.shape[1] == 1)):
        raise ValueError(_misfit(scores, true_shape, num_classes))
    return (scores > threshold).long().reshape(true_shape)


def _misfit(preds: Any, true_shape: Any, num_classes: int) -> str:
    binary = ", or a single score a sample" if num_classes == 2 else ""
    return (
        f"invalid preds: {preds.dtype} of shape {tuple(preds.shape)} for target of shape {tuple(true_shape)} and {num_classes} "
        f"classes; pass integer labels of the target's shape, or scores of shape (N, {num_classes}, ...) for class indices of "
        f"shape (N, ...){binary}"
    )
