"""A Micro-Manager configuration (.cfg): pixel size presets and objective labels.

Lines are Keyword,Value,...: `Label,Device,State,Name` names the positions of a turret;
`ConfigPixelSize,Preset,Device,Property,Value` says when a preset holds, and
`PixelSize_um,Preset,Size` how large a pixel then is on the sample.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rescale4dl_core.errors import CatalogueError
from rescale4dl_core.microscope.objective import IMMERSION_INDEX, Objective
from rescale4dl_core.microscope.uploaded_text import text_of
from rescale4dl_core.quantities import require_positive

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rescale4dl_core.microscope.camera import Camera

_APERTURE = re.compile(r"(?:/|NA\s?=?\s?)(0?\.\d+|1\.\d+)", re.IGNORECASE)
_OIL = re.compile(r"\boil\b|(?<=\d)oil\b", re.IGNORECASE)
_WATER = re.compile(r"\bwater\b|\bwi\b|\bw\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class PixelPreset:
    """One pixel size that somebody calibrated."""

    name: str
    pixel_um: float
    objective_label: str
    """Of the turret position that the preset holds for; else the preset's name."""

    binning: int
    """That the preset holds for; 1 where it does not say."""


@dataclass(frozen=True, slots=True)
class MicroManagerCfg:
    """What a .cfg says about pixel sizes."""

    presets: tuple[PixelPreset, ...]
    objective_labels: tuple[str, ...]
    """All positions of the objective turret, with a pixel size or without."""


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
        [cell.strip() for cell in line.split(",")]
        for line in text_of(data, name).splitlines()
        if line.strip() and not line.lstrip().startswith("#")
    ]
    keywords = {cells[0] for cells in lines}
    if not keywords & {"Device", "Property", "Label", "PixelSize_um"}:
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
    conditions = _conditions(lines)
    presets = []
    for preset, pixel_um in sizes.items():
        holds_for = conditions.get(preset, [])
        labels = [value for _, property_, value in holds_for if property_ == "Label"]
        presets.append(
            PixelPreset(
                preset, pixel_um, labels[0] if labels else preset, _binning(holds_for)
            )
        )
    return MicroManagerCfg(tuple(presets), _turret_labels(lines, conditions))


def objectives_of(cfg: MicroManagerCfg, camera: Camera) -> tuple[Objective, ...]:
    """Return one objective per calibrated turret position, as seen by `camera`.

    The magnification is the calibrated one, pitch x binning / pixel size, with all lenses
    between sample and chip; aperture and immersion are read from the label where it has
    them, and unknown elsewhere.
    """
    by_label: dict[str, Objective] = {}
    for preset in sorted(cfg.presets, key=lambda preset: preset.binning):
        if preset.objective_label in by_label:
            continue
        by_label[preset.objective_label] = _objective(preset, camera)
    return tuple(by_label.values())


def _objective(preset: PixelPreset, camera: Camera) -> Objective:
    label = preset.objective_label
    found = _APERTURE.search(label)
    aperture = float(found[1]) if found else None
    immersion = "oil" if _OIL.search(label) else "water" if _WATER.search(label) else ""
    index = IMMERSION_INDEX.get(immersion, 1.0)
    if aperture is not None and aperture > index:
        aperture = None
    return Objective(
        name=label,
        magnification=camera.pitch_um * preset.binning / preset.pixel_um,
        numerical_aperture=aperture,
        immersion=immersion,
        immersion_index=index,
        source=f"Micro-Manager preset {preset.name}: {preset.pixel_um:g} µm per pixel",
    )


def _sizes(lines: Sequence[list[str]], name: str) -> dict[str, float]:
    sizes = {}
    for cells in lines:
        if cells[0] != "PixelSize_um":
            continue
        if len(cells) != 3:
            raise CatalogueError(
                f"{name} has the line {','.join(cells)[:60]!r}; PixelSize_um, the preset "
                "and its size were expected. Correct the line."
            )
        try:
            pixel_um = float(cells[2])
        except ValueError:
            pixel_um = math.nan
        if pixel_um == 0:
            continue  # Micro-Manager writes 0 for a preset that was never calibrated
        require_positive(f"The pixel size (µm) of preset {cells[1]} in {name}", pixel_um)
        sizes[cells[1]] = pixel_um
    return sizes


def _conditions(lines: Sequence[list[str]]) -> dict[str, list[tuple[str, str, str]]]:
    found: dict[str, list[tuple[str, str, str]]] = {}
    for cells in lines:
        if cells[0] == "ConfigPixelSize" and len(cells) >= 5:
            condition = (cells[2], cells[3], ",".join(cells[4:]))
            found.setdefault(cells[1], []).append(condition)
    return found


def _binning(conditions: Sequence[tuple[str, str, str]]) -> int:
    for _, property_, value in conditions:
        found = re.match(r"(\d+)", value) if property_ == "Binning" else None
        if found and int(found[1]):
            return int(found[1])
    return 1


def _turret_labels(
    lines: Sequence[list[str]], conditions: dict[str, list[tuple[str, str, str]]]
) -> tuple[str, ...]:
    turrets = {
        device
        for holds_for in conditions.values()
        for device, property_, _ in holds_for
        if property_ == "Label"
    }
    return tuple(
        ",".join(cells[3:])
        for cells in lines
        if cells[0] == "Label" and len(cells) >= 4 and cells[1] in turrets
    )
