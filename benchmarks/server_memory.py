"""TensorBoard's memory for a log of large matrices: before anybody looks at them, once they are listed, once all are read."""

from __future__ import annotations

import functools
import json
import os
import tempfile
import time
import urllib.parse
from collections.abc import Iterator
from pathlib import Path

from tensorboard.compat.proto import event_pb2, summary_pb2
from tensorboard.summary.writer.event_file_writer import EventFileWriter

from benchmarks.labels import make_labels
from benchmarks.row import Row, peer
from benchmarks.served import DEADLINE_S, get, tensorboard
from tb_confusion_plugin import ConfusionWriter
from tb_confusion_plugin.core.counting import count_labels
from tb_confusion_plugin.storage.to_summary import tensor_metadata

NUM_CLASSES = 1000
NUM_STEPS = 100
BUDGET_MB = 5.0
STAGES = ("until somebody looks", "once they are listed and checked", "once all were read")
_NOTES = (
    "resident memory of TensorBoard and its data server, less that for a log of one scalar (over an empty logdir: {:.1f} MB)",
    "the matrices lie in the cache then, of 64 MiB at most (over an empty logdir: {:.1f} MB)",
    "as before: nothing decoded is kept (over an empty logdir: {:.1f} MB)",
)
_QUIET_S = 4


def rows() -> Iterator[Row]:
    """Yields a row for each load mode and stage; the peer is a log of the same matrices as dense int32 tensors."""
    with tempfile.TemporaryDirectory() as folder:
        empty, scalar, ours, dense = (Path(folder) / name for name in ("empty", "scalar", "ours", "dense"))
        empty.mkdir()
        _write_scalar(scalar)
        _write(ours)
        written = peer("dense", functools.partial(_write_dense, dense))
        for load_fast in ("true", "false"):
            bases, of_empty, of_ours = (_measure(logdir, load_fast) for logdir in (scalar, empty, ours))
            of_dense = None if written.left_out else _measure(dense, load_fast)
            for i, stage in enumerate(STAGES):
                yield Row(
                    f"TensorBoard's memory for {NUM_STEPS} steps of K={NUM_CLASSES:,} {stage}, --load_fast={load_fast}",
                    "MB",
                    of_ours[i] - bases[i],
                    BUDGET_MB if i == 0 else None,
                    "the same as dense int32 tensors",
                    None if of_dense is None else of_dense[i] - bases[i],
                    note=_NOTES[i].format(of_ours[i] - of_empty[i]),
                    left_out=written.left_out,
                )


def processes() -> list[int]:
    """The processes that this one has started, and theirs."""
    found, unseen = [], [os.getpid()]
    while unseen:
        pid = unseen.pop()
        try:
            children = [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()]
        except FileNotFoundError:  # it has ended
            continue
        found += children
        unseen += children
    return found


def cpu_s(pids: list[int]) -> float:
    """The processor time that they have taken, in seconds."""
    fields = [Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rsplit(")", 1)[1].split() for pid in pids]
    return sum(int(one[11]) + int(one[12]) for one in fields) / os.sysconf("SC_CLK_TCK")


def wait_until_quiet(address: str) -> None:
    """Waits until TensorBoard answers, and has read its log: until it works no more.

    Raises:
        TimeoutError: it does within two minutes.
    """
    deadline = time.monotonic() + DEADLINE_S
    is_up, quiet_s, before = False, 0, 0.0
    while time.monotonic() < deadline:
        time.sleep(1)
        try:
            is_up = is_up or bool(get(f"{address}/data/environment"))
        except OSError:
            continue
        now = cpu_s(processes())
        quiet_s = quiet_s + 1 if now - before < 0.1 else 0
        before = now
        if quiet_s >= _QUIET_S:
            return
    raise TimeoutError(f"TensorBoard is still at work after {DEADLINE_S:.0f} s")


def _measure(logdir: Path, load_fast: str) -> list[float]:
    """Resident memory at each stage, in MB."""
    with tensorboard(logdir, f"--load_fast={load_fast}") as address:
        wait_until_quiet(address)
        route = f"{address}/data/plugin/confusion"
        resident = [_resident_mb()]
        listed = json.loads(get(f"{route}/series"))
        while listed["num_unchecked"]:
            listed = json.loads(get(f"{route}/series"))
        resident.append(_resident_mb())
        for series in listed["series"]:
            get(f"{route}/history?{urllib.parse.urlencode({'run': series['run'], 'tag': series['tag']})}")
        resident.append(_resident_mb())
    return resident


def _resident_mb() -> float:
    statuses = [Path(f"/proc/{pid}/status").read_text(encoding="utf-8") for pid in processes()]
    lines = [line for status in statuses for line in status.splitlines() if line.startswith("VmRSS:")]
    return sum(int(line.split()[1]) for line in lines) * 1024 / 1e6


def _write(logdir: Path) -> None:
    with ConfusionWriter(logdir) as writer:
        for step in range(NUM_STEPS):
            writer.write("val/confusion", count_labels(*make_labels(NUM_CLASSES, seed=step), NUM_CLASSES), step=step)


def _write_scalar(logdir: Path) -> None:
    """The least that makes TensorBoard load what it reads event files with: 13 MB in Python."""
    writer = EventFileWriter(str(logdir))
    value = summary_pb2.Summary.Value(tag="loss", simple_value=1.0)
    writer.add_event(event_pb2.Event(wall_time=0.0, step=0, summary=summary_pb2.Summary(value=[value])))
    writer.close()


def _write_dense(logdir: Path) -> float:
    """How many steps it wrote."""
    import tensorflow as tf
    from tensorflow.core.framework.summary_pb2 import SummaryMetadata

    metadata = SummaryMetadata.FromString(tensor_metadata().SerializeToString())
    writer = tf.summary.create_file_writer(str(logdir))
    with writer.as_default():
        for step in range(NUM_STEPS):
            counts = count_labels(*make_labels(NUM_CLASSES, seed=step), NUM_CLASSES)
            tf.summary.write("val/confusion", tf.constant(counts, dtype=tf.int32), step=step, metadata=metadata)
    writer.close()
    return float(NUM_STEPS)
