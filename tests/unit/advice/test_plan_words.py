"""Two configurations compared in words."""

import pytest

from rescale4dl_core.advice.configuration_words import (
    comparison,
    sampling_sentence,
    short_name,
    stack_sentences,
)
from rescale4dl_core.microscope.camera import Camera, CameraKind
from rescale4dl_core.microscope.configuration import Configuration, Stand
from rescale4dl_core.microscope.goal import Goal
from rescale4dl_core.microscope.objective import Objective
from rescale4dl_core.microscope.ranking import rank
from rescale4dl_core.microscope.score_curve import ScoreCurve
from rescale4dl_core.microscope.stack import stack_of
from rescale4dl_core.window import Window

SCMOS = Camera("sCMOS", 6.5, 2048, 2048, read_noise_e=1.5)
CCD = Camera("CCD", 6.5, 2048, 2048, CameraKind.CCD, read_noise_e=6)
DRY = Objective("Plan Apo", 20, 0.75)
OIL = Objective("Plan Apo", 60, 1.4, "oil", 1.515)
CURVE = ScoreCurve((0.5, 10), (0.90, 0.87), (0.8, 0.8), (1, 1), "made up")


def pair(first, second, curve=None, diameter_um=10.0):
    """Return the options of two configurations of one stand."""
    stand = Stand(
        tuple(dict.fromkeys((first.objective, second.objective))),
        tuple(dict.fromkeys((first.camera, second.camera))),
        (1, 2, 4),
    )
    ranking = rank(stand, Goal(diameter_um, curve=curve))
    return ranking.find(first), ranking.find(second)


def test_the_sentence_that_a_user_decides_by():
    chosen, other = pair(Configuration(DRY, SCMOS, 2), Configuration(OIL, SCMOS), CURVE)
    said, *details = comparison(chosen, other)
    assert said == (
        "20x/0.75 with 2x2 binning instead of 60x/1.4: 9x the area per field, 1/36 of the "
        "disk for the same area, 0.02 less IoU expected."
    )
    assert details[0] == "9x the objects per hour."
    # NA^4 pixel^2: (0.75/1.4)^4 x 36 = 2.96; 1 / (NA^2 pixel^2): 3.48 / 36 = 1/10.3
    assert details[1] == (
        "2.97x the light per pixel at the same lamp and exposure; 1/10.3 of the dose for "
        "equally bright pixels."
    )
    assert "Binning keeps the field; a lower magnification enlarges it." in details
    assert any("3 electrons of read noise instead of 1.5" in line for line in details)


def test_binning_alone_gains_no_objects():
    said, *details = comparison(
        *pair(Configuration(DRY, SCMOS, 2), Configuration(DRY, SCMOS))
    )
    assert said == (
        "20x/0.75 with 2x2 binning instead of 20x/0.75: 1/4 of the disk for the same area."
    )
    assert details[0] == "As many objects per hour."


def test_a_ccd_adds_before_it_reads():
    _, *details = comparison(*pair(Configuration(DRY, CCD, 2), Configuration(DRY, CCD)))
    assert any("one read noise for the sum" in line for line in details)


def test_another_camera_is_named_and_unknown_noise_is_not_invented():
    unknown = Camera("other", 3.45, 2048, 2048)
    said, *details = comparison(
        *pair(Configuration(DRY, unknown, 4), Configuration(DRY, SCMOS))
    )
    assert "other instead of sCMOS" in said
    assert any("their read noises add up" in line for line in details)
    assert not any("electrons" in line for line in details)


def test_another_camera_alone_needs_no_other_words():
    larger = Camera("large", 6.5, 4096, 4096)
    said, *_ = comparison(*pair(Configuration(DRY, larger), Configuration(DRY, SCMOS)))
    assert said == "large instead of sCMOS: 4x the area per field."


def test_the_same_configuration_twice_changes_nothing():
    said, *details = comparison(*pair(Configuration(DRY, SCMOS), Configuration(DRY, SCMOS)))
    assert said.endswith(": the same area per field and the same disk.")
    assert details == ["As many objects per hour.", "The same light per pixel."]


def test_a_lens_without_an_aperture_says_nothing_about_light():
    bare = Objective("old", 20)
    _, *details = comparison(*pair(Configuration(bare, SCMOS), Configuration(DRY, SCMOS)))
    assert not any("light per pixel" in line for line in details)


def test_a_short_name_says_relay_and_binning():
    assert short_name(Configuration(DRY, SCMOS, 4, relay=0.63)) == (
        "20x/0.75 with a 0.63x relay with 4x4 binning"
    )


@pytest.mark.parametrize(
    ("configuration", "words"),
    [
        (Configuration(DRY, SCMOS, 2), "Under-sampled 3.75x on purpose"),
        (Configuration(DRY, SCMOS), "Under-sampled 1.88x on purpose"),
        (Configuration(OIL, SCMOS), "Under-sampled 1.17x on purpose"),
        (Configuration(Objective("w", 40, 0.8), SCMOS), "at about Nyquist"),
        (Configuration(Objective("w", 60, 0.6), SCMOS), "2x finer than Nyquist"),
        (Configuration(Objective("?", 60), SCMOS), "aperture is not known"),
    ],
)
def test_sampling_is_information(configuration, words):
    option, _ = pair(configuration, configuration)
    assert words in sampling_sentence(option)


def test_a_stack_is_explained_with_the_rule_of_three():
    weak = stack_of(Configuration(Objective("4x", 4, 0.2), SCMOS), Goal(15.0))
    planes, rule = stack_sentences(weak, 15.0)
    assert planes.startswith("4 planes, 6.43 µm apart, through objects 15 µm high")
    assert "more than 3: nnU-Net treats such a stack as anisotropic" in rule
    fine = stack_of(Configuration(Objective("?", 20), SCMOS, 2), Goal(15.0))
    planes, rule = stack_sentences(fine, 15.0)
    assert "axial Nyquist distance of the objective is not known" in planes
    assert "within 2: a 3D network such as nnU-Net treats it as a full volume" in rule
    between = stack_of(
        Configuration(Objective("?", 40), SCMOS, 2),
        Goal(10.0, window=Window(4, 16, "typed in")),
    )
    _, rule = stack_sentences(between, 10.0)  # 0.8 um over 0.325 um
    assert "2.46 pixels" in rule
    assert "within 3, so nnU-Net resamples the stack as one volume; from 2 on" in rule
    flat = stack_of(Configuration(Objective("?", 4), SCMOS), Goal(10.0, height_um=5.0))
    _, rule = stack_sentences(flat, 5.0)  # 0.4 um over 1.625 um
    assert "planes lie closer together than pixels" in rule
    assert "more than 3" not in rule


def test_a_configuration_that_finds_nothing_can_be_compared():
    curve = ScoreCurve(
        *((1, 4, 6, 20), (0.5, 0.9, 0, 0), (0.4, 0.8, 0, 0), (0.6, 1, 0, 0), "made up"),
        recall=(0.5, 0.9, 0, 0),
    )
    stand = Stand((Objective("20x", 20, 0.75),), (SCMOS,), (1, 2))
    first, second = rank(stand, Goal(10.0, curve=curve)).top(2)
    assert second.objects_per_s == 0  # 6.5 % of a diameter, where the curve says none
    assert "With 20x/0.75 with 2x2 binning no object is expected" in " ".join(
        comparison(first, second)
    )
