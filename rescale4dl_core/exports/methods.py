"""A plan as the paragraph that a paper's methods section needs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rescale4dl_core.version import __version__

if TYPE_CHECKING:
    from rescale4dl_core.exports.acquisition_plan import AcquisitionPlan

S_PER_MIN, S_PER_H, S_PER_DAY = 60.0, 3600.0, 86_400.0
LONG_EXPOSURE_S = 10.0
MOST_HOURS = 72
"""Longer times are told in days."""


def methods_paragraph(plan: AcquisitionPlan, why: str = "") -> str:
    """Return what was set on the microscope, as sentences in the past tense.

    Parameters
    ----------
    plan : AcquisitionPlan
        What the microscope is to do.
    why : str
        One sentence on why this pixel size was chosen, put at the end; may be empty.
    """
    aperture = plan.numerical_aperture
    lens = plan.objective if aperture is None else f"{plan.objective}, NA {aperture:g},"
    rows, columns = plan.image_px
    height_um, width_um = plan.field_um
    binned = "without binning"
    if plan.binning > 1:
        binned = f"with {plan.binning} × {plan.binning} binning"
    sentences = [
        f"Images were acquired with the objective {lens} and the camera {plan.camera} "
        f"(pixel pitch {plan.pitch_um:g} µm) {binned}{_lenses(plan)}, at a total "
        f"magnification of {plan.magnification:.4g}×, which gives {plan.pixel_um:.4g} µm "
        f"per pixel on the sample.",
        f"Each field of view had {rows} × {columns} pixels ({height_um:.5g} × "
        f"{width_um:.5g} µm, height × width{_crop(plan)}).",
        _fields(plan),
        _channels(plan),
    ]
    if plan.expected is not None:
        sentences.append(
            f"The sample was imaged by {plan.expected.lighting_in_words} at "
            f"{plan.expected.emission_nm:g} nm."
        )
    if plan.n_planes > 1 and plan.z_step_um is not None:
        sentences.append(
            f"Stacks had {plan.n_planes} planes at a distance of {plan.z_step_um:.4g} µm."
        )
    if plan.n_timepoints > 1:
        sentences.append(
            f"Every {time_in_words(plan.round_s)} all fields were visited, "
            f"{plan.n_timepoints} times in all."
        )
    if why:
        sentences.append(why)
    sentences.append(
        f"The acquisition was planned with ReScale4DL Advisor {__version__} after "
        "Ferreira et al. (2025)."
    )
    return " ".join(sentences)


def _fields(plan: AcquisitionPlan) -> str:
    rows, columns = plan.grid
    wells = len(plan.wells)
    where = "" if wells == 1 else f" in each of {wells} wells"
    if rows * columns == 1:
        return f"One field was taken{where}."
    overlap = "without"
    if plan.overlap_percent > 0:
        overlap = f"with {plan.overlap_percent:g} %"
    return (
        f"A grid of {rows} × {columns} fields (rows × columns) {overlap} overlap was taken"
        f"{where}."
    )


def _lenses(plan: AcquisitionPlan) -> str:
    relay = "" if plan.relay == 1 else f", with a {plan.relay:g}× relay lens"
    tube = plan.tube_lens_mm
    return relay if tube is None else f"{relay}, with a tube lens of {tube:g} mm"


def _crop(plan: AcquisitionPlan) -> str:
    return ", the middle of the chip" if plan.is_cropped else ""


def _channels(plan: AcquisitionPlan) -> str:
    named = [f"{c.name} ({_exposure(c.exposure_s)})" for c in plan.channels]
    many = "Channels" if len(named) > 1 else "Channel"
    return f"{many} (exposure): {', '.join(named)}."


def _exposure(exposure_s: float) -> str:
    if exposure_s < LONG_EXPOSURE_S:
        return f"{exposure_s * 1000:.4g} ms"
    return time_in_words(exposure_s)


def time_in_words(seconds: float) -> str:
    """Return a time as a person says it.

    Examples
    --------
    >>> time_in_words(12.34), time_in_words(900), time_in_words(5400), time_in_words(1e6)
    ('12.3 s', '15 min', '1.5 h', '12 days')
    """
    if seconds < S_PER_MIN:
        return f"{seconds:.3g} s"
    if seconds < S_PER_H:
        return f"{seconds / S_PER_MIN:.3g} min"
    if seconds < MOST_HOURS * S_PER_H:
        return f"{seconds / S_PER_H:.3g} h"
    return f"{seconds / S_PER_DAY:,.0f} days"
