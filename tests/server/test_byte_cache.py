"""A cache that is bounded in bytes."""

from __future__ import annotations

from tb_confusion_plugin.server.byte_cache import ByteCache

KIB = 1 << 10


def test_what_was_used_longest_ago_makes_room():
    cache = ByteCache(100 * KIB)
    for key in "abc":
        cache.put(key, key.upper(), 30 * KIB)
    assert cache.get("a") == "A"
    cache.put("d", "D", 30 * KIB)
    assert [cache.get(key) for key in "abcd"] == ["A", None, "C", "D"]


def test_a_key_that_is_put_again_counts_once():
    cache = ByteCache(100 * KIB)
    cache.put("a", 1, 60 * KIB)
    for i in range(10):
        cache.put("b", i, 30 * KIB)
    assert (cache.get("a"), cache.get("b")) == (1, 9)


def test_what_was_dropped_makes_room():
    cache = ByteCache(100 * KIB)
    cache.put("a", 1, 60 * KIB)
    cache.drop("a")
    cache.drop("never there")
    cache.put("b", 2, 60 * KIB)
    cache.put("c", 3, 30 * KIB)
    assert [cache.get(key) for key in "abc"] == [None, 2, 3]


def test_what_was_put_last_is_there_even_if_it_is_larger_than_all_the_room():
    cache = ByteCache(KIB)
    cache.put("a", 1, 10 * KIB)
    cache.put("b", 2, 10 * KIB)
    assert (cache.get("a"), cache.get("b")) == (None, 2)


def test_entries_without_content_are_bounded_too():
    cache = ByteCache(100 * KIB)
    for i in range(10_000):
        cache.put(i, b"", 0)
    assert sum(cache.get(i) is not None for i in range(10_000)) < 1000
