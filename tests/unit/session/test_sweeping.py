"""The sweep of a session's images: what it depends on, and what changes afterwards."""

from dataclasses import replace

import numpy as np
import pytest

from rescale4dl_core.errors import QuantityError
from rescale4dl_core.images import Image, ImageInfo, KnownPixelSize, Sample
from rescale4dl_core.quantities import PixelSize
from rescale4dl_core.session.choices import Choices, SweepChoices
from rescale4dl_core.session.measuring import measure_entry, session_measurement
from rescale4dl_core.session.model import Entry, Session
from rescale4dl_core.session.sweeping import (
    factors_of,
    has_mask,
    restated,
    samples_key,
    stopped_sweep,
    wants_stability,
)
from rescale4dl_core.study.results import ScaleResult


def _entry(labels, *, um=None, with_mask=True):
    known = KnownPixelSize(None if um is None else PixelSize.square(um), "typed in")
    image = Image.parse(
        (100 + 900 * (labels.pixels > 0)).astype(np.uint16), name="a.tif", known=known
    )
    info = ImageInfo(
        "a.tif", "TIFF", "YX", labels.shape, "uint16", known, ("one",), ("one",)
    )
    return Entry(Sample(image, info, labels if with_mask else None))


def _measured(session):
    tables = [measure_entry(entry, session.choices) for entry in session.entries]
    return session_measurement(session, tables)


@pytest.fixture
def session(two_disks):
    return Session((_entry(two_disks),))


def _scale(ratio):
    return ScaleResult(
        ratio=ratio,
        pixel_size=None,
        coverage_percent=1.0,
        n_objects=2,
        diameter_px=30.0 / ratio,
        own_grid=None,
        sample_grid=None,
        iou_ceiling=None,
        stability=None,
        objects_per_fov=1.0,
        seconds=0.1,
        seconds_network=0.1,
        labels=(),
    )


def test_typing_in_a_pixel_size_keeps_the_sweep_of_one_image(session, two_disks):
    before = samples_key(session, _measured(session))
    typed = replace(session, entries=(_entry(two_disks, um=0.3),))
    assert samples_key(typed, _measured(typed)) == before


def test_another_mask_or_none_makes_the_sweep_out_of_date(session, two_disks):
    key = samples_key(session, _measured(session))
    bare = replace(session, entries=(_entry(two_disks, with_mask=False),))
    assert samples_key(bare, _measured(session)) != key


def test_a_sweep_follows_the_camera_and_the_pixel_size(session, two_disks):
    measurement = _measured(session)
    swept = stopped_sweep(session, "net", measurement, [_scale(2.0), _scale(1.0)])
    choices = Choices(camera_rows_px=128, camera_columns_px=256)
    now = Session((_entry(two_disks, um=0.5),), choices=choices)
    one, two = restated(swept, now, _measured(now)).scales
    assert one.objects_per_fov == pytest.approx(2 * 2)
    assert two.objects_per_fov == pytest.approx(4 * 2 * 2)
    assert two.pixel_size.mean_um == pytest.approx(1.0)
    assert two.coverage_percent == pytest.approx(200 / measurement.diameter_px)


def test_a_stopped_sweep_keeps_the_last_word_on_each_scale(session):
    later = replace(_scale(2.0), n_objects=7)
    scales = [_scale(2.0), later, _scale(0.5)]
    swept = stopped_sweep(session, "net", _measured(session), scales)
    assert [scale.ratio for scale in swept.scales] == [0.5, 2.0]
    assert swept.scales[1].n_objects == 7
    assert not swept.complete
    assert "Stopped" in swept.notes[0]


def test_stability_is_for_images_without_a_mask_unless_chosen(session, two_disks):
    bare = replace(session, entries=(_entry(two_disks, with_mask=False),))
    assert (has_mask(session), has_mask(bare)) == (True, False)
    assert (wants_stability(session), wants_stability(bare)) == (False, True)
    for wanted in (True, False):
        choices = replace(session.choices, sweep=SweepChoices(stability=wanted))
        assert wants_stability(bare.with_choices(choices)) is wanted


def test_chosen_scales_replace_the_default_ones(session):
    measurement = _measured(session)
    assert len(factors_of(session, measurement)) > 5
    choices = replace(session.choices, sweep=SweepChoices(ratios=(1.0, 3.0)))
    factors = factors_of(session.with_choices(choices), measurement)
    assert [float(factor.ratio) for factor in factors] == [1.0, 3.0]


@pytest.mark.parametrize(
    ("choice", "words"),
    [
        ({"tolerance_percent": 51.0}, "tolerance"),
        ({"ratios": (1.0, 0.0)}, "scale of the sweep"),
    ],
)
def test_choices_out_of_range_are_refused(choice, words):
    with pytest.raises(QuantityError, match=words):
        SweepChoices(**choice)
