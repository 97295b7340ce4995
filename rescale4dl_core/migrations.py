"""Files of earlier versions of the program, brought to the form of the present one.

Up to version 0.1 choices were saved as the words on the screen. The words here are those
of that version and stay as they were, whatever the screen says today.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from rescale4dl_core.documents import with_identifiers

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    Steps = Mapping[int, Callable[[dict[str, Any]], dict[str, Any]]]

_MODALITIES = {
    "widefield fluorescence": "widefield",
    "transmitted light": "transmitted",
    "spinning-disk confocal": "spinning_disk",
    "point-scanning confocal": "point_scanner",
}
_STANDINGS = {
    "good": "good",
    "in the window": "in_window",
    "too blurred": "blurred",
    "outside the window": "outside",
    "not at Nyquist": "coarse",
}
_OF_A_SESSION = {
    "purpose": {
        "counting and finding objects": "counting",
        "measuring size and shape": "size",
        "structure inside the cells": "structure",
    },
    "estimator": {"equivalent circle": "equivalent_circle"},
    "object_source": {
        "mask file": "mask",
        "threshold and watershed": "segmented",
        "diameters drawn by hand": "drawn",
    },
    "threshold": {
        "Otsu": "otsu",
        "Li": "li",
        "local mean": "local_mean",
        "typed in": "typed_in",
    },
    "route": {"another magnification": "magnification"},
    "detector": {"sCMOS": "scmos", "CCD": "ccd"},
    "modality": _MODALITIES,
}
_OF_A_PLAN = {"standing": _STANDINGS}


def _session_of_1(contents: dict[str, Any]) -> dict[str, Any]:
    choices = with_identifiers(contents.get("choices"), _OF_A_SESSION)
    return {**contents, "choices": choices, "schema_version": 2}


def _plan_of_1(content: dict[str, Any]) -> dict[str, Any]:
    content = with_identifiers(content, _OF_A_PLAN)
    plan = content.get("plan")
    if not isinstance(plan, dict):
        return content
    expected = plan.get("expected")
    if isinstance(expected, dict) and isinstance(expected.get("modality"), str):
        rest = {name: v for name, v in expected.items() if name != "dose_relative_to"}
        lighting = _lighting_of_1(expected["modality"])
        rank = _rank_of_1(str(expected.get("dose_relative_to")))
        plan["expected"] = {**rest, **lighting, "dose_reference_rank": rank}
    return content


def _rank_of_1(words: str) -> int | None:
    """Read the rank in "row 3, the first of known aperture"; None: the sample."""
    if words == "first row":
        return 1
    found = re.match(r"row (\d+)", words)
    return int(found[1]) if found else None


def _lighting_of_1(words: str) -> dict[str, Any]:
    """Part "point-scanning confocal, 1 µs per pixel," into the two that it says."""
    modality, _, dwell = words.partition(", ")
    found = re.match(r"([0-9.e+-]+) µs", dwell)
    lighting: dict[str, Any] = {"modality": _MODALITIES.get(modality, modality)}
    return lighting | ({"dwell_us": float(found[1])} if found else {})


SESSION_STEPS: Steps = {1: _session_of_1}
"""From each version of a session's list of contents to the next."""

PLAN_STEPS: Steps = {1: _plan_of_1}
"""From each version of a plan file to the next."""
