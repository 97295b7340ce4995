"""The answer for structure inside the cells: Nyquist decides, object size does not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rescale4dl_core.advice.coverage_rule import Verdict, verdict_of
from rescale4dl_core.advice.reasons import MEASURED, OPTICS, Caution, Certainty, Reason
from rescale4dl_core.wording import microns, number, times

if TYPE_CHECKING:
    from rescale4dl_core.measuring.measurement import Measurement
    from rescale4dl_core.planning.sampling import Optics


def nyquist_headline(
    measurement: Measurement, optics: Optics | None, ratio: float | None
) -> str:
    """Return the answer in one sentence."""
    if optics is None:
        return (
            "Type in the numerical aperture of your objective: for structure inside the "
            "cells it decides the pixel size, and the size of the cells does not."
        )
    target = f"{microns(optics.nyquist_um)} per pixel"
    size = measurement.pixel_size
    if ratio is None or size is None:
        return (
            f"Acquire at {target}, Nyquist for your objective; type in the pixel size of "
            "this sample to compare."
        )
    if verdict_of(ratio) is Verdict.KEEP:
        return (
            f"Keep what you have, {microns(size.mean_um)} per pixel: it samples what your "
            "objective resolves."
        )
    way = "coarser" if ratio > 1 else "finer"
    return (
        f"Acquire at {target}, {times(max(ratio, 1 / ratio))} {way} than this sample: "
        "Nyquist for your objective, as structure inside the cells needs it."
    )


def nyquist_reasons(measurement: Measurement, optics: Optics | None) -> tuple[Reason, ...]:
    """Return why Nyquist decides, and what it says."""
    percent = measurement.coverage.percent
    why = Reason(
        "Structure inside the cells is limited by the objective, so Nyquist decides. "
        f"Coverage, {number(percent)} % now, is not the criterion.",
        f"{OPTICS}; {MEASURED}",
        percent,
    )
    if optics is None:
        return (why,)
    nyquist = (
        f"Nyquist for NA {number(optics.numerical_aperture)} at "
        f"{number(optics.emission_nm)} nm is {microns(optics.nyquist_um)} per pixel in a "
        "widefield microscope"
    )
    size = measurement.pixel_size
    sampling = "" if size is None else f"; {_sampling(optics.nyquist_ratio(size.mean_um))}"
    return (
        why,
        Reason(f"{nyquist}{sampling}.", OPTICS, optics.nyquist_um),
        Reason(
            f"Two points closer than {microns(optics.rayleigh_um)} cannot be told apart. "
            "Two pixels in that distance, 22 % coarser than Nyquist, are the least.",
            "Rayleigh",
            optics.rayleigh_um,
        ),
        Reason(
            f"In a stack the planes are {microns(optics.nyquist_z_um)} apart or less.",
            OPTICS,
            optics.nyquist_z_um,
        ),
    )


def nyquist_cautions(
    measurement: Measurement, optics: Optics | None, ratio: float | None
) -> tuple[Caution, ...]:
    """Return what is missing, and what Nyquist does not know."""
    if optics is None:
        return (
            Caution(
                "Without the numerical aperture there is no answer: give NA, immersion and "
                "emission wavelength of the objective that you will use.",
                OPTICS,
                "the objective is not known",
                Certainty.LOW,
            ),
        )
    found = []
    if measurement.pixel_size is None:
        found.append(
            Caution(
                "The pixel size of your sample is not known, so it cannot be compared with "
                f"Nyquist, {microns(optics.nyquist_um)}. Type it in.",
                "your file",
            )
        )
    if verdict_of(ratio) is Verdict.FINER:
        found.append(
            Caution(
                "Enlarging the image adds pixels but no detail: this needs new images with "
                "smaller pixels.",
                "sampling theorem",
            )
        )
    found.append(
        Caution(
            "The number is for a widefield microscope with the NA and emission that you "
            "gave; a confocal needs finer pixels, and thick or aberrating samples resolve "
            "less than the objective can.",
            OPTICS,
        )
    )
    return tuple(found)


def _sampling(sampling: float) -> str:
    if sampling > 1:
        return f"your sample is {times(sampling)} coarser than that"
    return f"your sample is {times(1 / sampling)} finer than that"
