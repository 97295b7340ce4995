"""When a pixel size preset of Micro-Manager holds: which lens, which camera, binned how."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rescale4dl_core.microscope.objective_label import engraving_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_CALLED_OBJECTIVE = re.compile(r"objective|nosepiece|lens", re.IGNORECASE)
_MAGNIFICATION = re.compile(r"(\d+(?:\.\d+)?)\s?[x×]", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Condition:
    """One setting that has to have a value."""

    device: str
    setting: str
    """Its name in Micro-Manager: Label, State, Binning, Camera."""

    value: str

    @property
    def is_camera(self) -> bool:
        """Whether it says which camera is used."""
        return (self.device, self.setting) == ("Core", "Camera")

    @property
    def is_other(self) -> bool:
        """Whether it is about neither the camera nor its binning."""
        return not self.is_camera and self.setting != "Binning"


def camera_of(holds_for: Sequence[Condition]) -> str:
    """Return the camera that a preset was calibrated with; empty where it is not said."""
    return next((c.value for c in holds_for if c.is_camera), "")


def binning_of(holds_for: Sequence[Condition]) -> int:
    """Return the binning that a preset holds for; 1 where it is not said."""
    for condition in holds_for:
        found = re.match(r"\d+", condition.value)
        if condition.setting == "Binning" and found and int(found[0]):
            return int(found[0])
    return 1


def objective_turrets(
    conditions: Mapping[str, Sequence[Condition]], labels: Mapping[str, Mapping[str, str]]
) -> dict[str, str]:
    """Return the device that holds the objectives, for each preset that names one.

    Parameters
    ----------
    conditions : mapping of str to sequence of Condition
        Of each preset.
    labels : mapping of str to mapping of str to str
        Names of the positions of each device, by state.

    Returns
    -------
    dict of str to str
        Of all devices that a preset asks for a label of, the one that is called so; else
        the one with apertures in its labels; else the one that differs most between
        presets; else the one of the largest magnifications.
    """
    used: dict[str, list[str]] = {}
    for holds_for in conditions.values():
        for condition in holds_for:
            if condition.setting == "Label":
                used.setdefault(condition.device, []).append(condition.value)

    def likeness(device: str) -> tuple[bool, bool, int, float]:
        texts = {*used[device], *labels.get(device, {}).values()}
        times = (float(n) for text in texts for n in _MAGNIFICATION.findall(text))
        return (
            _CALLED_OBJECTIVE.search(device) is not None,
            any(engraving_of(text).numerical_aperture is not None for text in texts),
            len(set(used[device])),
            max(times, default=0.0),
        )

    ranked = sorted(used, key=likeness, reverse=True)
    found: dict[str, str] = {}
    for preset, holds_for in conditions.items():
        named = {c.device for c in holds_for if c.setting == "Label"}
        for device in (one for one in ranked if one in named):
            found.setdefault(preset, device)
    return found
