"""What a series says of itself."""

from __future__ import annotations

import json
import zlib
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tb_confusion_plugin.storage.metadata import SeriesMetadata, class_names_hash, parse_metadata, serialize_metadata

text = st.text(st.characters(exclude_categories=["Cs"]))
names = st.none() | st.lists(text, min_size=1, max_size=30).map(tuple)


@given(st.builds(SeriesMetadata, names, names, st.none() | st.integers(0, 50), text, text))
def test_what_is_serialized_is_parsed(metadata):
    assert parse_metadata(serialize_metadata(metadata)) == metadata


def test_no_content_says_nothing():
    assert parse_metadata(b"") == SeriesMetadata()


def test_little_content_is_plain_json_without_what_is_unset():
    assert json.loads(serialize_metadata(SeriesMetadata(("a", "é"), title="T"))) == {
        "version": 1,
        "class_names": ["a", "é"],
        "title": "T",
    }


def test_much_content_is_deflated():
    content = serialize_metadata(SeriesMetadata(tuple(f"class {i}" for i in range(1000))))
    assert len(content) < 4000
    assert json.loads(zlib.decompress(content))["class_names"][999] == "class 999"


def test_unknown_keys_of_later_writers_are_ignored():
    assert parse_metadata(b'{"version": 1, "palette": "viridis", "title": "T"}') == SeriesMetadata(title="T")


def test_a_version_that_is_left_out_is_the_first():
    assert parse_metadata(b'{"class_names": ["a"]}').class_names == ("a",)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"garbage", "aren't JSON"),
        (b"{", "aren't JSON"),
        (b"{" + b'"a":[' * 100_000, "aren't JSON"),
        (b'{"title": "\xff"}', "aren't JSON"),
        (zlib.compress(b"{}")[:-1], "cut off"),
        (zlib.compress(b" " * (2**26 + 1)), "over 67108864 bytes once inflated"),
        (zlib.compress(b"[]"), "a JSON list; expected an object"),
        (b'{"version": 2}', "unknown series metadata version 2: this plugin reads up to 1; upgrade"),
        (b'{"version": "1"}', "unknown series metadata version '1'"),
        (b'{"version": true}', "unknown series metadata version True"),
        (b'{"class_names": "ab"}', "class_names isn't a list of strings"),
        (b'{"class_names": [1]}', "class_names isn't a list of strings"),
        (b'{"class_names": ["\\ud800"]}', "strings that UTF-8 can encode"),
        (b'{"class_groups": {"a": 1}}', "class_groups isn't a list of strings"),
        (b'{"title": 5}', "title isn't a string"),
        (b'{"description": ["a"]}', "description isn't a string"),
        (b'{"description": "\\udfff"}', "description isn't a string that UTF-8 can encode"),
        (b'{"special_class": -1}', "special_class -1"),
        (b'{"special_class": true}', "special_class True"),
        (b'{"special_class": "0"}', "special_class '0'"),
    ],
)
def test_invalid_content_is_named(content, message):
    with pytest.raises(ValueError, match=message):
        parse_metadata(content)


@given(st.binary(max_size=100))
def test_any_bytes_are_metadata_or_a_value_error(content):
    with suppress(ValueError):
        parse_metadata(content)


@pytest.mark.parametrize("title", [None, 5, b"title", "\ud800"])
def test_a_title_that_is_no_text_is_refused(title):
    with pytest.raises(ValueError, match="invalid title"):
        serialize_metadata(SeriesMetadata(title=title))


def test_the_hash_tells_where_one_name_ends():
    assert class_names_hash(["ab", "c"]) != class_names_hash(["a", "bc"])
    assert class_names_hash(["a", "b"]) != class_names_hash(["b", "a"])
    assert class_names_hash(None) == bytes(8)
