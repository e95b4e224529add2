from __future__ import annotations

import numpy as np
import pytest

from flowsim.fitting.small_numbers import disclosed, is_small, shown, shown_in_json


@pytest.mark.parametrize(
    ("count", "text", "json"),
    [
        (0, "0", 0),
        (1, "1 to 7", "1-7"),
        (7, "1 to 7", "1-7"),
        (8, "10", 10),
        (12, "10", 10),
        (13, "15", 15),
        (12_344, "12,345", 12_345),
    ],
)
def test_counts_of_1_to_7_are_hidden_and_others_go_to_the_nearest_5(
    count: int, text: str, json: object
) -> None:
    assert (shown(count), shown_in_json(count)) == (text, json)
    assert is_small(count) == (text == "1 to 7")


def test_what_is_hidden_counts_as_its_middle() -> None:
    assert disclosed([0, 1, 7, 8, 1002]).tolist() == [0, 4, 4, 10, 1000]


def test_no_small_count_can_be_had_by_subtraction() -> None:
    # All totals of nine groups of 10 and one of 1 to 7 say the same.
    totals = {float(disclosed(np.sum([10] * 9 + [small]))) for small in (3, 4, 5, 6, 7)}
    assert totals == {95.0}
