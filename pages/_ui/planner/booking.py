"""Which configuration is booked, and which one it is compared with."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import streamlit as st

from pages._ui.shared.downloads import Download, download_row
from pages._ui.shared.messages import plain, show_error
from pages._ui.shared.state import (
    CHOICE_PREFIX,
    current_session,
    keep_choices,
    seeded,
    set_widget,
)
from rescale4dl_core.errors import RescaleError
from rescale4dl_core.exports.acquisition_plan import plan_cautions
from rescale4dl_core.exports.methods import methods_paragraph
from rescale4dl_core.exports.micro_manager_files import (
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
from rescale4dl_core.wording import microns, number

if TYPE_CHECKING:
    from rescale4dl_core.exports.acquisition_plan import AcquisitionPlan
    from rescale4dl_core.microscope.ranking import Option, Ranking
    from rescale4dl_core.session.choices import Choices


FIRST = "The first of the table"


def ask_chosen(options: tuple[Option, ...], ranking: Ranking, choices: Choices) -> Option:
    """Ask which configuration to book; keep the answer, and return it."""
    by_label = {option.configuration.label: option for option in options}
    chosen = choices.plan.chosen
    marked = None if chosen is None else ranking.find(chosen)
    if marked is not None:
        by_label.setdefault(marked.configuration.label, marked)
    wanted = FIRST if chosen is None or chosen.label not in by_label else chosen.label
    label = _select("Configuration to book", "chosen", (FIRST, *by_label), wanted)
    option = by_label.get(label, options[0])
    booked = None if label == FIRST else option.configuration
    keep_choices(replace(choices, plan=replace(choices.plan, chosen=booked)))
    return option


def ask_other(options: tuple[Option, ...], chosen: Option, ranking: Ranking) -> Option:
    """Ask what the chosen configuration is compared with.

    At first what the sample was taken with, as near as the same camera comes to it.
    """
    same_camera = ranking.with_camera(chosen.configuration.camera)
    by_label = {
        option.configuration.label: option
        for option in (*options, *same_camera)
        if option.configuration != chosen.configuration
    }
    if not by_label:
        return chosen
    as_taken = ranking.as_taken(same_camera).configuration.label
    wanted = as_taken if as_taken in by_label else next(iter(by_label))
    return by_label[_select("Instead of", "other", tuple(by_label), wanted)]


def _select(label: str, name: str, found: tuple[str, ...], wanted: str) -> str:
    """Show a list that starts at `wanted`.

    Again where what it showed is no longer in it, or was what it started at before.
    """
    usual = f"{CHOICE_PREFIX}{name}_usual"
    shown = st.session_state.get(f"{CHOICE_PREFIX}{name}", wanted)
    if shown not in found or shown == st.session_state.get(usual):
        set_widget(name, wanted)
    st.session_state[usual] = wanted
    return st.selectbox(label, found, key=seeded(name, wanted))


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
