"""The chosen plan as files for the microscope's software and for a methods section."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import streamlit as st

from pages._ui.downloads import Download, download_row
from pages._ui.messages import plain, show_error
from rescale4dl_core.advice.wording import microns, number
from rescale4dl_core.errors import RescaleError
from rescale4dl_core.exports.cautions import plan_cautions
from rescale4dl_core.exports.from_microscope import plan_of
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

if TYPE_CHECKING:
    from rescale4dl_core.exports.plan import AcquisitionPlan
    from rescale4dl_core.microscope.ranking import Option, Ranking


def show_plan_exports(option: Option, ranking: Ranking) -> None:
    """Offer a ranked configuration as files: useq, Micro-Manager, JSON, methods."""
    try:
        plan = plan_of(option, ranking)
    except RescaleError as error:
        show_error(error)
        return
    st.subheader("Take it to the microscope", anchor=False)
    with st.expander("Names in your microscope's software, and where the stage is"):
        plan, devices = _ask_names(plan)
    objective, camera, stage = devices
    rows, columns = plan.grid
    wells = "" if len(plan.wells) == 1 else f" in each of {len(plan.wells)} wells"
    st.markdown(
        f"{rows} × {columns} fields{wells}, {number(plan.overlap_percent)} % overlap, "
        f"{number(plan.field_um[0])} × {number(plan.field_um[1])} µm each."
        f"{_planes(plan)}"
    )
    for caution in plan_cautions(plan):
        st.warning(plain(caution))
    download_row(
        _text("Sequence for useq (YAML)", "plan.useq.yaml", useq_yaml(plan)),
        _text("Sequence for useq (JSON)", "plan.useq.json", useq_json(plan)),
        *_positions(plan, stage),
        _text(
            "Micro-Manager pixel size",
            "pixel_size.cfg",
            pixel_size_presets([plan], objective_device=objective, camera_device=camera),
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


def _ask_names(plan: AcquisitionPlan) -> tuple[AcquisitionPlan, tuple[str, str, str]]:
    """Ask what channels and devices are called, and where the stage is to go."""
    named = []
    for column, channel in zip(st.columns(len(plan.channels)), plan.channels, strict=True):
        name = column.text_input(channel.name, channel.name, key=f"name_{channel.name}")
        named.append(replace(channel, name=name.strip() or channel.name))
    asked = zip(
        st.columns(3),
        ("Objective turret", "Camera", "XY stage"),
        (OBJECTIVE_DEVICE, CAMERA_DEVICE, XY_DEVICE),
        strict=True,
    )
    objective, camera, stage = (
        column.text_input(f"{label} (device)", usual, key=f"device_{label}").strip()
        or usual
        for column, label, usual in asked
    )
    x_um, y_um = (
        column.number_input(
            f"Centre of the grid, {axis} (µm)",
            value=0.0,
            format="%.1f",
            key=f"centre_{axis}",
            help="In coordinates of the stage; with several wells, the centre of A1.",
        )
        for column, axis in zip(st.columns(2), ("x", "y"), strict=True)
    )
    named_plan = replace(plan, channels=tuple(named)).moved_by(x_um, y_um)
    return named_plan, (objective, camera, stage)


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
