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
from rescale4dl_core.microscope.objective import Objective, engraving_of
from rescale4dl_core.microscope.uploaded_text import text_of
from rescale4dl_core.quantities import require_positive

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from rescale4dl_core.microscope.camera import Camera


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
            # Commas separate cells, and labels may hold them.
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


_SAME = 0.01
"""Calibrations with and without binning that differ by less are of the same lenses."""

_SHORTEST_NAME = 4
"""Shorter ones, such as Cam, are part of many other names."""


def objectives_of(cfg: MicroManagerCfg, camera: Camera) -> tuple[Objective, ...]:
    """Return one objective per calibrated set of lenses, as seen by `camera`.

    The magnification is the calibrated one, pitch x binning / pixel size, with all lenses
    between sample and chip; aperture and immersion are read from the label where it has
    them, and unknown elsewhere. An objective that was calibrated with several optovars,
    or with several cameras none of which is `camera`, comes once for each, its name saying
    with which.
    """
    left_out = presets_of_other_cameras(cfg, camera)
    kept: list[PixelPreset] = []
    # Of calibrations that differ by their binning only, the least binned is kept.
    for preset in sorted(cfg.presets, key=lambda preset: preset.binning):
        if preset not in left_out and not _is_one_of(preset, kept):
            kept.append(preset)
    names = _names(kept)
    return tuple(
        _objective(preset, camera, name) for preset, name in zip(kept, names, strict=True)
    )


def presets_of_other_cameras(
    cfg: MicroManagerCfg, camera: Camera
) -> tuple[PixelPreset, ...]:
    """Return the presets that are not of `camera`, where the .cfg names it among others."""
    own = [name for name in cfg.cameras if _is_called(camera, name)]
    if not own:
        return ()
    return tuple(preset for preset in cfg.presets if preset.camera not in (*own, ""))


def _is_called(camera: Camera, name: str) -> bool:
    called, label = name.casefold(), camera.label.casefold()
    own = camera.name.casefold()
    holds_it = len(called) >= _SHORTEST_NAME and called in label
    return called == own or holds_it or (len(own) >= _SHORTEST_NAME and own in called)


def _is_one_of(preset: PixelPreset, kept: Sequence[PixelPreset]) -> bool:
    """Whether a preset differs from one before by its binning only."""
    return any(
        (preset.objective_label, preset.camera, preset.others)
        == (other.objective_label, other.camera, other.others)
        and preset.binning != other.binning
        and math.isclose(
            preset.binning / preset.pixel_um,
            other.binning / other.pixel_um,
            rel_tol=_SAME,
        )
        for other in kept
    )


def _names(presets: Sequence[PixelPreset]) -> list[str]:
    """Return a name for each preset: its objective, and what tells it from the others."""
    names = [_with(p.objective_label, _told(p, presets)) for p in presets]
    return [
        name if names.count(name) == 1 else _with(preset.objective_label, preset.name)
        for name, preset in zip(names, presets, strict=True)
    ]


def _told(preset: PixelPreset, presets: Sequence[PixelPreset]) -> str:
    """Return what not all presets of the same objective need: an optovar, a camera."""
    alike = [p for p in presets if p.objective_label == preset.objective_label]
    shared = set.intersection(*({*p.others, p.camera} for p in alike))
    needed = (value for value in (*preset.others, preset.camera) if value)
    return ", ".join(value for value in needed if value not in shared)


def _with(name: str, told: str) -> str:
    return f"{name} ({told})" if told else name


def _objective(preset: PixelPreset, camera: Camera, name: str) -> Objective:
    engraving = engraving_of(preset.objective_label)
    source = f"Micro-Manager preset {preset.name}: {preset.pixel_um:g} µm per pixel"
    if engraving.is_assumed:
        source += f"; {engraving.immersion} assumed, the label names no medium"
    return Objective(
        name=name,
        magnification=camera.pitch_um * preset.binning / preset.pixel_um,
        numerical_aperture=engraving.numerical_aperture,
        immersion=engraving.immersion,
        immersion_index=engraving.immersion_index,
        source=source,
    )
