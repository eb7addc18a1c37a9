"""demo/audio_instruments.py: what the Audio, Text and Confusion tabs of a real TensorBoard have of it."""

from __future__ import annotations

import gzip
import io
import json
import os
import socket
import subprocess
import sys
import time
import urllib.parse
import urllib.request
import wave
from pathlib import Path

import numpy as np
import pytest

from tb_confusion_plugin import read_log

pytestmark = pytest.mark.frameworks
DEMO = Path(__file__).parents[2] / "demo"
NAMES = ["flute", "clarinet", "oboe", "trumpet", "violin", "cello", "guitar", "organ"]
DEADLINE_S = 60
NUM_TRAIN, NUM_VAL = 64, 16
# Nothing here needs TensorFlow to be read, which takes seconds to load.
SERVE = (
    "import sys, types; sys.modules['tensorboard.compat.notf'] = types.ModuleType('notf'); "
    "from tensorboard.main import run_main; run_main()"
)


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    """One short training: (its output, the log directory)."""
    logdir = tmp_path_factory.mktemp("demo") / "logs"
    options = ["--logdir", str(logdir), "--epochs", "2", "--notes", str(NUM_TRAIN)]
    environment = {**os.environ, "CUDA_VISIBLE_DEVICES": ""}
    command = [sys.executable, str(DEMO / "audio_instruments.py"), *options]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment, timeout=240)
    assert done.returncode == 0, done.stderr
    return done.stdout, logdir


@pytest.fixture(scope="module")
def get(trained):
    """Asks a real TensorBoard for a data route of a plugin."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-c", SERVE, "--logdir", str(trained[1]), "--host", "127.0.0.1", "--port", str(port)]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def get(route, **query):
        url = f"http://127.0.0.1:{port}/data/plugin/{route}?{urllib.parse.urlencode(query)}"
        with urllib.request.urlopen(url, timeout=10) as answer:
            body = answer.read()
        return gzip.decompress(body) if body[:2] == b"\x1f\x8b" else body

    def is_loaded():
        try:
            return json.loads(get("audio/tags")) and len(json.loads(get("confusion/series"))["series"]) == 2
        except OSError:  # it isn't up yet
            return False

    try:
        deadline = time.monotonic() + DEADLINE_S
        while not is_loaded():
            assert time.monotonic() < deadline, "TensorBoard didn't load the log"
            time.sleep(0.05)
        yield get
    finally:
        server.terminate()
        server.wait()


def test_the_screen_tells_where_to_look_and_to_listen(trained):
    output, logdir = trained
    *epochs, last = output.splitlines()
    assert [line.split()[:4] for line in epochs] == [["epoch", "1", "of", "2"], ["epoch", "2", "of", "2"]]
    assert last == f"tensorboard --logdir {logdir}    then open http://localhost:6006/#confusion, and #audio to listen"


def test_the_confusion_tab_has_the_instruments_of_each_epoch(trained, get):
    listed = {(one["run"], one["tag"]): one for one in json.loads(get("confusion/series"))["series"]}
    assert set(listed) == {("cnn", "train/confusion"), ("cnn", "val/confusion")}
    read = [(tag, datum.step, datum.matrix) for _, tag, datum in read_log(trained[1])]
    totals = {"train/confusion": NUM_TRAIN, "val/confusion": NUM_VAL}
    assert [(tag, step, matrix.total) for tag, step, matrix in read] == [
        (tag, step, totals[tag]) for tag in totals for step in (0, 1)
    ]
    for _, _, matrix in read:
        assert matrix.class_names == tuple(NAMES)
        assert len(set(matrix.support)) == 1  # the instruments play in turn


def test_the_audio_tab_has_a_note_of_each_instrument_and_what_the_model_takes_it_for(get):
    ((run, tags),) = json.loads(get("audio/tags")).items()
    assert run == "cnn/report"
    assert {tag for tag in tags if tag.startswith("notes/")} == {f"notes/{name}" for name in NAMES}
    assert all(f"<strong>{name}</strong>, prediction" in tags[f"notes/{name}"]["description"] for name in NAMES)
    (clip,) = json.loads(get("audio/audio", run=run, tag="notes/guitar", sample=0))
    assert clip["step"] == 1
    with wave.open(io.BytesIO(get("audio/individualAudio", **dict(urllib.parse.parse_qsl(clip["query"]))))) as sound:
        assert (sound.getframerate(), sound.getnframes(), sound.getnchannels()) == (8000, 6000, 1)
        samples = np.frombuffer(sound.readframes(6000), np.int16)
    assert np.abs(samples[:3000]).mean() > 2 * np.abs(samples[-1000:]).mean()  # a guitar's tone dies away


def test_the_mistakes_that_can_be_heard_are_those_of_the_last_matrix(trained, get):
    ((_, tags),) = json.loads(get("audio/tags")).items()
    heard = [tag.removeprefix("mistakes/").split(" (")[0].split(" as ") for tag in tags if tag.startswith("mistakes/")]
    counts = [datum.matrix.counts for _, tag, datum in read_log(trained[1]) if tag == "val/confusion"][-1]
    assert len(heard) == min(12, NUM_VAL - np.trace(counts)) > 0
    assert all(counts[NAMES.index(label), NAMES.index(prediction)] for label, prediction in heard)


def test_the_text_tab_tells_what_is_heard_at_each_epoch(get):
    assert json.loads(get("text/tags")) == {"cnn/report": ["heard"]}
    texts = json.loads(get("text/text", run="cnn/report", tag="heard"))
    assert [text["step"] for text in texts] == [0, 1]
    assert all(f"<td>{name}</td>" in text["text"] for text in texts for name in NAMES)


def test_instruments_sound_apart(monkeypatch):
    monkeypatch.syspath_prepend(str(DEMO))
    from audio_instruments import INSTRUMENTS, NAMES, SAMPLE_RATE_HZ, make_note, make_notes

    notes, labels = make_notes(16, np.random.default_rng(0))
    assert notes.shape == (16, 6000, 1)
    assert np.abs(notes).max() <= 1
    assert labels.tolist() == [*range(8), *range(8)]
    again, _ = make_notes(16, np.random.default_rng(0))
    np.testing.assert_array_equal(notes, again)
    clarinet = INSTRUMENTS[NAMES.index("clarinet")]
    spectrum = np.mean([np.abs(np.fft.rfft(make_note(clarinet, _Rng()))) for _ in range(5)], axis=0)
    hertz = np.fft.rfftfreq(6000, 1 / SAMPLE_RATE_HZ)
    first, second, third = (spectrum[np.abs(hertz - number * 130.8) < 5].max() for number in (1, 2, 3))
    assert first > third > 2 * second  # a clarinet is a closed pipe


class _Rng:
    """Random numbers whose uniform ones are the lowest: the lowest pitch."""

    def __init__(self):
        self._rng = np.random.default_rng(0)

    def uniform(self, low, _high, size=None):
        return low if size is None else np.full(size, low)

    def __getattr__(self, name):
        return getattr(self._rng, name)
