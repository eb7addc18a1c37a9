"""Steps written again."""

from __future__ import annotations

from typing import NamedTuple

from hypothesis import given
from hypothesis import strategies as st

from tb_confusion_plugin.storage.steps import drop_superseded


class Datum(NamedTuple):
    step: int
    value: int = 0


def steps_of(*steps):
    return [datum.step for datum in drop_superseded(Datum(step) for step in steps)]


def test_ascending_steps_stay():
    assert steps_of(0, 5, 6) == [0, 5, 6]


def test_nothing_stays_nothing():
    assert steps_of() == []


def test_a_step_that_goes_back_takes_what_came_after():
    assert steps_of(0, 1, 2, 3, 4, 2, 3) == [0, 1, 2, 3]
    assert steps_of(5, 6, 7, 1) == [1]


def test_of_a_repeated_step_the_last_stays():
    assert drop_superseded([Datum(1, 1), Datum(1, 2), Datum(1, 3)]) == [Datum(1, 3)]


@given(st.lists(st.integers(0, 20)))
def test_a_datum_stays_unless_a_later_one_is_at_its_step_or_before(steps):
    data = [Datum(step, position) for position, step in enumerate(steps)]
    expected = [datum for datum in data if all(later.step > datum.step for later in data[datum.value + 1 :])]
    assert drop_superseded(data) == expected
