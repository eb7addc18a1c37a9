"""MultiWorkerMirroredStrategy with two processes, in a training loop of one's own: counts are summed, the chief alone writes."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from contextlib import ExitStack

import numpy as np
import pytest
from sklearn.metrics import confusion_matrix

pytestmark = pytest.mark.frameworks

K = 4
DEADLINE_S = 150  # it takes 15; what waits for the other worker in vain is ended

WORKER = """
import json, os, sys
import numpy as np, tensorflow as tf
folder, logdir, is_weighted = sys.argv[1], sys.argv[2], sys.argv[3] == "weighted"
strategy = tf.distribute.MultiWorkerMirroredStrategy()
assert strategy.num_replicas_in_sync == 2
import keras
from tb_confusion_plugin import ConfusionWriter
from tb_confusion_plugin.keras import ConfusionMatrix
task = json.loads(os.environ["TF_CONFIG"])
rank = task["task"]["index"] + (task["task"]["type"] == "worker" and "chief" in task["cluster"])
scores, y_true, weights = (np.load(f"{folder}/{name}.npy") for name in ("scores", "y_true", "weights"))
own = slice(rank, None, 2)  # this worker's share
dataset = tf.data.Dataset.from_tensor_slices((scores[own], y_true[own], weights[own])).batch(20)
with strategy.scope():
    model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(4, kernel_initializer="identity", use_bias=False)])
    metric = ConfusionMatrix(class_names=["ant", "bee", "cat", "dog"], weighted=is_weighted)

@tf.function
def count(batch):
    def of_replica(x, y, weight):
        metric.update_state(y, model(x, training=False), weight if is_weighted else None)
    strategy.run(of_replica, args=batch)

with ConfusionWriter(logdir) as writer:
    for epoch in range(2):
        metric.reset_state()
        for batch in strategy.distribute_datasets_from_function(lambda _: dataset):
            count(batch)
        metric.write(writer, "val/confusion", epoch)
print("accuracy", float(metric.result()))
"""


@pytest.fixture(scope="module")
def shares(tmp_path_factory):
    """A directory with 200 samples, of which each worker takes its share, and the samples: scores, labels and weights."""
    folder, random = tmp_path_factory.mktemp("shares"), np.random.default_rng(7)
    scores, y_true, weights = random.normal(size=(200, K)).astype(np.float32), random.integers(0, K, 200), random.random(200)
    for name, array in (("scores", scores), ("y_true", y_true), ("weights", weights)):
        np.save(folder / f"{name}.npy", array)
    return folder, scores, y_true, weights


def free_ports(count):
    with ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(count)]
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        return [one.getsockname()[1] for one in sockets]


def run_workers(jobs, *arguments):
    """Runs a process for each (type, index) of the cluster and gives their outputs."""
    addresses = iter(f"127.0.0.1:{port}" for port in free_ports(len(jobs)))
    cluster = {}
    for job, _ in jobs:
        cluster.setdefault(job, []).append(next(addresses))
    with ExitStack() as started:
        processes = []
        for job, index in jobs:
            config = json.dumps({"cluster": cluster, "task": {"type": job, "index": index}})
            environment = {**os.environ, "TF_CONFIG": config, "CUDA_VISIBLE_DEVICES": "", "TF_CPP_MIN_LOG_LEVEL": "3"}
            command = [sys.executable, "-c", WORKER, *map(str, arguments)]
            pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True}
            process = started.enter_context(subprocess.Popen(command, env=environment, **pipes))
            started.callback(process.kill)
            processes.append(process)
        outputs = [process.communicate(timeout=DEADLINE_S)[0] for process in processes]
    assert [process.returncode for process in processes] == [0] * len(jobs), "\n".join(outputs)
    return outputs


CLUSTERS = {"workers": [("worker", 0), ("worker", 1)], "chief": [("chief", 0), ("worker", 0)]}


@pytest.fixture(scope="module", params=CLUSTERS)
def counted(request, shares, tmp_path_factory):
    """The log of two workers, and what each said."""
    logdir = tmp_path_factory.mktemp("counted") / "logs"
    return logdir, run_workers(CLUSTERS[request.param], shares[0], logdir, "unweighted")


@pytest.fixture(scope="module")
def weighed(shares, tmp_path_factory):
    """The log of two workers that sum weights."""
    logdir = tmp_path_factory.mktemp("weighed") / "logs"
    run_workers(CLUSTERS["workers"], shares[0], logdir, "weighted")
    return logdir


def test_counts_of_two_workers_are_summed_and_the_chief_alone_writes(counted, shares, stored_matrices):
    (logdir, outputs), (_, scores, y_true, _) = counted, shares
    counts = confusion_matrix(y_true, scores.argmax(1)).tolist()
    assert stored_matrices(logdir) == {(".", "val/confusion"): [(0, counts), (1, counts)]}
    assert len(list(logdir.iterdir())) == 1
    accuracy = np.mean(y_true == scores.argmax(1))
    assert [float(output.split()[-1]) for output in outputs] == [pytest.approx(accuracy)] * 2


def test_weights_of_two_workers_are_summed(weighed, shares, stored_matrices):
    _, scores, y_true, weights = shares
    ((first, second),) = stored_matrices(weighed).values()
    assert first[1] == second[1]
    np.testing.assert_allclose(first[1], confusion_matrix(y_true, scores.argmax(1), sample_weight=weights), rtol=1e-12)
