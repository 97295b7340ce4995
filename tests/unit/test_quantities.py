"""Which numbers are taken for quantities: any that can be, none that breaks a product."""

from __future__ import annotations

import math
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rescale4dl_core.errors import QuantityError
from rescale4dl_core.microscope.configuration import require_whole_binning
from rescale4dl_core.planning.sampling import Optics
from rescale4dl_core.planning.throughput import throughput
from rescale4dl_core.planning.timing import FieldTiming
from rescale4dl_core.quantities import (
    PixelSize,
    RescaleFactor,
    require_aperture,
    require_position,
    require_positive,
)


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (0, "The width must be a positive, finite number; got 0. Correct it"),
        (-2.5, "positive, finite number; got -2.5"),
        (math.nan, "positive, finite number; got nan"),
        (math.inf, "positive, finite number; got inf"),
        (1e-320, r"The width is 1e-320; plausible are numbers from 1e-15 to 1e\+15. Check"),
        (1e300, r"The width is 1e\+300; plausible are"),
        (10**400, r"The width is 100000000000… \(401 digits\); plausible are"),
        (-(10**400), r"got -10000000000… \(402 digits\)"),
    ],
)
def test_a_number_that_cannot_be_is_refused_in_words(value: float, words: str) -> None:
    with pytest.raises(QuantityError, match=words):
        require_positive("The width", value)


@pytest.mark.parametrize("value", [1e-15, 5e-9, 1, 0.65, 10**15, Fraction(1, 3)])
def test_numbers_of_microscopy_are_taken(value: float) -> None:
    require_positive("The width", value)


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf, 1e16, -(10**400)])
def test_a_position_off_every_stage_is_refused(value: float) -> None:
    with pytest.raises(QuantityError, match=r"The place is .*; plausible are"):
        require_position("The place", value)


@pytest.mark.parametrize("value", [0, -12_000.5, 1e-300, 9e14])
def test_positions_have_either_sign_or_none(value: float) -> None:
    require_position("The place", value)


def test_no_objective_has_an_aperture_above_the_index_of_every_medium() -> None:
    require_aperture(1.7)
    for refused, words in (
        (99.0, "of 99 is impossible"),
        (-1.0, "positive"),
        (1e-200, "1e-200"),
    ):
        with pytest.raises(QuantityError, match=words):
            require_aperture(refused)
        with pytest.raises(QuantityError, match=words):
            Optics(refused, immersion_index=100.0)


@given(
    area_px=st.floats(1e-15, 1e15),
    tau_s=st.floats(1e-15, 1e15),
    density_per_um2=st.floats(1e-15, 1e15),
    side_um=st.floats(1e-15, 1e15),
)
def test_what_is_taken_never_overflows(
    area_px: float, tau_s: float, density_per_um2: float, side_um: float
) -> None:
    result = throughput(
        fov_px=(10**15, 10**15),
        area_px=area_px,
        tau_s=tau_s,
        density_per_um2=density_per_um2,
        pixel_size=PixelSize.square(side_um),
    )
    assert result.objects_per_s is not None
    assert 0 < result.objects_per_s < math.inf
    assert 0 < result.objects_per_hour_ceiling < math.inf


@pytest.mark.parametrize("ratio", [1e300, 1e-300, Fraction(10**400)])
def test_a_factor_that_no_image_survives_is_refused(ratio: float | Fraction) -> None:
    with pytest.raises(QuantityError, match=r"The rescale factor is .*; plausible are"):
        RescaleFactor.of(ratio)


def test_times_and_counts_have_limits_too() -> None:
    with pytest.raises(QuantityError, match=r"time of the exposure \(s\) is 1e\+308"):
        FieldTiming(exposure_s=1e308)
    with pytest.raises(
        QuantityError, match=r"number of time points is 1000.* \(310 digits"
    ):
        FieldTiming(n_timepoints=10**309)
    for binning, words in ((10**29, r"binning is .* \(30 digits\)"), (math.inf, "whole")):
        with pytest.raises(QuantityError, match=words):
            require_whole_binning(binning)
