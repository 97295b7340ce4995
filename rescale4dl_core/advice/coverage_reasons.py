"""Reasons and cautions of a recommendation by coverage, in the order a reader needs them.

First why; then what the window does not serve (`cautions_on_fit`); last what limits the
knowledge of the object size (`cautions_on_size`), whoever decides.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from rescale4dl_core.advice.coverage_rule import KEEP_WITHIN, Purpose, Verdict, verdict_of
from rescale4dl_core.advice.reasons import (
    MEASURED,
    OPTICS,
    PAPER,
    Caution,
    Certainty,
    Reason,
)
from rescale4dl_core.measuring.measurement import Estimator
from rescale4dl_core.window import FAITHFUL_SIZES, PUBLISHED_WINDOW, SMALLEST_DIAMETER_PX
from rescale4dl_core.wording import counted, microns, names, number, share, times

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from rescale4dl_core.advice.coverage_rule import SampleFit


LARGEST_PUBLISHED_LOSS = 0.037
"""IoU lost at most by the scale nearest to the published target, over its sets."""

RULE = "rule: the average object at the middle of the range"
LARGEST_LOSS_OF_KEEPING = 0.15
"""IoU lost at most by the original scale, over the published sets."""


def reasons_for(fit: SampleFit) -> tuple[Reason, ...]:
    """Return why the answer is what it is."""
    found = (_decision(fit), _share(fit), _published(fit), _nyquist(fit))
    return (*reasons_before(fit), *(reason for reason in found if reason is not None))


def reasons_before(fit: SampleFit) -> tuple[Reason, ...]:
    """Return what is known before anything is decided: the sizes and the window."""
    found = (_size_now(fit), _window(fit), _sizes_only(fit))
    return tuple(reason for reason in found if reason is not None)


def reasons_after(fit: SampleFit) -> tuple[Reason, ...]:
    """Return what follows from the ratio, whatever decided it."""
    found = (_share(fit), _nyquist(fit))
    return tuple(reason for reason in found if reason is not None)


def _size_now(fit: SampleFit) -> Reason:
    measured = fit.measurement
    found = counted(measured.n_objects, "object")
    if measured.n_images > 1:
        found = f"{found} in {measured.n_images} images, each image counting the same,"
    percent = measured.coverage.percent
    return Reason(
        f"Your {found} {'is' if measured.n_objects == 1 else 'are'} "
        f"{fit.length(measured.diameter_px)} {fit.across} on average, so one pixel now "
        f"spans {number(percent)} % of a diameter.",
        f"{MEASURED}, {fit.how_measured}",
        percent,
    )


def _window(fit: SampleFit) -> Reason:
    window = fit.base_window
    return Reason(
        f"Objects are found best when one pixel spans {number(window.low_percent)} to "
        f"{number(window.high_percent)} % of their diameter: above "
        f"{number(window.diameter_max_px)} px they break up, below "
        f"{number(window.diameter_min_px)} px they dissolve. The middle is "
        f"{number(window.target_percent)} %, that is {number(window.target_px)} px.",
        window.source,
        window.target_percent,
    )


def _sizes_only(fit: SampleFit) -> Reason | None:
    if fit.window == fit.base_window:
        return None
    window = fit.window
    return Reason(
        f"Measured diameters stay true up to {number(FAITHFUL_SIZES.high_percent)} % and "
        "drift past 11 %. So for measuring sizes the range narrows to "
        f"{number(window.low_percent)} to {number(window.high_percent)} %, and the target "
        f"is {number(window.target_percent)} %, that is {number(window.target_px)} px.",
        PAPER,
        window.target_percent,
    )


def _decision(fit: SampleFit) -> Reason:
    ratio, target_px = fit.ratio, fit.window.target_px
    inside = (
        f"Pixels of {fit.pixels_of(*fit.ratio_range)} keep the average object inside the "
        "range."
    )
    if verdict_of(ratio) is Verdict.KEEP:
        away = max(fit.measurement.diameter_px, target_px) / min(
            fit.measurement.diameter_px, target_px
        )
        sentence = (
            f"Your sample is within a factor {number(away)} of the target. The published "
            "scales are a factor 2 apart and say nothing about steps below "
            f"{number(KEEP_WITHIN)}. {inside}"
        )
    else:
        size = "larger" if ratio > 1 else "smaller"
        sentence = (
            f"With pixels {times(max(ratio, 1 / ratio))} {size} your objects are "
            f"{number(target_px)} px {fit.across}, the target. {inside}"
        )
    return Reason(sentence, RULE, ratio)


def _share(fit: SampleFit) -> Reason:
    then = fit.share_inside_percent(fit.ratio)
    now = fit.share_inside_percent(1.0)
    if verdict_of(fit.ratio) is Verdict.KEEP:
        when = "inside the range"
    else:
        when = f"inside the range at that pixel size, {number(now)} % at the present one"
    return Reason(f"{number(then)} % of your objects are {when}.", MEASURED, then)


def _published(fit: SampleFit) -> Reason | None:
    if fit.base_window != PUBLISHED_WINDOW or fit.purpose is not Purpose.COUNTING:
        return None
    return Reason(
        "On the published S. aureus, E. coli and C. elegans images the scale nearest to "
        f"{number(PUBLISHED_WINDOW.target_percent)} % lost at most "
        f"{LARGEST_PUBLISHED_LOSS} IoU (overlap with the true outlines, 0 to 1) against "
        "the best scale; keeping the original scale lost up to "
        f"{LARGEST_LOSS_OF_KEEPING}.",
        f"{PAPER}, its result tables",
        LARGEST_PUBLISHED_LOSS,
    )


def _nyquist(fit: SampleFit) -> Reason | None:
    if fit.optics is None or fit.pixel_um is None:
        return None
    sampling = fit.optics.nyquist_ratio(fit.pixel_um * fit.ratio)
    nyquist = (
        f"Nyquist for NA {number(fit.optics.numerical_aperture)} at "
        f"{number(fit.optics.emission_nm)} nm is {microns(fit.optics.nyquist_um)}"
    )
    verdict = (
        f"under-sampled {times(sampling)} on purpose: fine for finding and sizing cells, "
        "not for sub-cellular texture or deconvolution"
        if sampling > 1
        else f"sampled {times(1 / sampling)} finer than that, so no detail is lost"
    )
    return Reason(f"{nyquist}: {verdict}.", OPTICS, sampling)


PSF_SIGMA = 0.21
"""Sigma of the Gaussian nearest to a widefield PSF, in units of wavelength / NA."""

LARGEST_LOSS_NEAR_UPPER_EDGE = 0.51
"""IoU lost at most by the largest coverage inside, over the published sets."""

EXAMPLE_NA, EXAMPLE_NM = 0.3, 520.0
"""A common 10x lens and green light, for a number to hold on to."""


def cautions_on_fit(fit: SampleFit) -> tuple[Caution, ...]:
    """Return what the answer by coverage does not serve and does not know."""
    finer = _finer(fit)
    return (
        *cautions_on_range(fit),
        *(() if finer is None else (finer,)),
        *cautions_on_lens(fit),
        _no_network(fit),
    )


def cautions_on_range(fit: SampleFit) -> tuple[Caution, ...]:
    """Return whom the window does not serve at the recommended pixel size."""
    found = (
        _mixed(fit),
        _out_of_range(fit),
        _images_outside(fit),
        _sizes_in_conflict(fit),
    )
    return tuple(caution for caution in found if caution is not None)


def cautions_on_lens(fit: SampleFit) -> tuple[Caution, ...]:
    """Return how a coarser lens differs from coarser pixels of this sample."""
    coarser = _coarser(fit)
    return () if coarser is None else (coarser,)


def _middle(fit: SampleFit) -> str:
    measured = fit.measurement
    low, high = measured.diameter_px_p05, measured.diameter_px_p95
    return (
        f"The middle 90 % of your objects runs from {fit.length(low)} to {fit.length(high)}"
    )


def _mixed(fit: SampleFit) -> Caution | None:
    if not fit.is_mixed:
        return None
    measured = fit.measurement
    spread = measured.diameter_px_p95 / measured.diameter_px_p05
    missed = 100 - fit.share_inside_percent(fit.ratio)
    return Caution(
        f"{_middle(fit)}, a factor of {number(spread)}, and the range spans a factor of "
        f"{number(fit.window.span)}: no single pixel size serves all of them. At the one "
        f"recommended {number(missed)} % are outside. Decide which objects matter and "
        "measure those alone, or plan two acquisitions.",
        MEASURED,
        f"sizes differ by a factor of {number(spread)}",
        Certainty.LOW,
    )


def _out_of_range(fit: SampleFit) -> Caution | None:
    measured, ratio = fit.measurement, fit.ratio
    small = measured.diameter_px_p05 / ratio < fit.window.diameter_min_px
    large = measured.diameter_px_p95 / ratio > fit.window.diameter_max_px
    if fit.is_mixed or not (small or large):
        return None
    which = "smallest" if small else "largest"
    better = (
        measured.diameter_px_p05 / fit.window.diameter_min_px
        if small
        else measured.diameter_px_p95 / fit.window.diameter_max_px
    )
    return Caution(
        f"{_middle(fit)}. The {which} of them fall outside the range at the recommended "
        f"pixel size; if they matter, use pixels of {fit.pixels_of(better)}.",
        MEASURED,
        f"the {which} objects fall outside the range",
        Certainty.MODERATE,
    )


def _images_outside(fit: SampleFit) -> Caution | None:
    outside = tuple(
        f"{image.name} ({number(100 * fit.ratio / image.diameter_px)} %)"
        for image in fit.measurement.images
        if image.diameter_px is not None and not fit.holds(image)
    )
    if not outside or fit.measurement.n_images == 1:
        return None
    return Caution(
        f"At the recommended pixel size {len(outside)} of {fit.measurement.n_images} "
        f"images have an average object outside the range: {names(outside)}. Consider "
        "another pixel size for them.",
        MEASURED,
        f"{len(outside)} of {fit.measurement.n_images} images do not fit",
        Certainty.LOW,
    )


def _sizes_in_conflict(fit: SampleFit) -> Caution | None:
    wants_sizes = fit.purpose is Purpose.SIZE
    if not wants_sizes or fit.window.high_percent <= FAITHFUL_SIZES.high_percent:
        return None
    return Caution(
        f"This network needs {number(fit.window.low_percent)} % per pixel or more, and "
        f"measured diameters stay true up to {number(FAITHFUL_SIZES.high_percent)} %. "
        "Count with it, and measure sizes with a network that sees further.",
        PAPER,
        "the network does not suit measuring sizes",
        Certainty.LOW,
    )


def _finer(fit: SampleFit) -> Caution | None:
    if verdict_of(fit.ratio) is not Verdict.FINER:
        return None
    now_percent = fit.measurement.coverage.percent
    in_range = (
        ", though still inside the range: if your network already separates the objects, "
        "keep the pixel size and the speed. With the published networks the largest scale "
        f"below {number(PUBLISHED_WINDOW.high_percent)} % lost up to "
        f"{LARGEST_LOSS_NEAR_UPPER_EDGE} IoU on separate E. coli"
        if fit.window == PUBLISHED_WINDOW and fit.window.contains(now_percent)
        else ""
    )
    return Caution(
        f"At {number(now_percent)} % your sample is coarser than the target{in_range}. "
        "Enlarging the image adds pixels but no detail: this needs new images at a higher "
        f"magnification, and each field then shows {share(fit.ratio**2)} the area.",
        f"{PAPER}, its result tables; Eq. 3",
        "the finer pixel size cannot be tried on this sample",
        Certainty.MODERATE,
    )


def _coarser(fit: SampleFit) -> Caution | None:
    if verdict_of(fit.ratio) is not Verdict.COARSER:
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


def _no_network(fit: SampleFit) -> Caution:
    change = times(max(fit.ratio, 1 / fit.ratio))
    adapt = (
        ""
        if fit.ratio == 1
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


FEW_OBJECTS = 30
"""Fewer do not show the spread of sizes: a 5 % tail holds less than two of them."""

VERY_FEW_OBJECTS = 10
SAME_SIZE_WITHIN = 1.2
"""Two estimators that differ by less give the same advice."""

CLEARLY_LONG_FROM = 1.7
"""Circle over width of a rod 2.5 times as long as wide: longer ones are no border case."""

NOT_SQUARE_FROM = 1.05


def cautions_on_size(fit: SampleFit) -> tuple[Caution, ...]:
    """Return what limits the knowledge of the object size."""
    found = (
        _unknown_pixel_size(fit),
        _few(fit),
        _small(fit),
        _drawn(fit),
        _cut(fit),
        _estimator(fit),
        _not_square(fit),
    )
    return tuple(caution for caution in found if caution is not None)


def _unknown_pixel_size(fit: SampleFit) -> Caution | None:
    if fit.pixel_um is not None:
        return None
    return Caution(
        f"The pixel size of your sample is not known, so the answer, "
        f"{fit.answer(fit.ratio)}, cannot be given in µm. Type the pixel size in.",
        "your file",
    )


def _few(fit: SampleFit) -> Caution | None:
    n_objects = fit.measurement.n_objects
    if n_objects >= FEW_OBJECTS:
        return None
    only = f"only {counted(n_objects, 'object')}"
    spread = ""
    if n_objects > 1:
        error = _relative_error(fit.measurement.diameters_px)
        spread = f"; their mean diameter is known to about ±{100 * error:.2g} %"
    return Caution(
        f"{only.capitalize()} could be measured, fewer than {FEW_OBJECTS}{spread}. "
        "Add images of the same kind.",
        f"{MEASURED}, 95 % confidence",
        f"{only} measured",
        Certainty.LOW if n_objects < VERY_FEW_OBJECTS else Certainty.MODERATE,
    )


def _relative_error(diameters_px: NDArray[np.float64]) -> float:
    """Return half the 95 % confidence interval of the mean, as a share of the mean."""
    from scipy.special import stdtrit

    n_objects = len(diameters_px)
    student = float(stdtrit(n_objects - 1, 0.975))
    deviation = float(np.std(diameters_px, ddof=1))
    return student * deviation / math.sqrt(n_objects) / float(np.mean(diameters_px))


def _small(fit: SampleFit) -> Caution | None:
    diameter_px = fit.measurement.diameter_px
    if diameter_px >= SMALLEST_DIAMETER_PX:
        return None
    return Caution(
        f"Your objects are only {number(diameter_px)} px {fit.across}, less than "
        f"{SMALLEST_DIAMETER_PX:g} px: networks miss objects this small, and their size is "
        "known to a fraction of a pixel at best.",
        PAPER,
        f"objects of {number(diameter_px)} px are hard to measure",
        Certainty.MODERATE,
    )


def _drawn(fit: SampleFit) -> Caution | None:
    if not fit.is_drawn:
        return None
    return Caution(
        "Diameters drawn by hand are those of objects that you picked. Draw "
        f"{FEW_OBJECTS} or more, small and large ones as they come.",
        MEASURED,
        "diameters drawn by hand",
        Certainty.MODERATE,
    )


def _cut(fit: SampleFit) -> Caution | None:
    n_border, n_inside = fit.measurement.n_border, fit.measurement.n_objects
    # Half of those inside is a third of all: see decision 0007.
    if n_border <= n_inside / 2:
        return None
    return Caution(
        f"{n_border} of {n_border + n_inside} objects are cut by the edge of the image. "
        "Large ones are cut more often, so the average of the others may be too small. A "
        "larger field of view helps.",
        MEASURED,
        f"{n_border} of {n_border + n_inside} objects are cut by the edge",
        Certainty.MODERATE,
    )


def _estimator(fit: SampleFit) -> Caution | None:
    measured = fit.measurement
    other_px = measured.other_diameter_px
    if other_px is None:
        return None
    apart = max(other_px, measured.diameter_px) / min(other_px, measured.diameter_px)
    if apart <= SAME_SIZE_WITHIN:
        return None
    by_width = measured.estimator is Estimator.SKELETON
    other = "as circles of the same area" if by_width else "by their width"
    ratio = fit.ratio_for(other_px)
    moves = not math.isclose(ratio, fit.ratio, rel_tol=0.01)
    then = fit.answer(ratio) if moves else "the same"
    unclear = moves and not (by_width and apart >= CLEARLY_LONG_FROM)
    return Caution(
        f"{measured.estimator_reason} Measured {other} they would be "
        f"{fit.length(other_px)}, and the answer would be {then}.",
        "Eq. 1; shape measured on your images",
        f"two ways to measure the size differ by {times(apart)}" if unclear else "",
        Certainty.MODERATE if unclear else Certainty.HIGH,
    )


def _not_square(fit: SampleFit) -> Caution | None:
    size = fit.measurement.pixel_size
    if size is None:
        return None
    aspect = max(size.y_um, size.x_um) / min(size.y_um, size.x_um)
    if aspect < NOT_SQUARE_FROM:
        return None
    return Caution(
        f"The pixels of your sample are not square ({microns(size.y_um)} high, "
        f"{microns(size.x_um)} wide), so a diameter depends on its direction by up to "
        f"{times(aspect)}. Acquire with square pixels.",
        "your file",
        "pixels that are not square",
        Certainty.MODERATE,
    )
