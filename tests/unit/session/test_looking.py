"""Which configurations a sample image is sharp enough for."""

from dataclasses import replace

import pytest

from rescale4dl_core.demo.sample import demo_sample
from rescale4dl_core.errors import QuantityError
from rescale4dl_core.microscope.camera import Camera
from rescale4dl_core.microscope.configuration import Configuration
from rescale4dl_core.microscope.objective import Objective
from rescale4dl_core.session.look_choices import LookChoices
from rescale4dl_core.session.looking import can_be_simulated, look_through
from rescale4dl_core.session.model import Choices

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


@pytest.mark.parametrize("values", [{"brightest_e": 0}, {"exposure_ratio": 0.0}])
def test_choices_that_mean_nothing_are_refused(values):
    with pytest.raises(QuantityError, match="must lie between"):
        LookChoices(**values)
