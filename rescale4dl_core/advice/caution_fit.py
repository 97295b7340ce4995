"""Cautions about the answer: whom it serves, and what it cannot know."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rescale4dl_core.advice.purpose import Purpose
from rescale4dl_core.advice.reasons import MEASURED, PAPER, Caution, Certainty
from rescale4dl_core.advice.rule import Verdict, verdict_of
from rescale4dl_core.advice.wording import microns, names, number, share, times
from rescale4dl_core.window import FAITHFUL_SIZES, PUBLISHED_WINDOW

if TYPE_CHECKING:
    from rescale4dl_core.advice.case import Case

PSF_SIGMA = 0.21
"""Sigma of the Gaussian nearest to a widefield PSF, in units of wavelength / NA."""

LARGEST_LOSS_NEAR_16 = 0.51
"""IoU lost at most by the largest coverage below 16 %, over the published sets."""

EXAMPLE_NA, EXAMPLE_NM = 0.3, 520.0
"""A common 10x lens and green light, for a number to hold on to."""


def cautions_on_fit(case: Case) -> tuple[Caution, ...]:
    """Return what the answer by coverage does not serve and does not know."""
    finer = _finer(case)
    return (
        *cautions_on_range(case),
        *(() if finer is None else (finer,)),
        *cautions_on_lens(case),
        _no_network(case),
    )


def cautions_on_range(case: Case) -> tuple[Caution, ...]:
    """Return whom the window does not serve at the recommended pixel size."""
    found = (
        _mixed(case),
        _out_of_range(case),
        _images_outside(case),
        _sizes_in_conflict(case),
    )
    return tuple(caution for caution in found if caution is not None)


def cautions_on_lens(case: Case) -> tuple[Caution, ...]:
    """Return how a coarser lens differs from coarser pixels of this sample."""
    coarser = _coarser(case)
    return () if coarser is None else (coarser,)


def _middle(case: Case) -> str:
    measured = case.measurement
    low, high = measured.diameter_px_p05, measured.diameter_px_p95
    return (
        f"The middle 90 % of your objects runs from {case.length(low)} to "
        f"{case.length(high)}"
    )


def _mixed(case: Case) -> Caution | None:
    if not case.is_mixed:
        return None
    measured = case.measurement
    spread = measured.diameter_px_p95 / measured.diameter_px_p05
    missed = 100 - case.share_inside_percent(case.ratio)
    return Caution(
        f"{_middle(case)}, a factor of {number(spread)}, and the range spans a factor of "
        f"{number(case.window.span)}: no single pixel size serves all of them. At the one "
        f"recommended {number(missed)} % are outside. Decide which objects matter and "
        "measure those alone, or plan two acquisitions.",
        MEASURED,
        f"sizes differ by a factor of {number(spread)}",
        Certainty.LOW,
    )


def _out_of_range(case: Case) -> Caution | None:
    measured, ratio = case.measurement, case.ratio
    small = measured.diameter_px_p05 / ratio < case.window.diameter_min_px
    large = measured.diameter_px_p95 / ratio > case.window.diameter_max_px
    if case.is_mixed or not (small or large):
        return None
    which = "smallest" if small else "largest"
    better = (
        measured.diameter_px_p05 / case.window.diameter_min_px
        if small
        else measured.diameter_px_p95 / case.window.diameter_max_px
    )
    return Caution(
        f"{_middle(case)}. The {which} of them fall outside the range at the recommended "
        f"pixel size; if they matter, use pixels of {case.pixels_of(better)}.",
        MEASURED,
        f"the {which} objects fall outside the range",
        Certainty.MODERATE,
    )


def _images_outside(case: Case) -> Caution | None:
    outside = tuple(
        f"{image.name} ({number(100 * case.ratio / image.diameter_px)} %)"
        for image in case.measurement.images
        if image.diameter_px is not None and not case.fits(image)
    )
    if not outside or case.measurement.n_images == 1:
        return None
    return Caution(
        f"At the recommended pixel size {len(outside)} of {case.measurement.n_images} "
        f"images have an average object outside the range: {names(outside)}. Consider "
        "another pixel size for them.",
        MEASURED,
        f"{len(outside)} of {case.measurement.n_images} images do not fit",
        Certainty.LOW,
    )


def _sizes_in_conflict(case: Case) -> Caution | None:
    wants_sizes = case.purpose is Purpose.SIZE
    if not wants_sizes or case.window.high_percent <= FAITHFUL_SIZES.high_percent:
        return None
    return Caution(
        f"This network needs {number(case.window.low_percent)} % per pixel or more, and "
        f"measured diameters stay true up to {number(FAITHFUL_SIZES.high_percent)} %. "
        "Count with it, and measure sizes with a network that sees further.",
        PAPER,
        "the network does not suit measuring sizes",
        Certainty.LOW,
    )


def _finer(case: Case) -> Caution | None:
    if verdict_of(case.ratio) is not Verdict.FINER:
        return None
    now_percent = case.measurement.coverage.percent
    in_range = (
        ", though still inside the range: if your network already separates the objects, "
        "keep the pixel size and the speed. With the published networks the largest scale "
        f"below 16 % lost up to {LARGEST_LOSS_NEAR_16} IoU on separate E. coli"
        if case.window == PUBLISHED_WINDOW and case.window.contains(now_percent)
        else ""
    )
    return Caution(
        f"At {number(now_percent)} % your sample is coarser than the target{in_range}. "
        "Enlarging the image adds pixels but no detail: this needs new images at a higher "
        f"magnification, and each field then shows {share(case.ratio**2)} the area.",
        f"{PAPER}, its result tables; Eq. 3",
        "the finer pixel size cannot be tried on this sample",
        Certainty.MODERATE,
    )


def _coarser(case: Case) -> Caution | None:
    if verdict_of(case.ratio) is not Verdict.COARSER:
        return None
    sigma_um = PSF_SIGMA * EXAMPLE_NM / 1000 / EXAMPLE_NA
    return Caution(
        "A lower-magnification lens is not the same as binning these pixels: it mostly has "
        "a lower NA, so it blurs more (at NA 0.3 and 520 nm by "
        f"{microns(sigma_um)}, the sigma of its spot) and collects less light "
        "(brightness goes with NA^4 / magnification^2). The rescaled views show the best "
        "case.",
        "Gaussian spot 0.21 x wavelength / NA",
    )


def _no_network(case: Case) -> Caution:
    change = times(max(case.ratio, 1 / case.ratio))
    adapt = (
        ""
        if case.ratio == 1
        else " A network trained on images like this sample has to be trained again, or "
        f"fed with images resized by {change}."
    )
    return Caution(
        "No network was tried on your images. The best range depends on sample and task: "
        "2 to 4 % for C. elegans against the background, 8 to 16 % for E. coli with edges "
        f"as a class of their own, each with a network trained at that scale.{adapt}",
        PAPER,
        "no network was tried on your images",
        Certainty.MODERATE,
    )
