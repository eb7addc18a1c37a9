"""transformers.ConfusionMatrixCallback: a real Trainer with a tiny random model, read back through TensorBoard's data provider."""

from __future__ import annotations

import numpy as np
import pytest
import torch
import transformers
from sklearn.metrics import confusion_matrix
from transformers.integrations import TensorBoardCallback

from tb_confusion_plugin import read_log
from tb_confusion_plugin.transformers import ConfusionMatrixCallback

pytestmark = [
    pytest.mark.frameworks,
    # PyTorch's advice on a machine without a GPU.
    pytest.mark.filterwarnings("ignore:'pin_memory' argument is set as true but no accelerator"),
]

K = 4
NAMES = ["cat", "dog", "fox", "owl"]
LENGTH = 6


def make_dataset(num_samples, seed=0, *, tokens=False):
    generator = torch.Generator().manual_seed(seed)
    shape = (num_samples, LENGTH) if tokens else (num_samples,)
    labels = torch.randint(0, K, shape, generator=generator)
    if tokens:
        labels[:, 0] = -100  # as transformers labels special tokens
    inputs = torch.randint(5, 50, (num_samples, LENGTH), generator=generator)
    return [{"input_ids": ids, "labels": label} for ids, label in zip(inputs, labels, strict=True)]


def make_model(kind=transformers.BertForSequenceClassification, **arguments):
    torch.manual_seed(0)
    sizes = {"hidden_size": 16, "num_hidden_layers": 1, "num_attention_heads": 2, "intermediate_size": 16, "vocab_size": 50}
    # Larger weights than usual, so that even a random model predicts every class.
    return kind(transformers.BertConfig(**sizes, **({"num_labels": K, "initializer_range": 1.0} | arguments)))


@pytest.fixture
def logs(tmp_path, monkeypatch):
    """The trainer's own log folder, as its environment variable names it."""
    monkeypatch.setenv("TENSORBOARD_LOGGING_DIR", str(tmp_path / "logs" / "run"))
    return tmp_path / "logs"


@pytest.fixture
def make_trainer(tmp_path):
    """A function that makes a Trainer: 24 samples to train on in 3 steps an epoch, 21 to evaluate, in batches of 8."""

    def make_trainer(model=None, compute_metrics=None, eval_dataset=None, **arguments):
        defaults = {"num_train_epochs": 2, "eval_strategy": "epoch", "report_to": "tensorboard", "learning_rate": 0.01}
        quiet = {"use_cpu": True, "disable_tqdm": True, "save_strategy": "no"}
        sizes = {"per_device_train_batch_size": 8, "per_device_eval_batch_size": 8}
        return transformers.Trainer(
            model or make_model(),
            transformers.TrainingArguments(tmp_path / "output", **(defaults | quiet | sizes | arguments)),
            train_dataset=make_dataset(24),
            eval_dataset=eval_dataset or make_dataset(21, seed=1),
            compute_metrics=compute_metrics,
        )

    return make_trainer


class Oracle:
    """A user's `compute_metrics` that has scikit-learn count what it is given."""

    def __init__(self):
        self.matrices = []
        self.parts = []

    def __call__(self, prediction, compute_result=True):  # noqa: FBT002  # the trainer passes it so
        self.parts.append((np.asarray(prediction.label_ids), np.asarray(prediction.predictions)))
        if not compute_result:
            return {}
        y_true, scores = (np.concatenate(part) for part in zip(*self.parts, strict=True))
        self.parts = []
        is_counted = y_true != -100
        self.matrices.append(confusion_matrix(y_true[is_counted], scores.argmax(-1)[is_counted], labels=range(K)).tolist())
        return {"accuracy": (y_true == scores.argmax(-1))[is_counted].mean()}


def written(oracle, steps):
    return list(zip(steps, oracle.matrices, strict=True))


def test_each_evaluation_is_written_beside_the_scalars(make_trainer, logs, stored_matrices):
    oracle = Oracle()
    trainer = make_trainer(compute_metrics=oracle)
    trainer.add_callback(ConfusionMatrixCallback(trainer))
    trainer.train()
    assert len(list((logs / "run").glob("*tfevents*"))) == 1
    assert oracle.matrices[0] != oracle.matrices[1]
    assert np.sum(oracle.matrices, axis=(0, 1)).all(), "every class is predicted"
    assert stored_matrices(logs) == {("run", "eval/confusion"): written(oracle, [3, 6])}


def test_the_trainers_own_metrics_stay_what_they_are(make_trainer, logs):
    trainer = make_trainer(compute_metrics=Oracle())
    trainer.add_callback(ConfusionMatrixCallback(trainer))
    metrics = trainer.evaluate(metric_key_prefix="later")
    assert {"later_accuracy", "later_loss"} <= metrics.keys()


def test_no_metrics_of_ones_own_are_needed(make_trainer, logs, stored_matrices):
    trainer = make_trainer()
    trainer.add_callback(ConfusionMatrixCallback(trainer))
    trainer.train()
    oracle = Oracle()
    predicted = trainer.predict(make_dataset(21, seed=1))
    oracle(transformers.EvalPrediction(predicted.predictions, predicted.label_ids))
    stored = stored_matrices(logs)
    assert stored["run", "eval/confusion"][-1] == (6, *oracle.matrices)
    assert stored["run", "test/confusion"] == [(6, *oracle.matrices)]


def test_evaluating_again_after_the_training_adds_nothing(make_trainer, logs, stored_matrices):
    trainer = make_trainer()
    trainer.add_callback(ConfusionMatrixCallback(trainer))
    trainer.train()
    trainer.evaluate()
    assert [step for step, _ in stored_matrices(logs)["run", "eval/confusion"]] == [3, 6]


def test_another_model_at_the_same_step_is_a_warning(make_trainer, logs):
    trainer = make_trainer(num_train_epochs=1)
    trainer.add_callback(ConfusionMatrixCallback(trainer))
    trainer.train()
    with torch.no_grad():
        trainer.model.classifier.bias.copy_(torch.tensor([100.0, 0, 0, 0]))
    with pytest.warns(UserWarning, match=r"step 3 of 'eval/confusion' is written again.*metric_key_prefix="):
        trainer.evaluate()


def test_metrics_batch_by_batch_count_the_same(make_trainer, logs, stored_matrices):
    oracle = Oracle()
    trainer = make_trainer(compute_metrics=oracle, batch_eval_metrics=True)
    trainer.add_callback(ConfusionMatrixCallback(trainer))
    trainer.train()
    assert [np.sum(matrix) for matrix in oracle.matrices] == [21, 21]
    assert stored_matrices(logs) == {("run", "eval/confusion"): written(oracle, [3, 6])}


def test_an_evaluation_that_broke_off_isnt_counted_on(make_trainer, logs, stored_matrices):
    oracle, num_calls = Oracle(), 0

    def fail_once(prediction, compute_result):
        nonlocal num_calls
        num_calls += 1
        if num_calls == 2:
            raise RuntimeError("out of memory")
        return oracle(prediction, compute_result)

    trainer = make_trainer(compute_metrics=fail_once, batch_eval_metrics=True)
    trainer.add_callback(ConfusionMatrixCallback(trainer))
    with pytest.raises(RuntimeError, match="out of memory"):
        trainer.evaluate()
    oracle.parts = []
    trainer.evaluate()
    assert np.sum(oracle.matrices) == 21
    assert stored_matrices(logs) == {("run", "eval/confusion"): written(oracle, [0])}


@pytest.mark.parametrize(("arguments", "limit"), [({}, 0.0), ({"threshold": 0.75}, 0.75)])
def test_a_single_logit_is_class_1_above_the_threshold(make_trainer, logs, stored_matrices, arguments, limit):
    dataset = [{**sample, "labels": (sample["labels"] % 2).float()} for sample in make_dataset(40, seed=1)]
    trainer = make_trainer(make_model(num_labels=1, initializer_range=0.3), eval_dataset=dataset)
    trainer.add_callback(ConfusionMatrixCallback(trainer, 2, **arguments))
    trainer.evaluate()
    predicted = trainer.predict(dataset)
    scores, y_true = predicted.predictions.reshape(-1), predicted.label_ids
    assert ((scores > 0) != (scores > 0.5)).any(), "the usual limits differ"
    assert ((scores > 0) != (scores > 0.75)).any()
    expected = confusion_matrix(y_true, scores > limit).tolist()
    assert stored_matrices(logs)["run", "eval/confusion"] == [(0, expected)]


def test_a_metric_of_the_users_doesnt_name_the_tag(make_trainer, logs, stored_matrices):
    oracle = Oracle()
    trainer = make_trainer(compute_metrics=lambda prediction: {**oracle(prediction), "my_runtime": 2.0})
    trainer.add_callback(ConfusionMatrixCallback(trainer))
    trainer.evaluate()
    assert stored_matrices(logs) == {("run", "eval/confusion"): written(oracle, [0])}


def test_an_evaluation_without_samples_writes_nothing(make_trainer, logs, stored_matrices):
    trainer = make_trainer()
    trainer.add_callback(ConfusionMatrixCallback(trainer))
    trainer.evaluate(eval_dataset=[])
    assert not logs.exists() or list(read_log(logs)) == []
    trainer.evaluate()
    assert [step for step, _ in stored_matrices(logs)["run", "eval/confusion"]] == [0]


def test_several_datasets_have_a_tag_each(make_trainer, logs, stored_matrices):
    oracle = Oracle()
    datasets = {"clean": make_dataset(21, seed=1), "noisy_hard": make_dataset(13, seed=2)}
    trainer = make_trainer(compute_metrics=oracle, eval_dataset=datasets, num_train_epochs=1)
    trainer.add_callback(ConfusionMatrixCallback(trainer))
    trainer.train()
    clean, noisy = oracle.matrices
    assert stored_matrices(logs) == {
        ("run", "eval/confusion/clean"): [(3, clean)],
        ("run", "eval/confusion/noisy_hard"): [(3, noisy)],
    }


def test_tokens_count_and_padding_doesnt(make_trainer, logs, stored_matrices):
    oracle = Oracle()
    model = make_model(transformers.BertForTokenClassification)
    trainer = make_trainer(model, oracle, eval_dataset=make_dataset(21, seed=1, tokens=True))
    trainer.train_dataset = make_dataset(24, tokens=True)
    trainer.add_callback(ConfusionMatrixCallback(trainer))
    trainer.train()
    assert np.sum(oracle.matrices[0]) == 21 * (LENGTH - 1)
    assert stored_matrices(logs) == {("run", "eval/confusion"): written(oracle, [3, 6])}


def test_labels_made_on_the_device_save_memory(make_trainer, logs, stored_matrices):
    oracle = Oracle()
    trainer = make_trainer()
    trainer.preprocess_logits_for_metrics = lambda logits, _: logits.argmax(-1)
    trainer.add_callback(ConfusionMatrixCallback(trainer))
    trainer.train()
    trainer.preprocess_logits_for_metrics = None
    predicted = trainer.predict(make_dataset(21, seed=1))
    oracle(transformers.EvalPrediction(predicted.predictions, predicted.label_ids))
    assert stored_matrices(logs)["run", "eval/confusion"][-1] == (6, *oracle.matrices)


def test_a_function_finds_the_predictions(make_trainer, logs, stored_matrices):
    oracle = Oracle()
    trainer = make_trainer(compute_metrics=oracle, num_train_epochs=1)
    swapped = ConfusionMatrixCallback(
        trainer, preds_and_target=lambda p: (torch.as_tensor(p.label_ids), torch.as_tensor(p.predictions.argmax(1)))
    )
    trainer.add_callback(swapped)
    trainer.train()
    assert stored_matrices(logs) == {("run", "eval/confusion"): [(3, np.transpose(oracle.matrices[0]).tolist())]}


def test_a_training_resumed_from_a_checkpoint_goes_on_at_its_step(make_trainer, tmp_path, stored_matrices, monkeypatch):
    oracle = Oracle()
    for run, epochs in (("first", 1), ("second", 2)):
        monkeypatch.setenv("TENSORBOARD_LOGGING_DIR", str(tmp_path / "logs" / run))
        trainer = make_trainer(compute_metrics=oracle, num_train_epochs=epochs, save_strategy="epoch")
        trainer.add_callback(ConfusionMatrixCallback(trainer))
        trainer.train(resume_from_checkpoint=run == "second")
    first, second = oracle.matrices
    assert stored_matrices(tmp_path / "logs") == {
        ("first", "eval/confusion"): [(3, first)],
        ("second", "eval/confusion"): [(6, second)],
    }


@pytest.mark.parametrize("logdir", [None, "elsewhere/run"])
def test_without_a_tensorboard_callback_matrices_have_a_directory_of_their_own(make_trainer, tmp_path, stored_matrices, logdir):
    oracle = Oracle()
    trainer = make_trainer(compute_metrics=oracle, report_to="none")
    trainer.add_callback(ConfusionMatrixCallback(trainer, logdir=logdir and tmp_path / logdir))
    trainer.train()
    trainer.evaluate()
    trainer.predict(make_dataset(5, seed=3))
    first, second, _, test = oracle.matrices
    place, run = (tmp_path / "elsewhere", "run") if logdir else (tmp_path / "output", "runs/confusion")
    assert stored_matrices(place) == {
        (run, "eval/confusion"): [(3, first), (6, second)],
        (run, "test/confusion"): [(6, test)],
    }


def test_a_writer_that_the_callback_was_given_is_shared(make_trainer, tmp_path, stored_matrices):
    from torch.utils.tensorboard import SummaryWriter

    oracle = Oracle()
    trainer = make_trainer(compute_metrics=oracle, report_to="none")
    trainer.add_callback(TensorBoardCallback(SummaryWriter(tmp_path / "logs" / "mine")))
    trainer.add_callback(ConfusionMatrixCallback(trainer))
    trainer.train()
    assert stored_matrices(tmp_path / "logs") == {("mine", "eval/confusion"): written(oracle, [3, 6])}


# --- names


@pytest.mark.parametrize(
    ("config", "arguments", "names"),
    [
        ({"id2label": dict(enumerate(NAMES))}, {}, tuple(NAMES)),
        ({"id2label": dict(enumerate(NAMES))}, {"class_names": NAMES[::-1]}, tuple(NAMES[::-1])),
        ({}, {}, None),
        ({}, {"class_names": NAMES}, tuple(NAMES)),
    ],
)
def test_class_names_are_those_given_or_the_models(make_trainer, logs, config, arguments, names):
    trainer = make_trainer(make_model(**config), num_train_epochs=1)
    trainer.add_callback(ConfusionMatrixCallback(trainer, **arguments))
    trainer.train()
    assert [datum.matrix.class_names for *_, datum in read_log(logs)] == [names]


def test_groups_and_the_special_class_are_stored(make_trainer, logs):
    trainer = make_trainer(num_train_epochs=1)
    trainer.add_callback(ConfusionMatrixCallback(trainer, class_names=NAMES, class_groups=list("aabb"), special_class="owl"))
    trainer.train()
    assert [(datum.class_groups, datum.special_class) for *_, datum in read_log(logs)] == [(tuple("aabb"), 3)]


# --- what is refused


def test_an_evaluation_without_predictions_says_what_to_change(make_trainer, logs):
    trainer = make_trainer(prediction_loss_only=True)
    trainer.add_callback(ConfusionMatrixCallback(trainer))
    with pytest.raises(
        ValueError, match=r"missing predictions or labels: .* prediction_loss_only .* label_names= \(now \['labels'\]\)"
    ):
        trainer.evaluate()


def test_a_prediction_without_labels_writes_nothing(make_trainer, logs):
    trainer = make_trainer()
    trainer.add_callback(ConfusionMatrixCallback(trainer))
    trainer.predict([{"input_ids": sample["input_ids"]} for sample in make_dataset(9)])
    assert not logs.exists() or list(read_log(logs)) == []


def test_a_label_out_of_range_is_reported(make_trainer, logs):
    trainer = make_trainer()
    trainer.add_callback(ConfusionMatrixCallback(trainer, preds_and_target=lambda _: (torch.tensor([K]), torch.tensor([0]))))
    with pytest.raises(ValueError, match=r"invalid labels: 1 samples have one not in \[0, 4\)"):
        trainer.evaluate()


def test_several_kinds_of_labels_ask_for_a_function(make_trainer):
    trainer = make_trainer()
    callback = ConfusionMatrixCallback(trainer)
    with pytest.raises(ValueError, match="with labels tuple; pass preds_and_target="):
        callback.compute_metrics(transformers.EvalPrediction(np.zeros((2, K)), (np.zeros(2), np.zeros(2))))


@pytest.mark.parametrize(
    ("message", "arguments"),
    [
        ("invalid num_classes: 0", {"num_classes": 0}),
        ("2 names for 4 classes", {"num_classes": 4, "class_names": ["a", "b"]}),
        ("invalid class_groups: 1 names for 4 classes", {"class_groups": ["a"]}),
        ("unknown special_class: 'sky'", {"special_class": "sky"}),
        ("invalid threshold: nan", {"threshold": float("nan")}),
        ("invalid ignore_index: 'bg'", {"ignore_index": "bg"}),
    ],
)
def test_a_wrong_argument_is_named_at_once(make_trainer, message, arguments):
    trainer = make_trainer()
    with pytest.raises(ValueError, match=message):
        ConfusionMatrixCallback(trainer, **arguments)
    assert trainer.compute_metrics is None


def test_the_trainer_is_asked_for():
    with pytest.raises(ValueError, match=r"invalid trainer: list; make the Trainer first, then trainer.add_callback"):
        ConfusionMatrixCallback(NAMES)
