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
    if isinstance(expected, dict):
        expected = _with_light(_with_reference(expected))
        return {**content, "plan": {**plan, "expected": expected}}
    return content


def _with_reference(expected: dict[str, Any]) -> dict[str, Any]:
    """Read the rank in "row 3, the first of known aperture".

    Words that version 0.1 never wrote stay, to be refused as an entry that is not known.
    """
    words = expected.get("dose_relative_to")
    found = re.fullmatch(r"row (\d{1,9}), the first of known aperture", str(words))
    if words not in ("sample as taken", "first row") and found is None:
        return expected
    rest = {name: value for name, value in expected.items() if name != "dose_relative_to"}
    rank = int(found[1]) if found else 1 if words == "first row" else None
    return {**rest, "dose_reference_rank": rank}


def _with_light(expected: dict[str, Any]) -> dict[str, Any]:
    """Part "point-scanning confocal, 1 µs per pixel," into the two that it says."""
    modality, _, dwell = str(expected.get("modality")).partition(", ")
    if modality not in _MODALITIES:
        return expected
    found = re.fullmatch(r"(\d+(?:\.\d+)?(?:e[+-]\d+)?) µs per pixel,", dwell)
    lighting: dict[str, Any] = {"modality": _MODALITIES[modality]}
    return {**expected, **lighting, **({"dwell_us": float(found[1])} if found else {})}


SESSION_STEPS: Steps = {1: _session_of_1}
"""From each version of a session's list of contents to the next."""

PLAN_STEPS: Steps = {1: _plan_of_1}
"""From each version of a plan file to the next."""
