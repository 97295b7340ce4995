"""Which configurations a sample image is sharp enough for."""

from dataclasses import replace

import pytest

from rescale4dl_core.demo.sample import demo_sample
from rescale4dl_core.errors import QuantityError
from rescale4dl_core.images import KnownPixelSize
from rescale4dl_core.microscope.camera import Camera
from rescale4dl_core.microscope.configuration import Configuration, Stand
from rescale4dl_core.microscope.goal import Goal, Taken
from rescale4dl_core.microscope.light import Light, Modality
from rescale4dl_core.microscope.objective import Objective
from rescale4dl_core.microscope.ranking import rank
from rescale4dl_core.quantities import PixelSize
from rescale4dl_core.session.choices import Choices, LookChoices, PlanChoices
from rescale4dl_core.session.looking import (
    can_be_simulated,
    look_through,
    planned_exposure_ratio,
    taken_with,
)

CAMERA = Camera("s", 6.5, 2048, 2048)


@pytest.mark.parametrize(
    ("magnification", "aperture", "taken_aperture", "expected"),
    [
        (20, 0.75, 0.9, True),
        (20, 0.95, 0.9, False),  # sharper than the sample
        (40, 0.75, 0.9, False),  # 0.1625 µm, and the demo's pixels are 0.2 µm
        (20, None, 0.9, False),  # unknown blur
        (20, 0.95, None, True),  # the sample is taken to be as sharp as its pixels
    ],
)
def test_a_sample_stands_for_coarser_and_blurrier_views(
    magnification, aperture, taken_aperture, expected
):
    configuration = Configuration(Objective("o", magnification, aperture), CAMERA)
    choices = Choices(numerical_aperture=taken_aperture)
    assert can_be_simulated(demo_sample().image, configuration, choices) is expected


def test_the_light_follows_aperture_area_and_exposure():
    """NA^4 for the area of the sample, 16 times the area, three times the exposure."""
    image = demo_sample().image
    configuration = Configuration(Objective("o", 8.125, 0.45), CAMERA)  # 0.8 µm
    choices = Choices(numerical_aperture=0.9, look=LookChoices(1000, 3.0))
    seen = look_through(image, configuration, choices)
    same_lens = Configuration(Objective("o", 8.125, 0.9), CAMERA)
    reference = look_through(image, same_lens, replace(choices, look=LookChoices(1000)))
    assert seen.factor.ratio == 4
    assert seen.brightest_e == pytest.approx(3 / 16 * reference.brightest_e, rel=0.1)


def test_pixels_that_are_not_square_are_not_simulated():
    image = demo_sample().image.with_pixel_size(
        KnownPixelSize(PixelSize(0.1, 0.3), "typed in")
    )
    configuration = Configuration(Objective("o", 5, 0.2), CAMERA)
    assert not can_be_simulated(image, configuration, Choices())
    with pytest.raises(QuantityError, match=r"0\.1 µm high and 0\.3 µm wide"):
        look_through(image, configuration, Choices())


def test_what_the_user_said_of_the_sample_is_used():
    look = LookChoices(offset_counts=104.0)
    plan = PlanChoices(modality=Modality.TRANSMITTED)
    taken = taken_with(Choices(numerical_aperture=0.9, look=look, plan=plan))
    assert taken.dark_counts == 104
    assert taken.is_transmitted
    assert taken.psf_sigma_um == pytest.approx(0.21 * 0.52 / 0.9)
    assert not taken_with(Choices()).is_transmitted


def test_a_confocal_sample_and_view_have_a_confocal_blur():
    plan = PlanChoices(modality=Modality.POINT_SCANNER, excitation_nm=488)
    taken = taken_with(Choices(numerical_aperture=0.9, plan=plan))
    assert taken.psf_sigma_um == pytest.approx(0.205 * 0.488 / 0.9)


def test_the_exposure_starts_as_planned_and_can_be_typed_over():
    """For as much light in each pixel, a 10x/0.3 needs (0.9/0.3)^4 (0.2/0.65)^2."""
    goal = Goal(10.0, taken=Taken(0.2, 0.9), equal_light=True)
    ranking = rank(Stand((Objective("o", 10, 0.3),), (CAMERA,), (1,)), goal)
    option, choices = ranking.best, Choices(numerical_aperture=0.9)
    ratio = planned_exposure_ratio(option, ranking)
    assert ratio == pytest.approx(81 * (0.2 / 0.65) ** 2)
    assert ratio == pytest.approx(option.exposure_s / goal.timing.exposure_s)
    alike = rank(ranking.stand, replace(goal, equal_light=False))
    assert planned_exposure_ratio(alike.best, alike) == 1
    image = demo_sample().image
    planned, typed = (
        look_through(
            image,
            option.configuration,
            replace(choices, look=LookChoices(exposure_ratio=typed)),
            planned_ratio=ratio,
        )
        for typed in (None, 2 * ratio)
    )
    assert typed.brightest_e == pytest.approx(2 * planned.brightest_e)


def test_a_scanner_dwells_as_much_longer_as_its_spot_is_dimmer():
    """However many pixels it scans: (0.9/0.3)^4, and the light of each pixel is equal."""
    light = Light(Modality.POINT_SCANNER)
    goal = Goal(10.0, light=light, taken=Taken(0.2, 0.9), equal_light=True)
    ranking = rank(Stand((Objective("o", 10, 0.3),), (CAMERA,), (1,)), goal)
    assert planned_exposure_ratio(ranking.best, ranking) == pytest.approx(81)


@pytest.mark.parametrize("values", [{"brightest_e": 0}, {"exposure_ratio": 0.0}])
def test_choices_that_mean_nothing_are_refused(values):
    with pytest.raises(QuantityError, match="must lie between"):
        LookChoices(**values)
