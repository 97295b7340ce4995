"""From a ratio and what is said for and against it to the whole recommendation."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

from rescale4dl_core.advice.certainty import confidence_from
from rescale4dl_core.advice.gains import gain_sentences
from rescale4dl_core.advice.purpose import Purpose
from rescale4dl_core.advice.reasons import MEASURED
from rescale4dl_core.advice.recommendation import ImageFit, Recommendation
from rescale4dl_core.advice.rule import verdict_of

if TYPE_CHECKING:
    from rescale4dl_core.advice.case import Case
    from rescale4dl_core.advice.reasons import Caution, Reason


def answer_of(
    case: Case,
    *,
    ratio: float | None,
    headline: str,
    reasons: tuple[Reason, ...],
    cautions: tuple[Caution, ...],
    bytes_per_pixel: int,
) -> Recommendation:
    """Return the recommendation of `ratio` for `case`, with all that follows from it."""
    measured = case.measurement
    by_coverage = case.purpose is not Purpose.STRUCTURE
    return Recommendation(
        headline=headline,
        verdict=verdict_of(ratio),
        purpose=case.purpose,
        measurement=measured,
        ratio=ratio,
        window=case.window,
        ratio_range=case.ratio_range if by_coverage else None,
        share_inside_now_percent=case.share_inside_percent(1.0) if by_coverage else None,
        share_inside_percent=case.share_inside_percent(case.ratio) if by_coverage else None,
        nyquist_ratio=_nyquist_ratio(case, ratio),
        confidence=confidence_from(cautions),
        gains=()
        if ratio is None
        else gain_sentences(ratio, measured.pixel_size, bytes_per_pixel=bytes_per_pixel),
        images=_images(case, ratio),
        evidence=tuple(chain.from_iterable(reason.evidence for reason in reasons)),
        reasons=tuple(reason.text for reason in reasons),
        cautions=(
            *(caution.text for caution in cautions),
            *(f"{note} [{MEASURED}]" for note in measured.notes),
        ),
    )


def _nyquist_ratio(case: Case, ratio: float | None) -> float | None:
    if ratio is None or case.optics is None or case.pixel_um is None:
        return None
    return case.optics.nyquist_ratio(case.pixel_um * ratio)


def _images(case: Case, ratio: float | None) -> tuple[ImageFit, ...]:
    return tuple(
        ImageFit(
            name=image.name,
            n_objects=image.n_objects,
            diameter_px=image.diameter_px,
            coverage_now_percent=case.coverage_of(image, 1.0),
            coverage_percent=case.coverage_of(image, ratio),
            in_window=None if case.purpose is Purpose.STRUCTURE else case.fits(image),
        )
        for image in case.measurement.images
    )
