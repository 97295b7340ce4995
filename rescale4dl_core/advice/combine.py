"""The recommendation from evidence: sweep, atlas, window and size distribution in one.

How the sources are weighed, and what that costs: docs/decisions/0040 to 0042.
"""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

from rescale4dl_core.advice.answer import answer_of
from rescale4dl_core.advice.case import Case
from rescale4dl_core.advice.caution_size import cautions_on_size
from rescale4dl_core.advice.evidence import Sources, sources_of
from rescale4dl_core.advice.evidence_cautions import (
    cautions_on_evidence,
    cautions_without_curve,
)
from rescale4dl_core.advice.evidence_curve import Basis, EvidenceCurve
from rescale4dl_core.advice.evidence_reasons import reasons_from_evidence
from rescale4dl_core.advice.evidence_rule import Decision, decide
from rescale4dl_core.advice.expected import expected_at
from rescale4dl_core.advice.headline import headline_of
from rescale4dl_core.advice.purpose import Purpose
from rescale4dl_core.advice.recommend import recommend
from rescale4dl_core.advice.rule import KEEP_WITHIN
from rescale4dl_core.advice.why import reasons_after, reasons_before, reasons_for

if TYPE_CHECKING:
    from rescale4dl_core.advice.evidence import NetworkEvidence
    from rescale4dl_core.advice.recommendation import Recommendation
    from rescale4dl_core.measure.measurement import Measurement
    from rescale4dl_core.planning.sampling import Optics

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
