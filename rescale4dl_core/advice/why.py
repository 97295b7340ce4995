"""The reasons of a recommendation by coverage, in the order a reader needs them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rescale4dl_core.advice.purpose import Purpose
from rescale4dl_core.advice.reasons import MEASURED, OPTICS, PAPER, Reason
from rescale4dl_core.advice.rule import KEEP_WITHIN, Verdict, verdict_of
from rescale4dl_core.advice.wording import microns, number, objects, times
from rescale4dl_core.window import FAITHFUL_SIZES, PUBLISHED_WINDOW

if TYPE_CHECKING:
    from rescale4dl_core.advice.case import Case

LARGEST_PUBLISHED_LOSS = 0.037
"""IoU lost at most by the scale nearest to 8 % on a log axis, over the published sets."""

RULE = "rule: the average object at the middle of the range"

LARGEST_LOSS_OF_KEEPING = 0.15
"""IoU lost at most by the original scale, over the published sets."""


def reasons_for(case: Case) -> tuple[Reason, ...]:
    """Return why the answer is what it is."""
    found = (_decision(case), _share(case), _published(case), _nyquist(case))
    return (*reasons_before(case), *(reason for reason in found if reason is not None))


def reasons_before(case: Case) -> tuple[Reason, ...]:
    """Return what is known before anything is decided: the sizes and the window."""
    found = (_size_now(case), _window(case), _sizes_only(case))
    return tuple(reason for reason in found if reason is not None)


def reasons_after(case: Case) -> tuple[Reason, ...]:
    """Return what follows from the ratio, whatever decided it."""
    found = (_share(case), _nyquist(case))
    return tuple(reason for reason in found if reason is not None)


def _size_now(case: Case) -> Reason:
    measured = case.measurement
    images = f" in {measured.n_images} images, each image counting the same,"
    percent = measured.coverage.percent
    return Reason(
        f"Your {objects(measured.n_objects)}{images if measured.n_images > 1 else ''} "
        f"{'is' if measured.n_objects == 1 else 'are'} {case.length(measured.diameter_px)} "
        f"{case.across} on average, so one pixel now spans {number(percent)} % of a "
        "diameter.",
        f"{MEASURED}, {case.how_measured}",
        percent,
    )


def _window(case: Case) -> Reason:
    window = case.base_window
    return Reason(
        f"Objects are found best when one pixel spans {number(window.low_percent)} to "
        f"{number(window.high_percent)} % of their diameter: above "
        f"{number(window.diameter_max_px)} px they break up, below "
        f"{number(window.diameter_min_px)} px they dissolve. The middle is "
        f"{number(window.target_percent)} %, that is {number(window.target_px)} px.",
        window.source,
        window.target_percent,
    )


def _sizes_only(case: Case) -> Reason | None:
    if case.window == case.base_window:
        return None
    window = case.window
    return Reason(
        f"Measured diameters stay true up to {number(FAITHFUL_SIZES.high_percent)} % and "
        "drift past 11 %. So for measuring sizes the range narrows to "
        f"{number(window.low_percent)} to {number(window.high_percent)} %, and the target "
        f"is {number(window.target_percent)} %, that is {number(window.target_px)} px.",
        PAPER,
        window.target_percent,
    )


def _decision(case: Case) -> Reason:
    ratio, target_px = case.ratio, case.window.target_px
    inside = (
        f"Pixels of {case.pixels_of(*case.ratio_range)} keep the average object inside the "
        "range."
    )
    if verdict_of(ratio) is Verdict.KEEP:
        away = max(case.measurement.diameter_px, target_px) / min(
            case.measurement.diameter_px, target_px
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
            f"{number(target_px)} px {case.across}, the target. {inside}"
        )
    return Reason(sentence, RULE, ratio)


def _share(case: Case) -> Reason:
    then = case.share_inside_percent(case.ratio)
    now = case.share_inside_percent(1.0)
    if verdict_of(case.ratio) is Verdict.KEEP:
        when = "inside the range"
    else:
        when = f"inside the range at that pixel size, {number(now)} % at the present one"
    return Reason(f"{number(then)} % of your objects are {when}.", MEASURED, then)


def _published(case: Case) -> Reason | None:
    if case.base_window != PUBLISHED_WINDOW or case.purpose is not Purpose.COUNTING:
        return None
    return Reason(
        "On the published S. aureus, E. coli and C. elegans images the scale nearest to "
        f"8 % lost at most {LARGEST_PUBLISHED_LOSS} IoU (overlap with the true outlines, "
        "0 to 1) against the best scale; keeping the original scale lost up to "
        f"{LARGEST_LOSS_OF_KEEPING}.",
        f"{PAPER}, its result tables",
        LARGEST_PUBLISHED_LOSS,
    )


def _nyquist(case: Case) -> Reason | None:
    if case.optics is None or case.pixel_um is None:
        return None
    sampling = case.optics.nyquist_ratio(case.pixel_um * case.ratio)
    nyquist = (
        f"Nyquist for NA {number(case.optics.numerical_aperture)} at "
        f"{number(case.optics.emission_nm)} nm is {microns(case.optics.nyquist_um)}"
    )
    verdict = (
        f"under-sampled {times(sampling)} on purpose: fine for finding and sizing cells, "
        "not for sub-cellular texture or deconvolution"
        if sampling > 1
        else f"sampled {times(1 / sampling)} finer than that, so no detail is lost"
    )
    return Reason(f"{nyquist}: {verdict}.", OPTICS, sampling)
