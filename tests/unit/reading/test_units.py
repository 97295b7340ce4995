"""Units of length as programs spell them."""

import pytest

from rescale4dl_core.reading.pixel_size import um_per_unit


@pytest.mark.parametrize(
    ("unit", "um"),
    [
        ("nm", 1e-3),
        ("um", 1),
        ("mm", 1e3),
        ("cm", 1e4),
        ("m", 1e6),
        ("inch", 25_400),
        ("in", 25_400),
        ("inches", 25_400),
        ("micron", 1),
        ("microns", 1),
        ("\N{MICRO SIGN}m", 1),
        ("\N{GREEK SMALL LETTER MU}m", 1),
        ("\\u00B5m", 1),
        ("\\u03bcm", 1),
        ("micrometer", 1),
        ("Micrometre", 1),
        ("micrometres", 1),
        ("nanometer", 1e-3),
        ("millimeters", 1e3),
        ("centimetre", 1e4),
        ("meter", 1e6),
        (" um ", 1),
        ('"um"', 1),
        ("\N{ANGSTROM SIGN}", 1e-4),
    ],
)
def test_every_spelling_of_a_length_is_known(unit, um):
    assert um_per_unit(unit) == pytest.approx(um)


@pytest.mark.parametrize("unit", ["pixel", "px", "", "second", "reference frame", "s"])
def test_what_is_no_length_is_not_taken_for_one(unit):
    assert um_per_unit(unit) is None
