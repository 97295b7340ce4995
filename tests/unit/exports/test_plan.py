"""What follows from a plan, and what cannot be one."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rescale4dl_core.errors import QuantityError
from rescale4dl_core.exports.acquisition_plan import PlannedChannel
from rescale4dl_core.exports.from_configuration import grid_for, wells_of

if TYPE_CHECKING:
    from rescale4dl_core.exports.acquisition_plan import AcquisitionPlan


def test_a_pixel_is_the_camera_pixel_times_binning_over_the_magnification(
    plan: AcquisitionPlan,
) -> None:
    assert plan.pixel_um == pytest.approx(6.5 * 2 / 20)


def test_fields_images_bytes_and_time_are_counted_over_everything(
    plan: AcquisitionPlan,
) -> None:
    fields, images = 3 * 4 * 2, 3 * 4 * 2 * 2 * 7 * 5
    assert (plan.n_fields, plan.n_images) == (fields, images)
    assert plan.storage_bytes == images * 1024 * 1024 * 2
    # One round of all fields takes 24 x 30 s / 5 = 144 s, the interval is 900 s.
    assert plan.duration_s == pytest.approx(4 * 900 + 144)
    assert replace(plan, interval_s=None).duration_s == pytest.approx(24 * 30)


def test_an_interval_that_is_too_short_for_a_round_is_stretched(
    plan: AcquisitionPlan,
) -> None:
    assert replace(plan, interval_s=10.0).round_s == pytest.approx(144)


def test_neighbouring_fields_share_the_overlap_and_the_grid_is_centred(
    plan: AcquisitionPlan,
) -> None:
    first = [tile for tile in plan.tiles if tile.well == "A1"]
    assert [(tile.row, tile.column) for tile in first[:6]] == [
        *((0, 0), (0, 1), (0, 2), (0, 3)),
        *((1, 3), (1, 2)),
    ]
    assert first[1].x_um - first[0].x_um == pytest.approx(0.9 * 665.6)
    assert first[3].y_um - first[4].y_um == pytest.approx(0.9 * 665.6)
    assert sum(tile.x_um for tile in first) / len(first) == pytest.approx(1000)
    assert sum(tile.y_um for tile in first) / len(first) == pytest.approx(2000)


@pytest.mark.parametrize(("grid", "leaves"), [((14, 15), False), ((14, 16), True)])
def test_a_grid_wider_than_the_distance_of_wells_is_noticed(
    plan: AcquisitionPlan, grid: tuple[int, int], leaves: bool
) -> None:
    """Fields of 665.6 um, each 0.9 of that from the next: 15 span 9.05, 16 9.65 mm."""
    wells = tuple(replace(well, x_um=9500.0 * i) for i, well in enumerate(plan.wells))
    assert replace(plan, grid=grid, wells=wells).leaves_wells is leaves


def test_moving_a_plan_moves_every_field(plan: AcquisitionPlan) -> None:
    moved = plan.moved_by(5.0, -7.0)
    assert [(t.x_um - 5, t.y_um + 7) for t in moved.tiles] == [
        pytest.approx((tile.x_um, tile.y_um)) for tile in plan.tiles
    ]
    assert moved.moved_by(-5.0, 7.0) == plan


@given(n_fields=st.integers(1, 5000))
def test_a_grid_holds_the_fields_and_is_at_most_twice_as_wide_as_high(
    n_fields: int,
) -> None:
    rows, columns = grid_for(n_fields)
    assert rows <= columns <= 2 * rows
    assert n_fields <= rows * columns <= n_fields + math.isqrt(n_fields) + 1


@pytest.mark.parametrize(
    ("n_wells", "last", "x_um", "y_um"),
    [
        (96, "H12", 99_000, -63_000),
        (97, "E1", 0, -18_000),
        (384, "P24", 103_500, -67_500),
        (1536, "AF48", 105_750, -69_750),
    ],
)
def test_wells_lie_where_the_standard_puts_them(
    n_wells: int, last: str, x_um: float, y_um: float
) -> None:
    """SLAS 4: column 12 of 96 is 11 x 9 mm from A1; 384 have half the distance."""
    well = wells_of(n_wells)[-1]
    assert (well.name, well.x_um, well.y_um) == (last, x_um, y_um)


def test_more_wells_than_a_plate_has_are_refused() -> None:
    with pytest.raises(QuantityError, match="2000 wells was asked for; plates have 1 to"):
        wells_of(2000)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"overlap_percent": 100.0}, "overlap .* less than 100 %; got 100"),
        ({"magnification": 0.0}, "magnification"),
        ({"z_step_um": None}, "7 planes are planned without the distance"),
        ({"channels": ()}, "no channels"),
        ({"wells": ()}, "no wells"),
        ({"compression": 0.0}, "compression"),
        ({"channels": (PlannedChannel("DAPI", 1),) * 2}, "Two channels are called DAPI"),
        ({"interval_s": -1.0}, "time between time points"),
    ],
)
def test_an_impossible_plan_is_refused_in_words(
    plan: AcquisitionPlan, change: dict[str, object], words: str
) -> None:
    with pytest.raises(QuantityError, match=words):
        replace(plan, **change)


def test_a_negative_exposure_is_refused() -> None:
    with pytest.raises(QuantityError, match="exposure of GFP"):
        PlannedChannel("GFP", -0.1)
