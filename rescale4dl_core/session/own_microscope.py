"""The user's own microscope: where its tables start, and what files add to them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from rescale4dl_core.microscope.camera import CameraKind
from rescale4dl_core.microscope.catalogue import (
    read_cameras,
    read_objectives,
    shipped_cameras,
    shipped_objectives,
)
from rescale4dl_core.microscope.micromanager_cfg import (
    objectives_of,
    presets_of_other_cameras,
    read_cfg,
)
from rescale4dl_core.microscope.uploaded_text import text_of

if TYPE_CHECKING:
    from rescale4dl_core.microscope.camera import Camera
    from rescale4dl_core.microscope.micromanager_cfg import MicroManagerCfg
    from rescale4dl_core.microscope.objective import Objective
    from rescale4dl_core.session.choices import PlanChoices

USUAL_MAGNIFICATIONS = (4.0, 10.0, 20.0, 40.0, 60.0)
USUAL_CAMERA = (CameraKind.SCMOS, 6.5)
"""Kind and pitch in µm."""


def own_objectives(plan: PlanChoices) -> tuple[Objective, ...]:
    """Return the user's objectives; at first one of each usual magnification to edit."""
    if plan.objectives:
        return plan.objectives
    maker = plan.makers[0] if plan.makers else "Nikon"
    by_magnification: dict[float, Objective] = {}
    for objective in shipped_objectives():
        if objective.manufacturer == maker:
            before = by_magnification.setdefault(objective.magnification, objective)
            if _aperture(objective) > _aperture(before):
                by_magnification[objective.magnification] = objective
    usual = [by_magnification[m] for m in USUAL_MAGNIFICATIONS if m in by_magnification]
    return tuple(usual) or shipped_objectives()[:1]


def own_cameras(plan: PlanChoices) -> tuple[Camera, ...]:
    """Return the user's cameras; at first one of the catalogue to edit."""
    if plan.cameras:
        return plan.cameras
    shipped = shipped_cameras()
    named = tuple(camera for camera in shipped if camera.label in plan.camera_names)
    usual = tuple(c for c in shipped if (c.kind, c.pitch_um) == USUAL_CAMERA)
    return (named or usual or shipped)[:1]


def with_file(plan: PlanChoices, data: bytes, name: str) -> tuple[PlanChoices, str]:
    """Return the choices with the table in a file, and what was found in one sentence.

    A .cfg of Micro-Manager and a CSV table of objectives replace the objectives; a CSV
    table with a column pitch_um replaces the cameras. The pixel sizes of a .cfg hold for
    the first camera of the user's table.

    Raises
    ------
    RescaleError
        If the file is neither, or says what cannot be.
    """
    text = text_of(data, name)
    if name.lower().endswith(".cfg"):
        cfg, camera = read_cfg(text, name=name), own_cameras(plan)[0]
        objectives = objectives_of(cfg, camera)
        found = replace(plan, objectives=objectives, cameras=(camera,))
        return replace(found, own_microscope=True), (
            f"{name}: {_some(len(objectives), 'calibrated pixel size')}, taken to be of "
            f"{camera.label}.{_not_taken(cfg, camera)}"
        )
    if "pitch_um" in text.lstrip().split("\n", 1)[0].lower():
        cameras = read_cameras(text, name=name)
        found = replace(plan, cameras=cameras, own_microscope=True)
        return found, f"{name}: {_some(len(cameras), 'camera')}."
    objectives = read_objectives(text, name=name)
    found = replace(plan, objectives=objectives, own_microscope=True)
    return found, f"{name}: {_some(len(objectives), 'objective')}."


def _not_taken(cfg: MicroManagerCfg, camera: Camera) -> str:
    """Return which pixel sizes are not in the table, or not of this camera."""
    left_out = presets_of_other_cameras(cfg, camera)
    labels = {preset.objective_label for preset in cfg.presets}
    missing = [label for label in cfg.objective_labels if label not in labels]
    said = ""
    if left_out:
        names = (f"{preset.name} ({preset.camera})" for preset in left_out)
        said += f" Left out, being of another camera: {', '.join(names)}."
    elif len(cfg.cameras) > 1:
        said += (
            f" The file has pixel sizes of the cameras {', '.join(cfg.cameras)}; their "
            "names stand behind the objectives. Delete the rows of the others."
        )
    return said + (f" Not calibrated there: {', '.join(missing)}." if missing else "")


def _some(n_found: int, noun: str) -> str:
    return f"{n_found} {noun}{'' if n_found == 1 else 's'}"


def _aperture(objective: Objective) -> float:
    return objective.numerical_aperture or 0.0
