"""The recommendation of a pixel size: by object size, by scores, or by Nyquist.

`recommend` chooses who decides; each way of deciding gives a ratio with its reasons and
cautions, and `_answer` adds what follows from any ratio: fit, Nyquist and gains.
"""

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
    Purpose,
    SampleFit,
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
from rescale4dl_core.planning.gain import Detector, Gain, Route
from rescale4dl_core.window import DEFAULT_TOLERANCE_PERCENT, PUBLISHED_WINDOW, Window
from rescale4dl_core.wording import number, share

if TYPE_CHECKING:
    from rescale4dl_core.advice.evidence import NetworkEvidence
    from rescale4dl_core.advice.reasons import Caution, Reason
    from rescale4dl_core.measuring.measurement import Measurement
    from rescale4dl_core.planning.sampling import Optics
    from rescale4dl_core.quantities import PixelSize


def recommend(
    measurement: Measurement,
    *,
    window: Window | None = None,
    purpose: Purpose = Purpose.COUNTING,
    optics: Optics | None = None,
    evidence: NetworkEvidence | None = None,
    tolerance_percent: float = DEFAULT_TOLERANCE_PERCENT,
    bytes_per_pixel: int = 2,
) -> Recommendation:
    """Recommend the pixel size to acquire at.

    For counting and for sizes the mean diameter goes to the target of the window, and the
    sample's own pixel size is kept where it is near enough. Where something is known about
    a network, its strongest source decides instead and the others are held against it:
    scores against a mask on the user's own images; without a mask the stable plateau;
    without a sweep the curve of a test set with like objects; without any its window.
    For structure inside the cells the pixel size is Nyquist's, whatever is known.

    Parameters
    ----------
    measurement : Measurement
        Object sizes of one or more sample images.
    window : Window, optional
        Coverages in percent that suit the network. None: that of `evidence`, and the
        published one where there is no evidence or structure is asked for.
    purpose : Purpose
        What the images are for.
    optics : Optics, optional
        The objective: compared with Nyquist, as information; it decides for structure.
    evidence : NetworkEvidence, optional
        What is known about a network on this sample: its window, a sweep, an atlas.
    tolerance_percent : float
        How much of the best score may be given up for coarser pixels, from 0 to 100. It
        counts where scores decide.
    bytes_per_pixel : int
        Of the images saved, for the storage sentence: 1 or 2.

    Returns
    -------
    Recommendation
        The ratio new / old pixel size with its reasons and cautions. No ratio where
        structure is asked for and optics or pixel size are missing; an expected IoU, on
        the sample's grid, where the evidence supports a number.

    See Also
    --------
    rescale4dl_core.session.advising.advise : The same with the choices of a session.

    References
    ----------
    Ferreira et al. 2025; docs/decisions/0005-keep-what-you-have.md.

    Examples
    --------
    An object of 50 px, drawn by hand, with pixels of 0.1 µm; a network that wants objects
    of 6.25 to 25 px:

    >>> from rescale4dl_core.measuring.drawn import (
    ...     DrawnDiameter, DrawnImage, drawn_measurement
    ... )
    >>> from rescale4dl_core.quantities import PixelSize
    >>> from rescale4dl_core.window import Window
    >>> line = DrawnDiameter(10, 10, 10, 60)
    >>> cells = DrawnImage("cells.tif", (line,), (512, 512), PixelSize.square(0.1))
    >>> advice = recommend(
    ...     drawn_measurement([cells]), window=Window(4.0, 16.0, "a small U-Net")
    ... )
    >>> round(advice.ratio, 2), round(advice.pixel_size_um, 2)
    (4.0, 0.4)
    >>> advice.headline.partition(":")[0]
    'Acquire at 0.4 µm per pixel, 4x coarser than this sample'
    """
    fit = SampleFit(measurement, purpose, _window(window, evidence, purpose), optics)
    sources = None if evidence is None else sources_of(evidence, fit)
    if purpose is Purpose.STRUCTURE:
        advice = _by_nyquist(fit, bytes_per_pixel)
    elif sources is not None and sources.deciding is not None:
        advice = _by_scores(
            fit, sources, sources.deciding, tolerance_percent, bytes_per_pixel
        )
    else:
        advice = _by_coverage(fit, sources, bytes_per_pixel)
    return advice if sources is None else _with_expected(advice, sources)


def _window(
    chosen: Window | None, evidence: NetworkEvidence | None, purpose: Purpose
) -> Window:
    if chosen is not None:
        return chosen
    # Under Nyquist coverage is no criterion, and no network's window may look like one.
    if evidence is None or purpose is Purpose.STRUCTURE:
        return PUBLISHED_WINDOW
    return evidence.window


def _by_nyquist(fit: SampleFit, bytes_per_pixel: int) -> Recommendation:
    measured, optics = fit.measurement, fit.optics
    ratio = ratio_by_nyquist(measured.pixel_size, optics)
    return _answer(
        fit,
        ratio=ratio,
        headline=nyquist_headline(measured, optics, ratio),
        reasons=nyquist_reasons(measured, optics),
        cautions=nyquist_cautions(measured, optics, ratio),
        bytes_per_pixel=bytes_per_pixel,
    )


def _by_coverage(
    fit: SampleFit, sources: Sources | None, bytes_per_pixel: int
) -> Recommendation:
    on_evidence = (
        cautions_on_fit(fit) if sources is None else cautions_without_curve(fit, sources)
    )
    return _answer(
        fit,
        ratio=fit.ratio,
        headline=headline_of(fit),
        reasons=reasons_for(fit),
        cautions=(*on_evidence, *cautions_on_size(fit)),
        bytes_per_pixel=bytes_per_pixel,
    )


def _by_scores(
    fit: SampleFit,
    sources: Sources,
    curve: EvidenceCurve,
    tolerance_percent: float,
    bytes_per_pixel: int,
) -> Recommendation:
    decision = decide(_serving(curve, fit), tolerance_percent)
    fit = replace(
        fit,
        decided_ratio=_kept(decision, curve),
        decided_range=decision.ratio_range,
        decided_on_sample=curve is sources.swept,
    )
    advice = _answer(
        fit,
        ratio=fit.ratio,
        headline=headline_of(fit),
        reasons=(
            *reasons_before(fit),
            *reasons_from_evidence(fit, sources, decision, tolerance_percent),
            *reasons_after(fit),
        ),
        cautions=(
            *cautions_on_evidence(fit, sources, decision),
            *cautions_on_size(fit),
        ),
        bytes_per_pixel=bytes_per_pixel,
    )
    return replace(advice, basis=curve.basis, tolerance_percent=tolerance_percent)


def _serving(curve: EvidenceCurve, fit: SampleFit) -> EvidenceCurve:
    """Return the points whose coverage serves the purpose, all where none does."""
    if fit.window == fit.base_window:
        return curve
    now_percent = fit.measurement.coverage.percent
    serving = tuple(
        point
        for point in curve.points
        if point.ratio * now_percent <= fit.window.high_percent
    )
    return replace(curve, points=serving or curve.points)


def _kept(decision: Decision, curve: EvidenceCurve) -> float:
    """Return the ratio, 1 where the test images cannot tell it from the present one."""
    ratio = decision.chosen.ratio
    low, high = decision.ratio_range
    near = 1 / KEEP_WITHIN <= ratio <= KEEP_WITHIN
    if curve.basis is Basis.ATLAS and near and low <= 1 <= high:
        return 1.0
    # To keep is exactly 1: `verdict_of` asks for that.
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


def _answer(
    fit: SampleFit,
    *,
    ratio: float | None,
    headline: str,
    reasons: tuple[Reason, ...],
    cautions: tuple[Caution, ...],
    bytes_per_pixel: int,
) -> Recommendation:
    """Return the recommendation of `ratio` for `fit`, with all that follows from it."""
    measured = fit.measurement
    by_coverage = fit.purpose is not Purpose.STRUCTURE
    return Recommendation(
        headline=headline,
        verdict=verdict_of(ratio),
        purpose=fit.purpose,
        measurement=measured,
        ratio=ratio,
        window=fit.window,
        ratio_range=fit.ratio_range if by_coverage else None,
        share_inside_now_percent=fit.share_inside_percent(1.0) if by_coverage else None,
        share_inside_percent=fit.share_inside_percent(fit.ratio) if by_coverage else None,
        nyquist_ratio=_nyquist_ratio(fit, ratio),
        confidence=confidence_from(cautions),
        gains=()
        if ratio is None
        else gain_sentences(ratio, measured.pixel_size, bytes_per_pixel=bytes_per_pixel),
        images=_images(fit, ratio),
        evidence=tuple(chain.from_iterable(reason.evidence for reason in reasons)),
        reasons=tuple(reason.text for reason in reasons),
        cautions=(
            *(caution.text for caution in cautions),
            *(f"{note} [{MEASURED}]" for note in measured.notes),
        ),
    )


def _nyquist_ratio(fit: SampleFit, ratio: float | None) -> float | None:
    if ratio is None or fit.optics is None or fit.pixel_um is None:
        return None
    return fit.optics.nyquist_ratio(fit.pixel_um * ratio)


def _images(fit: SampleFit, ratio: float | None) -> tuple[ImageFit, ...]:
    return tuple(
        ImageFit(
            name=image.name,
            n_objects=image.n_objects,
            diameter_px=image.diameter_px,
            coverage_now_percent=fit.coverage_of(image, 1.0),
            coverage_percent=fit.coverage_of(image, ratio),
            in_window=None if fit.purpose is Purpose.STRUCTURE else fit.holds(image),
        )
        for image in fit.measurement.images
    )


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
