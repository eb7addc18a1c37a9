"""Counting tables without Narwhals: what to install. With it, tests/frameworks/test_frames.py."""

from __future__ import annotations

import importlib
import sys

import pytest


def test_a_missing_narwhals_names_its_extra(monkeypatch):
    monkeypatch.setitem(sys.modules, "narwhals", None)
    monkeypatch.setitem(sys.modules, "narwhals.stable", None)
    monkeypatch.delitem(sys.modules, "tb_confusion_plugin.frames", raising=False)
    with pytest.raises(ImportError, match=r"missing Narwhals: pip install 'tb-confusion-plugin\[tables\]'"):
        importlib.import_module("tb_confusion_plugin.frames")
