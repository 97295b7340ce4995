"""From the choices of a session to its recommendation and its acquisition."""

import math
from dataclasses import replace

import numpy as np
import pytest

from rescale4dl_core.advice.coverage_rule import Purpose, Verdict
from rescale4dl_core.demo.sample import demo_sample
from rescale4dl_core.errors import QuantityError
from rescale4dl_core.images import Image, KnownPixelSize
from rescale4dl_core.measuring.dataset import MeasuredImage, summarise
from rescale4dl_core.measuring.objects import measure_objects
from rescale4dl_core.planning.what_if import what_if
from rescale4dl_core.quantities import PixelSize
from rescale4dl_core.session.advising import (
    advise,
    advise_session,
    recommended_ratio,
    spreads_at,
)
from rescale4dl_core.session.choices import Choices
from rescale4dl_core.session.experiment import acquisition_of
from rescale4dl_core.session.model import Entry, Session
from rescale4dl_core.window import PUBLISHED_WINDOW


@pytest.fixture
def measurement(two_disks):
    """Disks of 20 and 40 px diameter in pixels of 0.5 µm: 30 px on average."""
    table = measure_objects(two_disks)
    return summarise([MeasuredImage("a", table, (128, 128), PixelSize.square(0.5))])


def _image(side_um):
    size = None if side_um is None else PixelSize.square(side_um)
    return Image.parse(np.zeros((4, 4)), name="a", known=KnownPixelSize(size, "test"))


def test_the_purpose_decides_the_rule(measurement):
    counting = advise(measurement, Choices())
    structure = Choices(purpose=Purpose.STRUCTURE, numerical_aperture=0.65, emission_nm=520)
    target = math.sqrt(PUBLISHED_WINDOW.low_percent * PUBLISHED_WINDOW.high_percent) / 100
    assert counting.ratio == pytest.approx(30 * target, rel=0.02)
    assert advise(measurement, structure).pixel_size_um == pytest.approx(0.2)  # 0.52/(4 NA)


def test_without_an_answer_the_ratio_is_that_of_the_sample(measurement):
    open_question = Choices(purpose=Purpose.STRUCTURE)
    assert advise(measurement, open_question).verdict is Verdict.OPEN
    assert recommended_ratio(measurement, open_question) == 1.0


def test_an_image_of_other_pixels_is_advised_on_its_own_grid(measurement):
    first = recommended_ratio(measurement, Choices())
    assert measurement.grid_ratio(_image(1.0).pixel_size) == 2.0
    assert recommended_ratio(measurement, Choices(), _image(1.0)) == pytest.approx(
        first / 2
    )
    (spread,) = spreads_at(measurement, _image(1.0), [1.0])
    assert spread.diameter_px == pytest.approx(measurement.diameter_px / 2)
    assert spread.pixel_um == pytest.approx(1.0)


def test_an_image_of_unknown_pixels_is_taken_to_be_like_the_first(measurement):
    assert measurement.grid_ratio(_image(None).pixel_size) == 1.0


def test_sizes_of_a_segmentation_are_flagged_and_those_of_a_mask_are_not(measurement):
    demo = demo_sample()
    with_mask, without = (
        advise_session(measurement, Session((Entry(sample),))).cautions
        for sample in (demo, demo.with_labels(None))
    )
    assert any("not of a checked mask" in caution for caution in without)
    assert not any("not of a checked mask" in caution for caution in with_mask)


def test_an_impossible_objective_is_refused_before_it_is_kept():
    with pytest.raises(QuantityError, match=r"1\.4 is impossible.*Check the immersion"):
        replace(Choices(), numerical_aperture=1.4)


def test_the_acquisition_is_what_was_measured_and_chosen(measurement):
    choices = Choices(camera_rows_px=100, camera_columns_px=200, n_objects_wanted=7)
    acquisition = acquisition_of(measurement, choices)
    assert acquisition.fov_px == (100, 200)
    assert acquisition.area_px == measurement.mean_area_px
    assert acquisition.n_objects_wanted == 7
    now = what_if(acquisition, 1.0)
    assert now.objects_per_fov == pytest.approx(2 / 128**2 * 20_000)
    assert now.pixel_um == 0.5
