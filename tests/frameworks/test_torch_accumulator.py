"""torch.ConfusionMatrix: what it counts is what scikit-learn counts, and the host never waits for the device."""

from __future__ import annotations

import copy
import pickle

import numpy as np
import pytest
import torch
from sklearn.metrics import confusion_matrix
from torch.utils._python_dispatch import TorchDispatchMode

from tb_confusion_plugin import ConfusionWriter
from tb_confusion_plugin.torch import ConfusionMatrix

pytestmark = pytest.mark.frameworks

K = 4

# What makes the host wait for the device: a value read, or a shape that depends on values.
SYNCHRONIZING = (
    "aten._local_scalar_dense",
    "aten.item",
    "aten.is_nonzero",
    "aten.nonzero",
    "aten.masked_select",
    "aten.bincount",
    "aten.unique",
    "aten._unique2",
    "aten.equal",
    "aten._to_copy.default:cpu",
)


class NoSynchronization(TorchDispatchMode):
    """Refuses every operation that synchronizes; remembers those that ran."""

    def __init__(self):
        super().__init__()
        self.names = []

    def __torch_dispatch__(self, func, types, args=(), kwargs=None):
        name = str(func)
        self.names.append(name)
        assert not name.startswith(SYNCHRONIZING), name
        assert torch.device("cpu") != (kwargs or {}).get("device"), f"{name} copies to the host"
        return func(*args, **(kwargs or {}))


@pytest.fixture
def batches():
    """Scores (N, K) and labels of uneven batches."""
    generator = torch.Generator().manual_seed(3)
    sizes = (64, 64, 17)
    return [(torch.randn(n, K, generator=generator), torch.randint(0, K, (n,), generator=generator)) for n in sizes]


def joined(batches):
    scores, labels = (torch.cat(parts) for parts in zip(*batches, strict=True))
    return labels.numpy(), scores.numpy().argmax(axis=1)


def assert_counts(metric, y_true, y_pred, **arguments):
    expected = confusion_matrix(y_true, y_pred, labels=np.arange(metric.num_classes), **arguments)
    np.testing.assert_allclose(metric.counts.numpy(), expected, rtol=1e-12)


@pytest.mark.parametrize(
    "as_preds", [lambda s: s, lambda s: s.softmax(1), lambda s: s.argmax(1), lambda s: s.argmax(1).to(torch.uint8)]
)
def test_logits_probabilities_and_labels_count_alike(batches, as_preds):
    metric = ConfusionMatrix(K)
    for scores, labels in batches:
        metric.update(as_preds(scores), labels)
    assert_counts(metric, *joined(batches))
    assert metric.counts.dtype == torch.int64
    assert metric.compute().tolist() == metric.counts.tolist()


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16, torch.float64])
def test_scores_of_every_precision_are_compared(batches, dtype):
    metric = ConfusionMatrix(K)
    rounded = [(scores.to(dtype), labels) for scores, labels in batches]
    for scores, labels in rounded:
        metric.update(scores.requires_grad_(), labels.to(torch.int32))
    assert_counts(metric, *joined([(scores.detach().double(), labels) for scores, labels in rounded]))


def test_the_class_axis_is_the_second_as_in_pytorchs_losses():
    generator = torch.Generator().manual_seed(4)
    scores, target = torch.randn(2, K, 5, 6, generator=generator), torch.randint(0, K, (2, 5, 6), generator=generator)
    target[0, :2] = 255
    metric = ConfusionMatrix(K, ignore_index=255)
    torch.nn.functional.cross_entropy(scores, target, ignore_index=255)  # the same arguments
    metric.update(scores, target)
    is_counted = target != 255
    assert_counts(metric, target[is_counted], scores.argmax(1)[is_counted])


@pytest.mark.parametrize(("to_score", "threshold"), [(lambda s: s, 0.0), (torch.sigmoid, 0.5)])
@pytest.mark.parametrize("shape", [(40,), (40, 1), (10, 1, 2, 2)])
def test_a_single_score_is_class_1_above_the_threshold(to_score, threshold, shape):
    generator = torch.Generator().manual_seed(5)
    score, target = torch.randn(shape, generator=generator), torch.randint(0, 2, (40,), generator=generator)
    like_scores = ConfusionMatrix(2, threshold=threshold)
    like_scores.update(to_score(score), target.reshape(shape).float())  # as BCEWithLogitsLoss takes them
    assert_counts(like_scores, target, score.reshape(-1) > 0)
    without_axis = ConfusionMatrix(2, threshold=threshold)
    without_axis.update(to_score(score), target.reshape(shape[:1] + shape[2:]))
    assert_counts(without_axis, target, score.reshape(-1) > 0)


def test_booleans_are_classes_0_and_1():
    target, preds = torch.tensor([True, False, True]), torch.tensor([True, True, False])
    metric = ConfusionMatrix(2)
    metric.update(preds, target)
    assert_counts(metric, target, preds)


@pytest.mark.parametrize("leading", [1, 3])
def test_weights_are_summed_as_scikit_learn_sums_them(leading):
    generator = torch.Generator().manual_seed(6)
    target = torch.randint(0, K, (20, 3, 2), generator=generator)
    preds = torch.randint(0, K, (20, 3, 2), generator=generator)
    weights = torch.rand(target.shape[:leading], generator=generator)
    metric = ConfusionMatrix(K, weighted=True)
    metric.update(preds, target, weights)
    metric.update(preds, target)  # without weights each sample weighs 1
    each = weights.double().reshape(*weights.shape, *[1] * (3 - leading)).expand(target.shape).reshape(-1).numpy()
    assert_counts(metric, target.reshape(-1), preds.reshape(-1), sample_weight=each + 1)
    assert metric.counts.dtype == torch.float64


@pytest.mark.parametrize(
    ("preds", "target", "num_invalid"),
    [
        ([0, 1, 2], [0, 4, 1], 1),
        ([0, 1, 2], [-1, -(2**63), 2**63 - 1], 3),
        ([4, -1, 2], [0, 1, 1], 2),
        ([0, 0, 0], [0.5, float("nan"), 1.0], 2),
        ([5, 5, 5], [9, 9, 9], 3),
    ],
)
def test_invalid_labels_count_nowhere_and_are_reported_when_counts_are_read(preds, target, num_invalid):
    metric = ConfusionMatrix(K)
    metric.update(torch.tensor([1]), torch.tensor([3]))
    metric.update(torch.tensor(preds), torch.tensor(target))
    for read in (lambda: metric.counts, metric.compute):
        with pytest.raises(ValueError, match=rf"invalid labels: {num_invalid} samples have one not in \[0, 4\).*ignore_index="):
            read()
    assert metric.state_dict()["counts"].sum() == 1 + len(preds) - num_invalid
    metric.reset()
    assert metric.counts.tolist() == [[0] * K] * K


def test_an_ignored_sample_may_have_any_prediction():
    metric = ConfusionMatrix(K, ignore_index=-100)
    metric.update(torch.tensor([-100, 9, 1]), torch.tensor([-100, -100, 2]))
    assert metric.counts.nonzero().tolist() == [[2, 1]]


@pytest.mark.parametrize(
    ("dtype", "label", "ignore_index"),
    [(torch.uint8, 156, -100), (torch.uint8, 0, 256), (torch.int8, 0, 256), (torch.int16, 0, 2**16), (torch.bool, 1, 257)],
)
def test_a_small_integer_type_doesnt_wrap_the_ignored_label_around_to_a_class(dtype, label, ignore_index):
    metric = ConfusionMatrix(200, ignore_index=ignore_index)
    metric.update(torch.tensor([label, label]), torch.tensor([label, label]).to(dtype))
    assert metric.counts.nonzero().tolist() == [[label, label]]
    assert metric.counts.sum() == 2


@pytest.mark.parametrize("dtype", [torch.uint8, torch.int16, torch.int64, torch.float16, torch.float64])
def test_the_ignored_label_is_found_in_every_type(dtype):
    metric = ConfusionMatrix(K, ignore_index=255)
    metric.update(torch.tensor([1, 3, 2]), torch.tensor([255, 3, 255]).to(dtype))
    assert metric.counts.nonzero().tolist() == [[3, 3]]


def test_the_weight_of_invalid_labels_is_told():
    metric = ConfusionMatrix(K, weighted=True)
    metric.update(torch.tensor([0, 9]), torch.tensor([0, 1]), torch.tensor([1.0, 0.25]))
    with pytest.raises(ValueError, match=r"invalid labels: samples of weight 0\.25 in all have one not in \[0, 4\), or a weight"):
        _ = metric.counts


@pytest.mark.parametrize("weight", [-0.5, float("nan"), float("inf")])
def test_an_invalid_weight_is_reported_when_counts_are_read(weight):
    metric = ConfusionMatrix(K, weighted=True)
    metric.update(torch.tensor([0, 1]), torch.tensor([0, 1]), torch.tensor([1.0, weight]))
    with pytest.raises(ValueError, match="a weight that is negative, NaN or infinite"):
        _ = metric.counts


@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("form", ["scores", "labels", "ignored", "float target"])
def test_an_update_never_makes_the_host_wait_for_the_device(weighted, form):
    """On the meta device there are no values at all: whatever would look at one fails."""
    metric = ConfusionMatrix(K, weighted=weighted, ignore_index=255 if form == "ignored" else None)
    preds = torch.zeros(8, device="meta", dtype=torch.int64) if form == "labels" else torch.zeros(8, K, device="meta")
    target = torch.zeros(8, device="meta", dtype=torch.float32 if form == "float target" else torch.int64)
    with NoSynchronization() as mode:
        for _ in range(3):
            metric.update(preds, target, torch.ones(8, device="meta") if weighted else None)
        metric.reset()
    assert any("scatter" in name for name in mode.names)


def test_the_watch_over_synchronization_sees_one():
    with NoSynchronization(), pytest.raises(AssertionError, match="_local_scalar_dense"):
        torch.tensor([1]).sum().item()
    with NoSynchronization(), pytest.raises(AssertionError, match="bincount"):
        torch.bincount(torch.tensor([1]))


def test_it_counts_on_the_device_of_the_predictions():
    metric = ConfusionMatrix(K)
    metric.update(torch.zeros(8, K, device="meta"), torch.zeros(8, device="meta", dtype=torch.int64))
    assert metric.state_dict()["counts"].device.type == "meta"


def test_it_counts_in_and_out_of_inference_mode(batches):
    metric = ConfusionMatrix(K)
    for index, (scores, labels) in enumerate(batches):
        with torch.inference_mode(mode=index == 0):  # as Lightning validates, then trains
            metric.update(scores, labels)
    assert_counts(metric, *joined(batches))


def test_it_compiles_as_one_graph(batches):
    metric = ConfusionMatrix(K, device="cpu")
    compiled = torch.compile(metric.update, fullgraph=True, backend="eager")
    for scores, labels in batches:
        compiled(scores, labels)
    assert_counts(metric, *joined(batches))


def test_a_checkpoint_brings_the_counts_back(tmp_path, batches):
    metric = ConfusionMatrix(K)
    metric.update(*batches[0])
    torch.save(metric.state_dict(), tmp_path / "checkpoint.pt")
    resumed = ConfusionMatrix(K)
    resumed.load_state_dict(torch.load(tmp_path / "checkpoint.pt", weights_only=True))
    for batch in batches[1:]:
        resumed.update(*batch)
    assert_counts(resumed, *joined(batches))
    assert_counts(metric, *joined(batches[:1]))


def test_a_checkpoint_keeps_that_labels_were_invalid():
    metric, resumed = ConfusionMatrix(K), ConfusionMatrix(K)
    metric.update(torch.tensor([0, 0]), torch.tensor([0, 7]))
    resumed.load_state_dict(metric.state_dict())
    with pytest.raises(ValueError, match="invalid labels: 1 samples"):
        _ = resumed.counts


@pytest.mark.parametrize("duplicate", [copy.deepcopy, lambda metric: pickle.loads(pickle.dumps(metric))])
def test_a_copy_counts_for_itself(batches, duplicate):
    metric = ConfusionMatrix(K)
    metric.update(*batches[0])
    duplicate(metric).update(*batches[1])
    assert_counts(metric, *joined(batches[:1]))


def test_what_was_read_doesnt_change_with_the_next_batch(batches):
    metric = ConfusionMatrix(K)
    metric.update(*batches[0])
    before = metric.counts
    metric.update(*batches[1])
    np.testing.assert_array_equal(before.numpy(), confusion_matrix(*joined(batches[:1])))


@pytest.mark.parametrize("num_classes", [1, 1000, 2048])
def test_every_number_of_classes_counts_in_its_corners(num_classes):
    metric = ConfusionMatrix(num_classes)
    labels = torch.tensor([0, num_classes - 1, 0])
    metric.update(labels.flip(0), labels)
    assert metric.counts.sum() == 3
    assert metric.counts[0, 0] >= 2
    assert metric.counts[num_classes - 1, num_classes - 1] >= 1


def test_without_samples_all_counts_are_zero():
    metric = ConfusionMatrix(class_names=["cat", "dog"])
    assert metric.counts.tolist() == [[0, 0], [0, 0]]
    metric.update(torch.zeros(0, 2), torch.zeros(0, dtype=torch.int64))
    assert metric.compute().tolist() == [[0, 0], [0, 0]]


@pytest.mark.parametrize(
    ("message", "arguments"),
    [
        ("missing num_classes", {}),
        ("invalid num_classes: 0", {"num_classes": 0}),
        ("invalid num_classes: True", {"num_classes": True}),
        ("invalid num_classes: 2049; .* ConfusionWriter.write_labels", {"num_classes": 2049}),
        ("2 names for 3 classes", {"num_classes": 3, "class_names": ["a", "b"]}),
        ("invalid threshold: nan; pass a number: 0.5", {"num_classes": 2, "threshold": float("nan")}),
        ("invalid threshold: None", {"num_classes": 2, "threshold": None}),
        ("invalid threshold: 'x'", {"num_classes": 2, "threshold": "x"}),
        ("invalid ignore_index: 'bg'; pass the integer", {"num_classes": 2, "ignore_index": "bg"}),
        ("invalid ignore_index: \\[1, 2\\]", {"num_classes": 2, "ignore_index": [1, 2]}),
        ("invalid ignore_index: True", {"num_classes": 2, "ignore_index": True}),
    ],
)
def test_a_wrong_argument_is_named(message, arguments):
    with pytest.raises(ValueError, match=message):
        ConfusionMatrix(**arguments)


FIT = torch.zeros(6, dtype=torch.int64)


@pytest.mark.parametrize(
    ("message", "preds", "target"),
    [
        ("invalid preds: list; pass a tensor", [0], FIT),
        ("invalid target: ndarray; pass a tensor", FIT, np.zeros(6)),
        (r"invalid preds: torch.float32 of shape \(6,\) .* and 4 classes", torch.zeros(6), FIT),
        (r"invalid preds: torch.float32 of shape \(6, 3\)", torch.zeros(6, 3), FIT),
        (r"invalid preds: torch.int64 of shape \(6, 4\)", torch.zeros(6, 4, dtype=torch.int64), FIT),
        (r"of shape \(6, 2, 4\) for target of shape \(6, 2\)", torch.zeros(6, 2, 4), torch.zeros(6, 2, dtype=torch.int64)),
        (r"for target of shape \(6, 4\)", torch.zeros(6, 4), torch.zeros(6, 4)),  # one-hot
        ("invalid target: on cpu, preds on meta", torch.zeros(6, 4, device="meta"), FIT),
    ],
)
def test_a_batch_that_doesnt_fit_is_refused(message, preds, target):
    with pytest.raises(ValueError, match=message):
        ConfusionMatrix(4).update(preds, target)


def test_one_hot_labels_of_two_classes_arent_taken_for_single_scores():
    with pytest.raises(ValueError, match=r"or scores of shape \(N, 2, ...\)"):
        ConfusionMatrix(2).update(torch.rand(5, 2), torch.eye(2)[[0, 1, 1, 0, 1]])


def test_weights_that_dont_fit_are_refused():
    with pytest.raises(ValueError, match="pass weighted=True"):
        ConfusionMatrix(4).update(FIT, FIT, torch.ones(6))
    with pytest.raises(ValueError, match=r"invalid sample_weight: shape \(5,\)"):
        ConfusionMatrix(4, weighted=True).update(FIT, FIT, torch.ones(5))


def test_a_writer_that_isnt_pytorchs_asks_for_the_counts(tmp_path):
    with ConfusionWriter(tmp_path / "run") as writer:
        with pytest.raises(ValueError, match=r"invalid counts: ConfusionMatrix is no array; pass its counts, a \(K, K\) array"):
            writer.write("val", ConfusionMatrix(K), 0)
        writer.write("val", ConfusionMatrix(K).counts, 0)


@pytest.mark.parametrize(
    ("message", "state_dict"),
    [
        ("missing in state_dict: \\['num_invalid'\\]", {"counts": torch.zeros(4, 4)}),
        ("invalid state_dict: counts of shape \\(3, 3\\)", ConfusionMatrix(3).state_dict()),
        ("torch.float64 for 4 classes and torch.int64", ConfusionMatrix(4, weighted=True).state_dict()),
    ],
)
def test_the_checkpoint_of_another_accumulator_is_refused(message, state_dict):
    with pytest.raises(ValueError, match=message):
        ConfusionMatrix(4).load_state_dict(state_dict)
