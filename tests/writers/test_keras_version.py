"""Keras that is too old is refused, since it counts wrong without a word."""

from __future__ import annotations

import importlib

import keras
import pytest

from tb_confusion_plugin.keras import engine


@pytest.mark.parametrize("version", ["3.9.2", "2.16.0"])
def test_keras_that_sums_no_replicas_is_refused(version, monkeypatch):
    monkeypatch.setattr(keras, "__version__", version)
    with pytest.raises(ImportError, match=f"Keras {version} is too old: pip install 'keras>=3.10'"):
        importlib.reload(engine)


@pytest.mark.parametrize("version", ["3.10.0", "4.0.0.dev20260101"])
def test_newer_keras_is_taken(version, monkeypatch):
    monkeypatch.setattr(keras, "__version__", version)
    assert importlib.reload(engine).load_engine() is not None
