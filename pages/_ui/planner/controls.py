"""What the planner page asks: filters, light, and what is wanted."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import streamlit as st

from pages._ui.shared.state import keep_choices, seeded
from rescale4dl_core.exports.methods import S_PER_MIN
from rescale4dl_core.microscope.light import Modality
from rescale4dl_core.session.planning import cameras_of, objectives_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rescale4dl_core.session.choices import Choices


BINNINGS = (1, 2, 3, 4, 8)


def ask_diameter(choices: Choices) -> Choices:
    """Ask for the size of the objects where it was not measured in µm; keep the answer."""
    st.info(
        "The pixel size of your sample is not known, so neither is the size of its objects "
        "in µm. Type it in here, or the pixel size on the Sample page."
    )
    diameter_um = st.number_input(
        "Mean diameter of your objects (µm)",
        min_value=0.001,
        max_value=1e6,
        value=None,
        placeholder="a HeLa nucleus: 15",
        key=seeded("diameter_um", choices.plan.diameter_um),
    )
    return _kept(choices, diameter_um=diameter_um)


def ask_filters(choices: Choices) -> Choices:
    """Ask which of the objectives and cameras may be used; keep the answer."""
    plan = choices.plan
    objectives, cameras = objectives_of(choices), cameras_of(choices)
    makers = _several(
        "Makers of objectives",
        "makers",
        sorted({o.manufacturer for o in objectives} - {""}),
        plan.makers,
    )
    immersions = _several(
        "Immersion",
        "immersions",
        sorted({o.immersion for o in objectives} - {""}),
        plan.immersions,
    )
    camera_names = _several(
        "Cameras", "cameras", [camera.label for camera in cameras], plan.camera_names
    )
    binnings = st.pills(
        "Binning",
        BINNINGS,
        selection_mode="multi",
        format_func=lambda b: f"{b}×{b}",
        key=seeded("binnings", [b for b in plan.binnings if b in BINNINGS]),
        help="Binning keeps the field and saves storage; a lower magnification enlarges "
        "the field.",
    )
    relay = st.number_input(
        "Relay lens before the camera",
        min_value=0.1,
        max_value=10.0,
        step=0.1,
        key=seeded("relay", plan.relay),
        help="0.5, 0.63, 1, 1.5: multiplies the magnification.",
    )
    only_in_window = st.checkbox(
        "Show only what suits the network (inside the window)",
        key=seeded("only_in_window", plan.only_in_window),
    )
    return _kept(
        choices,
        makers=makers,
        immersions=immersions,
        camera_names=camera_names,
        binnings=tuple(sorted(binnings)),
        relay=relay,
        only_in_window=only_in_window,
    )


def ask_stand(choices: Choices) -> Choices:
    """Ask for what no table of objectives holds; keep the answer."""
    plan = choices.plan
    assumed_mm = st.number_input(
        "Field number where the table has none (mm)",
        min_value=1.0,
        max_value=100.0,
        step=1.0,
        key=seeded("assumed_field_number", plan.assumed_field_number_mm),
        help="Diameter of the usable field in the intermediate image, as engraved on the "
        "eyepieces: 18 to 26.5 mm. What a larger chip sees beyond is left out.",
    )
    tube_lens_mm = st.number_input(
        "Tube lens of your stand (mm)",
        min_value=1.0,
        max_value=1000.0,
        value=None,
        placeholder="that of the objective's maker",
        key=seeded("tube_lens", plan.tube_lens_mm),
        help="Nikon and Leica 200, Evident 180, Zeiss 165. Only where an objective stands "
        "on the microscope of another maker.",
    )
    compression = st.number_input(
        "Compression (raw ÷ compressed bytes)",
        min_value=1.0,
        max_value=100.0,
        step=0.1,
        key=seeded("compression", plan.compression),
    )
    return _kept(
        choices,
        assumed_field_number_mm=assumed_mm,
        tube_lens_mm=tube_lens_mm,
        compression=compression,
    )


def ask_light(choices: Choices) -> Choices:
    """Ask how the sample is lit; keep the answer."""
    plan = choices.plan
    wanted = st.selectbox(
        "Microscope",
        tuple(Modality),
        format_func=lambda one: one.words[0].upper() + one.words[1:],
        key=seeded("modality", plan.modality),
    )
    modality = wanted or plan.modality
    excitation_nm = plan.excitation_nm
    if modality.is_confocal:
        excitation_nm = st.number_input(
            "Excitation wavelength (nm)",
            min_value=100.0,
            max_value=3000.0,
            step=10.0,
            format="%.0f",
            key=seeded("excitation_nm", plan.excitation_nm),
        )
    dwell_us = plan.dwell_us
    if modality is Modality.POINT_SCANNER:
        dwell_us = st.number_input(
            "Dwell time of a pixel (µs)",
            min_value=0.001,
            max_value=1e6,
            step=0.1,
            key=seeded("dwell_us", plan.dwell_us),
            help="It takes the place of the exposure: an image takes dwell time × pixels.",
        )
        st.caption(
            "A point scanner has no camera. Under “My microscope” enter each scan format "
            "as a row of cameras: its pitch is the side of the scan field in the "
            "intermediate image (µm, at zoom 1) ÷ pixels; the zoom is the relay lens."
        )
    equal_light = st.checkbox(
        "Expose each until its pixels are as bright as the sample's",
        key=seeded("equal_light", plan.equal_light),
        disabled=choices.numerical_aperture is None,
        help="A lens of low aperture collects less and needs longer. Needs the aperture "
        "that the sample was taken with.",
    )
    taken_exposure_s = plan.taken_exposure_s
    if equal_light and modality is not Modality.POINT_SCANNER:
        taken_exposure_s = st.number_input(
            "Exposure of your sample (s)",
            min_value=1e-6,
            max_value=1e5,
            value=None,
            step=0.1,
            placeholder=f"as under “How many, and how”: {choices.timing.exposure_s:g}",
            disabled=choices.numerical_aperture is None,
            key=seeded("taken_exposure_s", plan.taken_exposure_s),
        )
    return _kept(
        choices,
        modality=modality,
        excitation_nm=excitation_nm,
        dwell_us=dwell_us,
        taken_exposure_s=taken_exposure_s,
        equal_light=equal_light,
    )


def ask_planes(choices: Choices) -> Choices:
    """Ask how high the objects are, and who decides on the planes; keep the answer."""
    height_um = st.number_input(
        "Height of your objects along the axis of the microscope (µm)",
        min_value=0.001,
        max_value=1e6,
        value=None,
        placeholder="as high as wide",
        key=seeded("height_um", choices.plan.height_um),
    )
    through = st.checkbox(
        "As many planes as each lens needs through an object",
        key=seeded("planes_through_objects", choices.plan.planes_through_objects),
        help="In place of the number of planes above: a lens of higher aperture focuses on "
        "thinner planes and needs more of them, which costs time, disk and light.",
    )
    return _kept(choices, height_um=height_um, planes_through_objects=through)


def ask_interval(choices: Choices) -> Choices:
    """Ask how long it is from one time point to the next; keep the answer."""
    if choices.timing.n_timepoints == 1:
        return choices
    interval_s = choices.plan.interval_s
    interval_min = st.number_input(
        "From one time point to the next (min)",
        min_value=0.001,
        max_value=1e6,
        value=None,
        placeholder="as fast as it goes",
        key=seeded("interval_min", interval_s and interval_s / S_PER_MIN),
        help="Where a round of all fields takes longer, the next one starts at once.",
    )
    return _kept(choices, interval_s=interval_min and interval_min * S_PER_MIN)


def _several(
    label: str, name: str, found: Sequence[str], chosen: tuple[str, ...]
) -> tuple[str, ...]:
    kept = [one for one in chosen if one in found]
    key = seeded(f"{name}_{len(found)}", kept)
    return tuple(st.multiselect(label, found, placeholder="All", key=key))


def _kept(choices: Choices, **changed: object) -> Choices:
    choices = replace(choices, plan=replace(choices.plan, **changed))  # type: ignore[arg-type]
    keep_choices(choices)
    return choices
