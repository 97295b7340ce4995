"""Colours keep enough contrast on both themes and stay apart for colour-blind eyes."""

import itertools
import tomllib
from pathlib import Path

import numpy as np
import pytest

from rescale4dl_core.charts import style

CONFIG = Path(__file__).parents[2] / ".streamlit" / "config.toml"
THEMES = tomllib.loads(CONFIG.read_text(encoding="utf-8"))["theme"]
COLOURS = {
    name: getattr(style, name) for name in ("BLUE", "VERMILION", "GREEN", "PURPLE", "GREY")
}

TO_LMS = np.array(
    [
        [17.8824, 43.5161, 4.11935],
        [3.45565, 27.1554, 3.86714],
        [0.0299566, 0.184309, 1.46709],
    ]
)
"""Viénot, Brettel and Mollon 1999."""
PROTANOPE = np.array([[0, 2.02344, -2.52581], [0, 1, 0], [0, 0, 1]])
DEUTERANOPE = np.array([[1, 0, 0], [0.494207, 0, 1.24827], [0, 0, 1]])


def _linear(colour: str) -> np.ndarray:
    values = np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)]) / 255
    return np.where(values <= 0.04045, values / 12.92, ((values + 0.055) / 1.055) ** 2.4)


def _luminance(colour: str) -> float:
    return float(_linear(colour) @ [0.2126, 0.7152, 0.0722])


def _contrast(first: str, second: str) -> float:
    """Contrast ratio of the Web Content Accessibility Guidelines 2."""
    low, high = sorted((_luminance(first), _luminance(second)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", [*COLOURS, "OLIVE"])
def test_a_mark_stands_out_from_the_background(scheme, name):
    assert _contrast(getattr(style, name), THEMES[scheme]["backgroundColor"]) >= 3


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_is_easy_to_read(scheme):
    for background in ("backgroundColor", "secondaryBackgroundColor"):
        assert _contrast(THEMES[scheme]["textColor"], THEMES[scheme][background]) >= 7


@pytest.mark.parametrize("eyes", [np.eye(3), PROTANOPE, DEUTERANOPE])
def test_the_colours_of_one_chart_differ_for_all_eyes(eyes):
    seen = np.linalg.inv(TO_LMS) @ eyes @ TO_LMS
    pairs = itertools.combinations((style.MEASURED, style.ADVISED, style.WINDOW), 2)
    for first, second in pairs:
        assert np.linalg.norm(seen @ (_linear(first) - _linear(second))) > 0.1


def test_streamlits_own_charts_take_the_same_colours():
    for scheme in ("light", "dark"):
        assert THEMES[scheme]["chartCategoricalColors"] == list(COLOURS.values())
