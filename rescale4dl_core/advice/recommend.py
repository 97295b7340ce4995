"""The recommendation of a pixel size, from measured object sizes."""

from __future__ import annotations

import math
from dataclasses import replace
from itertools import chain
from typing import TYPE_CHECKING

from rescale4dl_core.advice.coverage_reasons import (
    cautions_on_fit,
    cautions_on_size,
    reasons_after,
    reasons_before,
    reasons_for,
)
from rescale4dl_core.advice.coverage_rule import (
    KEEP_WITHIN,
    Case,
    Purpose,
    headline_of,
    ratio_by_nyquist,
    verdict_of,
)
from rescale4dl_core.advice.evidence import Sources, sources_of
from rescale4dl_core.advice.evidence_curve import (
    Basis,
    Decision,
    EvidenceCurve,
    decide,
    expected_at,
)
from rescale4dl_core.advice.evidence_reasons import (
    cautions_on_evidence,
    cautions_without_curve,
    reasons_from_evidence,
)
from rescale4dl_core.advice.nyquist import (
    nyquist_cautions,
    nyquist_headline,
    nyquist_reasons,
)
from rescale4dl_core.advice.reasons import MEASURED
from rescale4dl_core.advice.recommendation import ImageFit, Recommendation, confidence_from
from rescale4dl_core.advice.wording import number, share
from rescale4dl_core.planning.gain import Detector, Gain, Route
from rescale4dl_core.window import PUBLISHED_WINDOW, Window

if TYPE_CHECKING:
    from rescale4dl_core.advice.evidence import NetworkEvidence
    from rescale4dl_core.advice.reasons import Caution, Reason
    from rescale4dl_core.measure.measurement import Measurement
    from rescale4dl_core.planning.sampling import Optics
    from rescale4dl_core.quantities import PixelSize


_MM2_IN_UM2 = 1e6
_MB = 1e6


def gain_sentences(
    ratio: float, pixel_size: PixelSize | None = None, *, bytes_per_pixel: int = 2
) -> tuple[str, ...]:
    """Return throughput, storage and light against the sample as taken.

    Parameters
    ----------
    ratio : float
        New / old pixel size.
    pixel_size : PixelSize, optional
        Of the sample as taken; with it storage is given in MB per mm² too.
    bytes_per_pixel : int
        1 for 8-bit, 2 for 16-bit images.

    Examples
    --------
    >>> gain_sentences(1.0)
    ('Objects per hour, storage and light stay as they are.',)
    """
    if ratio == 1:
        return ("Objects per hour, storage and light stay as they are.",)
    gain = Gain(ratio, Route.MAGNIFICATION)
    return (
        _objects(gain),
        _storage(gain, pixel_size, bytes_per_pixel),
        _light(gain),
    )


def _objects(gain: Gain) -> str:
    sentence = (
        f"Objects: with another magnification each field shows {share(gain.field_area)} "
        f"the area, so {share(gain.objects)} the objects per field and per hour"
    )
    if gain.ratio < 1:
        return f"{sentence}."
    return f"{sentence}. Binning keeps the field, so it gains none."


def _storage(gain: Gain, pixel_size: PixelSize | None, bytes_per_pixel: int) -> str:
    sentence = f"Storage: {share(gain.storage)} the bytes for the same area"
    if pixel_size is None:
        return f"{sentence}."
    now = bytes_per_pixel * _MM2_IN_UM2 / pixel_size.area_um2 / _MB
    return (
        f"{sentence}: {number(now * gain.storage)} MB per mm² and image instead of "
        f"{number(now)} MB at {8 * bytes_per_pixel} bit."
    )


def _light(gain: Gain) -> str:
    sentence = (
        f"Light: each pixel collects from {share(gain.ratio**2)} the area, so "
        f"{share(gain.dose_low)} the light on the sample gives pixels as clean as now, if "
        "the lens has the same NA (it collects in proportion to NA^2)"
    )
    if gain.ratio < 1:
        return f"{sentence}."
    binned = Gain(gain.ratio, Route.BINNING, Detector.SCMOS)
    return (
        f"{sentence}. By binning on an sCMOS camera: {share(binned.dose_low)} the light "
        f"for bright images, {share(binned.dose_high)} it for faint ones, where the noise "
        "of the readout adds up."
    )


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
        return answer_of(
            case,
            ratio=ratio,
            headline=nyquist_headline(measurement, optics, ratio),
            reasons=nyquist_reasons(measurement, optics),
            cautions=nyquist_cautions(measurement, optics, ratio),
            bytes_per_pixel=bytes_per_pixel,
        )
    return answer_of(
        case,
        ratio=case.ratio,
        headline=headline_of(case),
        reasons=reasons_for(case),
        cautions=(*cautions_on_fit(case), *cautions_on_size(case)),
        bytes_per_pixel=bytes_per_pixel,
    )


DEFAULT_TOLERANCE_PERCENT = 5.0
"""What the published trade-off gives up of the best score for coarser pixels."""


def combine(
    measurement: Measurement,
    evidence: NetworkEvidence,
    *,
    tolerance_percent: float = DEFAULT_TOLERANCE_PERCENT,
    purpose: Purpose = Purpose.COUNTING,
    optics: Optics | None = None,
    bytes_per_pixel: int = 2,
) -> Recommendation:
    """Recommend the pixel size to acquire at, from what is known about a network.

    The strongest source decides and the others are held against it: scores against a mask
    on the user's own images; without a mask the stable plateau; without a sweep the curve
    of a test set with like objects; without any the window of the network.

    Parameters
    ----------
    measurement : Measurement
        Object sizes of the sample.
    evidence : NetworkEvidence
        The network's window, and what is known besides.
    tolerance_percent : float
        How much of the best score may be given up for coarser pixels.
    purpose : Purpose
        What the images are for. For structure inside the cells Nyquist decides, and the
        evidence only tells the score there.
    optics : Optics, optional
        The objective, as in `recommend`.
    bytes_per_pixel : int
        Of the images saved, for the storage sentence.

    Returns
    -------
    Recommendation
        With the expected IoU on the sample's grid where something supports a number.
    """
    case = Case(measurement, purpose, evidence.window, optics)
    sources = sources_of(evidence, case)
    curve = sources.deciding
    if purpose is Purpose.STRUCTURE:
        advice = recommend(
            measurement, purpose=purpose, optics=optics, bytes_per_pixel=bytes_per_pixel
        )
    elif curve is None:
        advice = answer_of(
            case,
            ratio=case.ratio,
            headline=headline_of(case),
            reasons=reasons_for(case),
            cautions=(*cautions_without_curve(case, sources), *cautions_on_size(case)),
            bytes_per_pixel=bytes_per_pixel,
        )
    else:
        advice = _decided(case, sources, curve, tolerance_percent, bytes_per_pixel)
    return _with_expected(advice, sources)


def _decided(
    case: Case,
    sources: Sources,
    curve: EvidenceCurve,
    tolerance_percent: float,
    bytes_per_pixel: int,
) -> Recommendation:
    decision = decide(_serving(curve, case), tolerance_percent)
    case = replace(
        case,
        decided_ratio=_kept(decision, curve),
        decided_range=decision.ratio_range,
        decided_on_sample=curve is sources.swept,
    )
    advice = answer_of(
        case,
        ratio=case.ratio,
        headline=headline_of(case),
        reasons=(
            *reasons_before(case),
            *reasons_from_evidence(case, sources, decision, tolerance_percent),
            *reasons_after(case),
        ),
        cautions=(
            *cautions_on_evidence(case, sources, decision),
            *cautions_on_size(case),
        ),
        bytes_per_pixel=bytes_per_pixel,
    )
    return replace(advice, basis=curve.basis, tolerance_percent=tolerance_percent)


def _serving(curve: EvidenceCurve, case: Case) -> EvidenceCurve:
    """Return the points whose coverage serves the purpose, all where none does."""
    if case.window == case.base_window:
        return curve
    now_percent = case.measurement.coverage.percent
    serving = tuple(
        point
        for point in curve.points
        if point.ratio * now_percent <= case.window.high_percent
    )
    return replace(curve, points=serving or curve.points)


def _kept(decision: Decision, curve: EvidenceCurve) -> float:
    """Return the ratio, 1 where the test images cannot tell it from the present one."""
    ratio = decision.chosen.ratio
    low, high = decision.ratio_range
    near = 1 / KEEP_WITHIN <= ratio <= KEEP_WITHIN
    if curve.basis is Basis.ATLAS and near and low <= 1 <= high:
        return 1.0
    return ratio if not math.isclose(ratio, 1.0) else 1.0


def _with_expected(advice: Recommendation, sources: Sources) -> Recommendation:
    advice = replace(advice, network=sources.evidence.network)
    curve = sources.expecting
    percent = advice.coverage_percent
    scores = None if curve is None else curve.expected(advice.measurement.coverage.percent)
    if scores is None or percent is None:
        return advice
    expected = expected_at(scores, percent)
    if expected is None:
        return replace(advice, score_curve=scores)
    return replace(
        advice,
        score_curve=scores,
        expected_iou=expected.iou,
        expected_iou_low=expected.low,
        expected_iou_high=expected.high,
        expected_recall=expected.recall,
    )
