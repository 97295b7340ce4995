"""Objectives from the pixel sizes that were calibrated with them in Micro-Manager."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from rescale4dl_core.microscope.objective import Objective
from rescale4dl_core.microscope.objective_label import engraving_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rescale4dl_core.microscope.camera import Camera
    from rescale4dl_core.microscope.micromanager_cfg import MicroManagerCfg, PixelPreset

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
