"""What has to be minded before a plan is run."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rescale4dl_core.exports.plan import AcquisitionPlan


def plan_cautions(plan: AcquisitionPlan) -> tuple[str, ...]:
    """Return one sentence for each thing to mind, with what to do."""
    found = []
    if plan.is_cropped and plan.camera_px is not None:
        rows, columns = plan.image_px
        found.append(
            f"Set the camera to its middle {rows} × {columns} pixels (rows × columns, of "
            f"{plan.camera_px[0]} × {plan.camera_px[1]}): the objective fills no more of "
            "the chip, and fields, time and storage are those of this region."
        )
    if plan.leaves_wells:
        found.append(
            "The grid of fields is larger than the distance from well to well: it runs "
            "into the next one. Ask for fewer objects in each well, or use a plate of "
            "larger wells."
        )
    return tuple(found)
