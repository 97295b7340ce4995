"""The chosen plan as files for the microscope's software and for a methods section."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import streamlit as st

from pages._ui.downloads import Download, download_row
from pages._ui.messages import plain, show_error
from pages._ui.state import current_session, keep_choices, seeded
from rescale4dl_core.advice.wording import microns, number
from rescale4dl_core.errors import RescaleError
from rescale4dl_core.exports.cautions import plan_cautions
from rescale4dl_core.exports.methods import methods_paragraph
from rescale4dl_core.exports.micro_manager import (
    CAMERA_DEVICE,
    MOST_POSITIONS,
    OBJECTIVE_DEVICE,
    XY_DEVICE,
    pixel_size_presets,
    position_list,
)
from rescale4dl_core.exports.plan_file import plan_json
from rescale4dl_core.exports.useq_sequence import useq_json, useq_yaml
from rescale4dl_core.session.planning import acquisition_plan

if TYPE_CHECKING:
    from rescale4dl_core.exports.plan import AcquisitionPlan
    from rescale4dl_core.microscope.ranking import Option, Ranking
    from rescale4dl_core.session.model import Choices

DEVICES = (
    ("objective_device", "Objective turret", OBJECTIVE_DEVICE),
    ("camera_device", "Camera", CAMERA_DEVICE),
    ("stage_device", "XY stage", XY_DEVICE),
)


def show_plan_exports(option: Option, ranking: Ranking) -> None:
    """Offer a ranked configuration as files: useq, Micro-Manager, JSON, methods."""
    st.subheader("Take it to the microscope", anchor=False)
    with st.expander("Names in your microscope's software, and where the stage is"):
        choices = _ask_names(current_session().choices, ranking.goal.timing.n_channels)
    try:
        plan = acquisition_plan(option, ranking, choices)
    except RescaleError as error:
        show_error(error)
        return
    named = choices.plan
    rows, columns = plan.grid
    fields = "1 field" if rows * columns == 1 else f"{rows} × {columns} fields"
    wells = "" if len(plan.wells) == 1 else f" in each of {len(plan.wells)} wells"
    st.markdown(
        f"{fields}{wells}, {number(plan.overlap_percent)} % overlap, "
        f"{number(plan.field_um[0])} × {number(plan.field_um[1])} µm each."
        f"{_planes(plan)}"
    )
    for caution in plan_cautions(plan):
        st.warning(plain(caution))
    download_row(
        _text("Sequence for useq (YAML)", "plan.useq.yaml", useq_yaml(plan)),
        _text("Sequence for useq (JSON)", "plan.useq.json", useq_json(plan)),
        *_positions(plan, named.stage_device or XY_DEVICE),
        _text(
            "Micro-Manager pixel size",
            "pixel_size.cfg",
            pixel_size_presets(
                [plan],
                objective_device=named.objective_device or OBJECTIVE_DEVICE,
                camera_device=named.camera_device or CAMERA_DEVICE,
            ),
        ),
        _text("Plan with formulas (JSON)", "plan.rescale4dl.json", plan_json(plan)),
    )
    st.caption(
        "useq sequences run in pymmcore-plus and napari-micromanager. Positions are "
        "coordinates of your stage around the centre given above; several wells are those "
        "of a plate with 96, 384 or 1536 wells, from A1. The pixel size lines belong at "
        "the end of your .cfg file."
    )
    st.markdown("For your methods section:")
    st.code(methods_paragraph(plan), language=None, wrap_lines=True)


def _ask_names(choices: Choices, n_channels: int) -> Choices:
    """Ask what channels and devices are called, and where the stage goes; keep it."""
    plan = choices.plan
    known = plan.channel_names
    names = tuple(
        column.text_input(
            f"Channel {index + 1}",
            key=seeded(f"channel_name_{index}", known[index] if index < len(known) else ""),
            placeholder=f"Channel {index + 1}",
        ).strip()
        or f"Channel {index + 1}"
        for index, column in enumerate(st.columns(n_channels))
    )
    changed: dict[str, Any] = {
        name: column.text_input(
            f"{label} (device)",
            key=seeded(name, getattr(plan, name)),
            placeholder=usual,
        ).strip()
        for column, (name, label, usual) in zip(st.columns(3), DEVICES, strict=True)
    }
    changed |= {
        f"centre_{axis}_um": column.number_input(
            f"Centre of the grid, {axis} (µm)",
            min_value=-1e7,
            max_value=1e7,
            format="%.1f",
            key=seeded(f"centre_{axis}", getattr(plan, f"centre_{axis}_um")),
            help="In coordinates of the stage; with several wells, the centre of A1.",
        )
        for column, axis in zip(st.columns(2), ("x", "y"), strict=True)
    }
    plan = replace(plan, channel_names=names + known[n_channels:], **changed)
    choices = replace(choices, plan=plan)
    keep_choices(choices)
    return choices


def _planes(plan: AcquisitionPlan) -> str:
    if plan.n_planes == 1 or plan.z_step_um is None:
        return ""
    reach_um = (plan.n_planes - 1) * plan.z_step_um
    return (
        f" {plan.n_planes} planes {microns(plan.z_step_um)} apart reach through "
        f"{microns(reach_um)}."
    )


def _positions(plan: AcquisitionPlan, stage: str) -> tuple[Download, ...]:
    if plan.n_fields > MOST_POSITIONS:
        return ()
    content = position_list(plan, xy_device=stage)
    return (_text("Micro-Manager positions", "plan.pos", content),)


def _text(label: str, file_name: str, text: str) -> Download:
    return Download(label, file_name, "text/plain", text.encode())
