"""A plan for Micro-Manager: pixel-size presets and the list of stage positions."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from rescale4dl_core.errors import OutputError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rescale4dl_core.exports.acquisition_plan import AcquisitionPlan, Tile


OBJECTIVE_DEVICE = "Objective"
CAMERA_DEVICE = "Camera"
XY_DEVICE = "XYStage"
"""Names that devices have in most configuration files; yours may differ."""

MOST_POSITIONS = 20_000
"""A list of these is 20 MB; a sequence for useq describes any grid in a few lines."""

_REFUSED_IN_PRESETS = str.maketrans(dict.fromkeys("!'*,/\\`", "-"))
"""Micro-Manager does not load a preset whose name holds one of these."""


def pixel_size_presets(
    plans: Sequence[AcquisitionPlan],
    *,
    objective_device: str = OBJECTIVE_DEVICE,
    camera_device: str = CAMERA_DEVICE,
) -> str:
    """Return lines for the end of a Micro-Manager .cfg file, one preset per plan.

    A preset holds where the objective and the binning are as it says; the objective's
    label must be the one in the file. Commas separate fields there, so those in labels
    become blanks; preset names get hyphens for what Micro-Manager refuses in them.
    """
    lines = ["# PixelSize settings"]
    for plan in plans:
        label = _field(plan.objective)
        preset = f"{label} {plan.binning}x{plan.binning}".translate(_REFUSED_IN_PRESETS)
        lines += [
            f"# Resolution preset: {preset}",
            f"ConfigPixelSize,{preset},{_field(objective_device)},Label,{label}",
            f"ConfigPixelSize,{preset},{_field(camera_device)},Binning,{plan.binning}",
            f"PixelSize_um,{preset},{plan.pixel_um!r}",
        ]
    return "\n".join(lines) + "\n"


def position_list(plan: AcquisitionPlan, *, xy_device: str = XY_DEVICE) -> str:
    """Return every field of `plan` as a Micro-Manager 2.0 position list (.pos).

    The property map that the position dialog saves and loads: each value with its type.

    Raises
    ------
    OutputError
        If there are more than `MOST_POSITIONS`.
    """
    if plan.n_fields > MOST_POSITIONS:
        raise OutputError(
            f"The plan has {plan.n_fields:,} fields of view; lists of up to "
            f"{MOST_POSITIONS:,} positions are written for Micro-Manager. Take the useq "
            "sequence, which describes the grid, or ask for fewer objects or wells."
        )
    content = {
        "encoding": "UTF-8",
        "format": "Micro-Manager Property Map",
        "major_version": 2,
        "minor_version": 0,
        "map": {
            "StagePositions": {
                "type": "PROPERTY_MAP",
                "array": [_position(tile, xy_device) for tile in plan.tiles],
            }
        },
    }
    return json.dumps(content, indent=2, ensure_ascii=False) + "\n"


def _position(tile: Tile, xy_device: str) -> dict[str, Any]:
    device = {
        "Device": _scalar("STRING", xy_device),
        "Position_um": {"type": "DOUBLE", "array": [tile.x_um, tile.y_um]},
    }
    label = f"{tile.well}-Pos{tile.row:03d}_{tile.column:03d}"
    return {
        "DefaultXYStage": _scalar("STRING", xy_device),
        # No focus: the list leaves z where it is (see decision 0046).
        "DefaultZStage": _scalar("STRING", ""),
        "DevicePositions": {"type": "PROPERTY_MAP", "array": [device]},
        "GridCol": _scalar("INTEGER", tile.column),
        "GridRow": _scalar("INTEGER", tile.row),
        "Label": _scalar("STRING", label),
        "Properties": _scalar("PROPERTY_MAP", {}),
    }


def _scalar(kind: str, value: object) -> dict[str, object]:
    return {"type": kind, "scalar": value}


def _field(text: str) -> str:
    """Return `text` as one field of a line: no comma, no line break."""
    return " ".join(text.replace(",", " ").split())
