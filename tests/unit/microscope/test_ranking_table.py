"""The table of a ranking says what its options say."""

import math

import pytest

from rescale4dl_core.microscope.camera import Camera
from rescale4dl_core.microscope.configuration import Stand
from rescale4dl_core.microscope.goal import Goal
from rescale4dl_core.microscope.light import Light
from rescale4dl_core.microscope.objective import Objective
from rescale4dl_core.microscope.ranking import rank
from rescale4dl_core.microscope.ranking_table import table_of

STAND = Stand(
    (
        Objective("20x/0.75", 20, 0.75, "air", working_distance_mm=1.0),
        Objective("old", 10),
        Objective("60x/1.4", 60, 1.4, "oil", 1.515),
    ),
    (Camera("a", 6.5, 2048, 2048), Camera("b", 3.45, 2048, 2448)),
    (1, 2),
    (1.0, 0.5),
)


def test_each_row_is_the_option_of_its_rank():
    ranking = rank(STAND, Goal(10.0, light=Light(power_mw=3.0)))
    table = table_of(ranking, len(ranking))
    for option in ranking.top(len(ranking)):
        row = {name: column[option.rank - 1] for name, column in table.items()}
        one = option.configuration
        texts = (row["objective"], row["camera"], row["binning"], row["standing"])
        assert texts == (
            *(one.objective.title, one.camera.label),
            *(f"{one.binning}×{one.binning}", option.standing.meaning),
        )
        assert row["relay"] == one.relay
        assert row["immersion"] == one.objective.immersion
        for name in set(table) & set(option.__slots__) - {"standing"}:
            value = getattr(option, name)
            if value is None:
                assert math.isnan(row[name]), name
            else:
                assert row[name] == pytest.approx(value), name


def test_as_many_rows_as_asked_for_are_there():
    ranking = rank(STAND, Goal(10.0))
    assert {len(column) for column in table_of(ranking, 5).values()} == {5}
