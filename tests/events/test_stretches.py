"""The event machine opens, holds and closes by the severities alone, and in their order."""

from __future__ import annotations

import numpy as np

from offbeat.core.cut import Cut
from offbeat.events.stretches import alarmed, stretches


def rows(severity: list[float], min_gap: int) -> list[list[int]]:
    return alarmed(np.array(severity), min_gap).tolist()


def test_it_opens_above_1_and_closes_at_a_half() -> None:
    assert rows([0.0, 0.9, 0.0, 1.1, 0.6, 0.5, 1.0], 0) == [[3, 5]]
    assert rows([0.7, 1.2, 0.7, 0.0], 0) == [[0, 3]]
    assert rows([], 3) == []


def test_a_gap_as_short_as_the_stretch_before_is_bridged() -> None:
    assert rows([2.0, 2.0, 0.0, 0.0, 2.0], 3) == [[0, 5]]
    assert rows([2.0, 2.0, 0.0, 0.0, 2.0], 2) == [[0, 2], [4, 5]]
    assert rows([2.0, 0.0, 0.0, 2.0, 2.0, 2.0], 3) == [[0, 1], [3, 6]], "one row does not reach over two"


def test_what_is_not_scored_is_no_alarm() -> None:
    assert rows([np.nan, 2.0, np.nan, 2.0], 0) == [[1, 2], [3, 4]]


def test_later_rows_change_no_earlier_stretch() -> None:
    severity = np.abs(np.random.default_rng(0).normal(0.4, 0.4, size=400))
    whole = alarmed(severity, 5)
    for n in range(1, 400, 7):
        part = alarmed(severity[:n], 5)
        known = whole[whole[:, 0] < part[-1, 0]] if len(part) else whole[:0]
        assert part[: len(known)].tolist() == known.tolist()


def test_scores_go_through_the_cut() -> None:
    assert stretches(np.array([0.0, 5.0, 11.0, 6.0, 0.0]), Cut(10.0)).tolist() == [[2, 4]]
    assert not len(stretches(np.full(9, 1e9), Cut(np.inf)))
