"""The recommendation of a pixel size, from measured object sizes."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

from rescale4dl_core.advice.case import Case
from rescale4dl_core.advice.caution_fit import cautions_on_fit
from rescale4dl_core.advice.caution_size import cautions_on_size
from rescale4dl_core.advice.certainty import confidence_from
from rescale4dl_core.advice.gains import gain_sentences
from rescale4dl_core.advice.headline import headline_of
from rescale4dl_core.advice.nyquist import (
    nyquist_cautions,
    nyquist_headline,
    nyquist_reasons,
)
from rescale4dl_core.advice.purpose import Purpose
from rescale4dl_core.advice.reasons import MEASURED
from rescale4dl_core.advice.recommendation import ImageFit, Recommendation
from rescale4dl_core.advice.rule import ratio_by_nyquist, verdict_of
from rescale4dl_core.advice.why import reasons_for
from rescale4dl_core.window import PUBLISHED_WINDOW, Window

if TYPE_CHECKING:
    from rescale4dl_core.advice.reasons import Caution, Reason
    from rescale4dl_core.measure.dataset import Measurement
    from rescale4dl_core.planning.sampling import Optics

__all__ = ["Recommendation", "recommend"]


def recommend(
    measurement: Measurement,
    *,
    purpose: Purpose = Purpose.COUNTING,
    window: Window = PUBLISHED_WINDOW,
    optics: Optics | None = None,
    bytes_per_pixel: int = 2,
) -> Recommendation:
    """Recommend the pixel size to acquire at.

    For counting and for sizes the mean diameter goes to the target of the window, and the
    sample's own pixel size is kept where it is near enough. For structure inside the cells
    the pixel size is Nyquist's.

    Parameters
    ----------
    measurement : Measurement
        Object sizes of one or more sample images.
    purpose : Purpose
        What the images are for.
    window : Window
        Coverages that suit the network; the published 4-16 % where none is chosen.
    optics : Optics, optional
        The objective: compared with Nyquist, as information; it decides for structure.
    bytes_per_pixel : int
        Of the images saved, for the storage sentence.

    Returns
    -------
    Recommendation
        With no ratio where structure is asked for and optics or pixel size are missing.
    """
    case = Case(measurement, purpose, window, optics)
    if purpose is Purpose.STRUCTURE:
        ratio = ratio_by_nyquist(measurement.pixel_size, optics)
        return _answer(
            case,
            ratio=ratio,
            headline=nyquist_headline(measurement, optics, ratio),
            reasons=nyquist_reasons(measurement, optics),
            cautions=nyquist_cautions(measurement, optics, ratio),
            bytes_per_pixel=bytes_per_pixel,
        )
    return _answer(
        case,
        ratio=case.ratio,
        headline=headline_of(case),
        reasons=reasons_for(case),
        cautions=(*cautions_on_fit(case), *cautions_on_size(case)),
        bytes_per_pixel=bytes_per_pixel,
    )


def _answer(
    case: Case,
    *,
    ratio: float | None,
    headline: str,
    reasons: tuple[Reason, ...],
    cautions: tuple[Caution, ...],
    bytes_per_pixel: int,
) -> Recommendation:
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
