"""A Micro-Manager configuration (.cfg): pixel size presets and objective labels.

Lines are Keyword,Value,...: `Label,Device,State,Name` names the positions of a turret;
`ConfigPixelSize,Preset,Device,Property,Value` says when a preset holds, and
`PixelSize_um,Preset,Size` how large a pixel then is on the sample.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rescale4dl_core.errors import CatalogueError
from rescale4dl_core.microscope.preset_conditions import (
    Condition,
    binning_of,
    camera_of,
    objective_turrets,
)
from rescale4dl_core.microscope.uploaded_text import text_of
from rescale4dl_core.quantities import require_positive

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


@dataclass(frozen=True, slots=True)
class PixelPreset:
    """One pixel size that somebody calibrated."""

    name: str
    pixel_um: float
    objective_label: str
    """Of the turret position that the preset holds for; else the preset's name."""

    binning: int
    """That the preset holds for; 1 where it does not say."""

    camera: str = ""
    """As the configuration calls it; empty where the preset does not say."""

    others: tuple[str, ...] = ()
    """What else has to be set for it, such as the position of an optovar."""


@dataclass(frozen=True, slots=True)
class MicroManagerCfg:
    """What a .cfg says about pixel sizes."""

    presets: tuple[PixelPreset, ...]
    objective_labels: tuple[str, ...]
    """All positions of the objective turret, with a pixel size or without."""

    @property
    def cameras(self) -> tuple[str, ...]:
        """Cameras that presets were calibrated with, where they say."""
        return tuple(dict.fromkeys(p.camera for p in self.presets if p.camera))


@dataclass(frozen=True, slots=True)
class _Line:
    number: int
    cells: tuple[str, ...]


def read_cfg(data: bytes | str, *, name: str) -> MicroManagerCfg:
    """Return the pixel size presets and objective labels of a Micro-Manager .cfg.

    Parameters
    ----------
    data : bytes or str
        The whole file.
    name : str
        Of the file, for messages.

    Raises
    ------
    CatalogueError
        If the file is no such configuration, or holds no pixel size.
    """
    lines = [
        _Line(number, tuple(cell.strip() for cell in line.split(",")))
        for number, line in enumerate(text_of(data, name).split("\n"), start=1)
        if line.strip() and not line.lstrip().startswith("#")
    ]
    if not {line.cells[0] for line in lines} & {
        *("Device", "Property", "Label", "PixelSize_um"),
    }:
        raise CatalogueError(
            f"{name} is not a Micro-Manager configuration: no line of it names a device. "
            "Choose the .cfg that Micro-Manager loads when it starts."
        )
    sizes = _sizes(lines, name)
    if not sizes:
        raise CatalogueError(
            f"{name} holds no pixel size: it has no line PixelSize_um with a size "
            "above 0. Calibrate one in Micro-Manager (Devices, Pixel Size Calibration), "
            "save the configuration and open it again, or fill in the table of your "
            "objectives instead."
        )
    labels = _labels(lines)
    conditions = _conditions(lines, labels)
    turrets = objective_turrets({name: conditions.get(name, ()) for name in sizes}, labels)
    presets = tuple(
        _preset(preset, pixel_um, conditions.get(preset, ()), turrets.get(preset, ""))
        for preset, pixel_um in sizes.items()
    )
    known = dict.fromkeys(
        label
        for turret in dict.fromkeys(turrets.values())
        for label in labels.get(turret, {}).values()
    )
    return MicroManagerCfg(presets, tuple(known))


def _preset(
    name: str, pixel_um: float, holds_for: Sequence[Condition], turret: str
) -> PixelPreset:
    camera, binning = camera_of(holds_for), binning_of(holds_for)
    label = next((c.value for c in holds_for if c.device == turret), name)
    others = tuple(c.value for c in holds_for if c.is_other and c.device != turret)
    return PixelPreset(name, pixel_um, label, binning, camera, others)


def _sizes(lines: Sequence[_Line], name: str) -> dict[str, float]:
    sizes = {}
    for line in lines:
        if line.cells[0] != "PixelSize_um":
            continue
        where = f"{name}, line {line.number}"
        if len(line.cells) != 3 or not line.cells[1]:
            raise CatalogueError(
                f"{where} is {','.join(line.cells)[:60]!r}; PixelSize_um, the preset "
                "and its size were expected. Correct the line."
            )
        _, preset, size = line.cells
        pixel_um = _number(size)
        if pixel_um == 0:
            continue  # Micro-Manager writes 0 for a preset that was never calibrated
        if math.isnan(pixel_um):
            raise CatalogueError(
                f"{where} has {size[:40]!r} as the pixel size of preset {preset}, where a "
                "number in µm was expected. Correct the line."
            )
        require_positive(f"The pixel size (µm) of preset {preset} in {where},", pixel_um)
        sizes[preset] = pixel_um
    return sizes


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return math.nan


def _labels(lines: Sequence[_Line]) -> dict[str, dict[str, str]]:
    """Return the names of the positions of each device, by state."""
    found: dict[str, dict[str, str]] = {}
    for line in lines:
        if line.cells[0] == "Label" and len(line.cells) >= 4:
            _, device, state, *label = line.cells
            found.setdefault(device, {})[state] = ",".join(label)
    return found


def _conditions(
    lines: Sequence[_Line], labels: Mapping[str, Mapping[str, str]]
) -> dict[str, list[Condition]]:
    """Return when each preset holds; a state is given by its label where it has one."""
    found: dict[str, list[Condition]] = {}
    for line in lines:
        if line.cells[0] == "ConfigPixelSize" and len(line.cells) >= 5:
            _, preset, device, setting, *rest = line.cells
            value = ",".join(rest)
            if setting == "State" and value in labels.get(device, {}):
                setting, value = "Label", labels[device][value]
            found.setdefault(preset, []).append(Condition(device, setting, value))
    return found
