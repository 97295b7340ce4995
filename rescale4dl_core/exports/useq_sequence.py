"""A plan as an MDASequence of useq-schema, which pymmcore-plus and napari run.

Written by its published schema (https://pymmcore-plus.github.io/useq-schema), without the
package; the tests read it back with the package.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from rescale4dl_core.exports.formulas import derived_of

if TYPE_CHECKING:
    from rescale4dl_core.exports.acquisition_plan import AcquisitionPlan

AXIS_ORDER = "tpgcz"
"""A field is visited once per time point, each channel is taken as one stack."""

MS_PER_S = 1000.0


def useq_json(plan: AcquisitionPlan) -> str:
    """Return the sequence as JSON."""
    return json.dumps(_sequence(plan), indent=1, ensure_ascii=False) + "\n"


def useq_yaml(plan: AcquisitionPlan) -> str:
    """Return the sequence as YAML."""
    import yaml

    text: str = yaml.safe_dump(_sequence(plan), sort_keys=False, allow_unicode=True)
    return text


def _sequence(plan: AcquisitionPlan) -> dict[str, Any]:
    height_um, width_um = plan.field_um
    rows, columns = plan.grid
    sequence: dict[str, Any] = {
        "axis_order": AXIS_ORDER,
        "stage_positions": [
            {"name": well.name, "x": well.x_um, "y": well.y_um} for well in plan.wells
        ],
        "grid_plan": {
            "rows": rows,
            "columns": columns,
            "fov_width": width_um,
            "fov_height": height_um,
            "overlap": [plan.overlap_percent, plan.overlap_percent],
            "mode": "row_wise_snake",
            "relative_to": "center",
        },
        "channels": [
            {"config": channel.name, "exposure": channel.exposure_s * MS_PER_S}
            for channel in plan.channels
        ],
    }
    if plan.n_planes > 1 and plan.z_step_um is not None:
        reach_um = (plan.n_planes - 1) * plan.z_step_um
        sequence["z_plan"] = {"range": reach_um, "step": plan.z_step_um}
    if plan.n_timepoints > 1:
        # An interval shorter than a round is stretched to it: see decision 0046.
        sequence["time_plan"] = {"interval": plan.round_s, "loops": plan.n_timepoints}
    sequence["metadata"] = {
        "rescale4dl": {
            "objective": plan.objective,
            "camera": plan.camera,
            "binning": plan.binning,
            "image_px": list(plan.image_px),
            "middle_of_chip_only": plan.is_cropped,
            **derived_of(plan),
        }
    }
    return sequence
