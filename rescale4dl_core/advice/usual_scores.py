"""What a network usually scores, where no sample is at hand to try it on."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from rescale4dl_core.advice.evidence_curve import curve_of_atlas

if TYPE_CHECKING:
    from rescale4dl_core.advice.evidence import NetworkEvidence
    from rescale4dl_core.microscope.score_curve import ScoreCurve

WHOLE_PERCENT = 100.0


def usual_scores(evidence: NetworkEvidence) -> ScoreCurve | None:
    """Return the scores over coverage on the test images of the kind it was made for.

    None for a network of the user's own, which has no such tests.
    """
    likeness = evidence.likeness()
    if likeness is None:
        return None
    scores = curve_of_atlas(likeness.curve, WHOLE_PERCENT).expected(WHOLE_PERCENT)
    if scores is None or not likeness.curve.trained_on:
        return scores
    flattering = "overlap on images that the network learnt from, better than on others"
    return replace(scores, source=f"{flattering}: {likeness.curve.data_set}")
