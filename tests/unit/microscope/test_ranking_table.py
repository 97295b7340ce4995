"""The table of a ranking says what its options say."""

import dataclasses
import json
import math

import numpy as np
import pytest

from rescale4dl_core.microscope.camera import Camera
from rescale4dl_core.microscope.configuration import Stand
from rescale4dl_core.microscope.goal import Goal
from rescale4dl_core.microscope.light import Light
from rescale4dl_core.microscope.objective import Objective
from rescale4dl_core.microscope.ranking import rank
from rescale4dl_core.microscope.ranking_table import (
    COLUMNS,
    TITLES,
    configuration_rows,
    ranking_columns,
    shown_columns,
    table_of,
)
from rescale4dl_core.microscope.score_curve import ScoreCurve

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


SCREEN = {
    "Rank": lambda one: one.rank,
    "Objective": lambda one: one.configuration.objective.title,
    "Camera": lambda one: one.configuration.camera.label,
    "Binning": lambda one: f"{one.configuration.binning}×{one.configuration.binning}",
    "Relay": lambda one: one.configuration.relay,
    "Suits?": lambda one: one.standing.meaning,
    "Objects per hour": lambda one: one.objects_per_hour,
    "Pixel (µm)": lambda one: one.pixel_um,
    "% of diameter": lambda one: one.coverage_percent,
    "Field width (mm)": lambda one: one.field_width_um / 1000,
    "Field height (mm)": lambda one: one.field_height_um / 1000,
    "Hours": lambda one: one.duration_s / 3600,
    "GB": lambda one: one.storage_bytes / 1e9,
    "Light dose": lambda one: one.relative_dose,
    "J/cm²": lambda one: one.dose_j_per_cm2,
    "Brightness": lambda one: one.relative_brightness,
    "÷ Nyquist": lambda one: one.nyquist_ratio,
    "Resolution (µm)": lambda one: one.rayleigh_um,
    "Working distance (mm)": lambda one: one.configuration.objective.working_distance_mm,
    "Immersion": lambda one: one.configuration.objective.immersion or None,
}
"""Every header of the table on screen, and what it stands for."""


@pytest.fixture
def ranking():
    return rank(STAND, Goal(10.0, light=Light(power_mw=3.0)))


def same(found, expected):
    if expected is None:
        return found is None or math.isnan(found)
    return found == (pytest.approx(expected) if isinstance(expected, float) else expected)


def test_each_row_on_screen_is_the_option_of_its_rank(ranking):
    table = table_of(ranking, len(ranking))
    assert list(table) == list(SCREEN)
    for option in ranking.top(len(ranking)):
        for header, value in SCREEN.items():
            assert same(table[header][option.rank - 1], value(option)), header


def test_columns_that_tell_nothing_are_left_out():
    """No curve: no expected score. No power: no dose. A relay of 1: no column."""
    plain = Stand(STAND.objectives, STAND.cameras)
    table = table_of(rank(plain, Goal(10.0)), 6)
    assert set(SCREEN) - set(table) == {"Relay", "J/cm²"}
    assert "Expected IoU" not in table
    curve = ScoreCurve((1.0, 40.0), (0.5, 0.9), (0.4, 0.8), (0.6, 1.0), "made up")
    scored = table_of(rank(plain, Goal(10.0, curve=curve)), 6)
    assert np.isfinite(scored["Expected IoU"]).any()


def test_a_row_of_the_files_is_the_option_of_its_rank(ranking):
    rows = configuration_rows(ranking, range(len(ranking)))
    for option, row in zip(ranking.top(len(ranking)), rows, strict=True):
        configuration = option.configuration
        assert row["rank"] == option.rank
        assert row["objective"] == configuration.objective.label
        assert row["camera"] == configuration.camera.label
        assert row["binning"] == configuration.binning
        assert row["relay"] == configuration.relay
        assert row["pixel_size_um"] == option.pixel_um
        assert row["fov_um"] == {"x": option.field_width_um, "y": option.field_height_um}
        assert row["on_pareto_front"] == option.on_front
        assert row["in_window"] == option.in_window
        assert row["expected_recall"] == option.recall
        read_noise_e = configuration.camera.binned_read_noise_e(configuration.binning)
        assert row["binned_read_noise_e"] == read_noise_e
        for name in set(row) & {field.name for field in dataclasses.fields(option)}:
            if name != "standing":
                assert same(row[name], getattr(option, name)), name


def test_every_column_is_in_json_and_csv_under_its_name(ranking):
    (row,) = configuration_rows(ranking, [0])
    columns = ranking_columns(ranking)
    for column in COLUMNS:
        group, _, name = column.name.partition(".")
        value = row[group][name] if name else row[group]
        assert columns[column.name.replace(".", "_")][0] == value
        assert len(columns[column.name.replace(".", "_")]) == len(ranking)
    assert len({column.name for column in COLUMNS}) == len(COLUMNS)


def test_every_column_says_what_it_is():
    for column in (*COLUMNS, *TITLES):
        assert column.formula.endswith(".")
    headers = [column.shown.label for column in shown_columns()]
    assert len(set(headers)) == len(headers)


def test_files_hold_plain_values_that_json_can_write(ranking):
    rows = configuration_rows(ranking, range(len(ranking)))
    assert json.loads(json.dumps(rows, allow_nan=False)) == rows
    assert {type(row["n_fields"]) for row in rows} == {int}


def test_as_many_rows_as_asked_for_are_there():
    ranking = rank(STAND, Goal(10.0))
    assert {len(column) for column in table_of(ranking, 5).values()} == {5}
