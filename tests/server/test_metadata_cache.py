"""What series say of themselves, parsed once for all runs that say the same."""

from __future__ import annotations

from tb_confusion_plugin.server import metadata_cache
from tb_confusion_plugin.server.metadata_cache import MetadataCache
from tb_confusion_plugin.storage.metadata import SeriesMetadata, class_names_hash, serialize_metadata

NAMED = SeriesMetadata(class_names=("cat", "dog"), class_groups=("pets", "pets"), special_class=1, title="Animals")


def test_a_digest_is_what_the_metadata_says():
    digest = MetadataCache().digest(serialize_metadata(NAMED))
    assert (digest.title, digest.num_class_names, digest.num_class_groups, digest.special_class) == ("Animals", 2, 2, 1)
    assert digest.class_names_hash == class_names_hash(NAMED.class_names)
    assert digest.problem is None


def test_metadata_that_cannot_be_read_are_none_and_the_digest_says_why():
    cache = MetadataCache()
    assert cache.metadata(b'{"version": 99}') == SeriesMetadata()
    assert "version 99" in cache.digest(b'{"version": 99}').problem


def test_the_same_content_is_parsed_once_for_all_runs():
    cache = MetadataCache()
    assert cache.metadata(serialize_metadata(NAMED)) is cache.metadata(serialize_metadata(NAMED))
    assert cache.digest(serialize_metadata(NAMED)) is cache.digest(serialize_metadata(NAMED))


def test_what_there_is_no_room_for_is_parsed_again(monkeypatch):
    monkeypatch.setattr(metadata_cache, "METADATA_BYTES", 1)
    cache = MetadataCache()
    contents = [serialize_metadata(SeriesMetadata(class_names=(f"a{i}", "b"))) for i in range(3)]
    for _ in range(2):
        assert [cache.metadata(content).class_names for content in contents] == [(f"a{i}", "b") for i in range(3)]
