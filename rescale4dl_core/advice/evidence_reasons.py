"""What the evidence says, and where its sources agree: sentences with their source."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rescale4dl_core.advice.evidence_curve import Basis, EvidenceCurve, ScorePoint
from rescale4dl_core.advice.evidence_rule import SHARE_WITHOUT_MASK
from rescale4dl_core.advice.expected import expected_at
from rescale4dl_core.advice.reasons import Reason
from rescale4dl_core.advice.rule import KEEP_WITHIN
from rescale4dl_core.advice.wording import number

if TYPE_CHECKING:
    from rescale4dl_core.advice.case import Case
    from rescale4dl_core.advice.evidence import Sources
    from rescale4dl_core.advice.evidence_rule import Decision

RULE = "rule: the coarsest pixels that surely cost no more than allowed"
PLATEAU_RULE = "rule: the coarse end of the stable plateau, half of the tolerance"

WHAT_IT_IS = {
    Basis.TRUTH: "overlap with your mask (IoU, 0 to 1, on the grid of your sample)",
    Basis.STABILITY: "stability × limit, that is how much of each outline stays when the "
    "image is flipped, zoomed or made noisier (stability) and when pixels are coarser "
    "(limit), 0 to 1,",
    Basis.ATLAS: "overlap with the true outlines (IoU, 0 to 1)",
}


def reasons_from_evidence(
    case: Case, sources: Sources, decision: Decision, tolerance_percent: float
) -> tuple[Reason, ...]:
    """Return why the evidence decides as it does, and what the other sources say."""
    curve = sources.deciding
    if curve is None:
        return ()
    found = (
        _best(case, sources, curve),
        _choice(case, curve, decision, tolerance_percent),
        _unsure(case, decision, tolerance_percent),
        _kept(case, decision),
        _ceiling(curve, decision.chosen),
        _window(case),
        _test_set(case, sources, curve),
        _likeness(sources),
    )
    return tuple(reason for reason in found if reason is not None)


def source_of(sources: Sources, curve: EvidenceCurve) -> str:
    """Return where the scores of `curve` come from, for the brackets."""
    network = sources.evidence.network
    if curve.basis is not Basis.ATLAS:
        return f"sweep of your images with {network}"
    points = sources.likeness.curve.points if sources.likeness else ()
    n_images = max((point.n_images for point in points), default=0)
    images = "1 image" if n_images == 1 else f"{n_images} images"
    return f"atlas of {network}: {images} of {curve.source}"


def _best(case: Case, sources: Sources, curve: EvidenceCurve) -> Reason:
    best, points = curve.best, curve.points
    tried = (
        f"{len(points)} pixel sizes, {case.pixels_of(points[0].ratio, points[-1].ratio)}"
    )
    who = (
        f"{sources.evidence.network} was tried on your images at {tried}"
        if curve.basis is not Basis.ATLAS
        else f"{sources.evidence.network} was not run on your images. On {curve.source} it "
        f"was tried at coverages that mean {tried}, for your objects"
    )
    return Reason(
        f"{who}. Its {WHAT_IT_IS[curve.basis]} is best, {best.score.mean:.2f}, with "
        f"{_pixels(case, best)}.",
        source_of(sources, curve),
        best.score.mean,
    )


def _choice(
    case: Case, curve: EvidenceCurve, decision: Decision, tolerance_percent: float
) -> Reason:
    chosen, allowed = decision.chosen, number(tolerance_percent)
    low, high = decision.ratio_range
    span = (
        "Only this pixel size is"
        if low == high
        else f"Pixels of {case.pixels_of(low, high)} are"
    )
    score = f"{chosen.score.mean:.2f} ({chosen.score.low:.2f} to {chosen.score.high:.2f})"
    if curve.basis is Basis.STABILITY:
        return Reason(
            f"{span} within {number(SHARE_WITHOUT_MASK * tolerance_percent)} % of that, "
            f"and {_pixels(case, chosen)} are the coarsest of them: {score}. That is half "
            "of the loss that you allow: on test images with masks, stability fell more "
            "slowly than the true score.",
            PLATEAU_RULE,
            chosen.ratio,
        )
    within = f"{span} within {allowed} % of that"
    return Reason(
        f"{within} on average, and {_pixels(case, chosen)} are the coarsest that can be "
        f"relied on: {score}.",
        RULE,
        chosen.ratio,
    )


def _unsure(case: Case, decision: Decision, tolerance_percent: float) -> Reason | None:
    coarsest = decision.coarsest_on_average
    if coarsest.ratio <= decision.chosen.ratio or coarsest.loss is None:
        return None
    return Reason(
        f"With {_pixels(case, coarsest)} the loss was "
        f"{100 * coarsest.loss.mean / decision.best.score.mean:.1f} % on average, but the "
        f"same objects compared at both pixel sizes leave room for more than "
        f"{number(tolerance_percent)} %. More images with masks would settle it.",
        "one-sided 95 % bound of the loss, object by object",
        coarsest.ratio,
    )


def _kept(case: Case, decision: Decision) -> Reason | None:
    if case.ratio != 1 or decision.chosen.ratio == 1:
        return None
    return Reason(
        "The pixels of your sample are within the tolerance too, and within a factor "
        f"{number(KEEP_WITHIN)} of those: too near to change the magnification for.",
        "rule: keep what is near enough",
        decision.chosen.ratio,
    )


def _ceiling(curve: EvidenceCurve, chosen: ScorePoint) -> Reason | None:
    if chosen.ceiling is None:
        return None
    whose = "The outlines found" if curve.basis is Basis.STABILITY else "Perfect outlines"
    return Reason(
        f"{whose}, brought to that pixel size and back to the fine grid, would keep an "
        f"overlap of {chosen.ceiling:.2f}: no network can do better there.",
        "round trip of the outlines",
        chosen.ceiling,
    )


def _window(case: Case) -> Reason:
    window, percent = case.window, case.coverage_percent
    span = f"{number(window.low_percent)} to {number(window.high_percent)} %"
    holds = window.contains(percent)
    verdict = (
        f"Agreement: with {number(percent)} % it lies in the range of {span}."
        if holds
        else f"Conflict: with {number(percent)} % it lies outside the range of {span}. "
        "Scores of this network count for more than a range that follows from how far it "
        "sees, so they decide."
    )
    return Reason(verdict, window.source, percent)


def _test_set(case: Case, sources: Sources, deciding: EvidenceCurve) -> Reason | None:
    atlas = sources.atlas
    if atlas is None or atlas is deciding:
        return None
    scores = atlas.expected(case.measurement.coverage.percent)
    there = None if scores is None else expected_at(scores, case.coverage_percent)
    if there is None:
        return None
    reaches = (
        f"On {atlas.source}, at the same coverage, it reaches {there.iou:.2f} (single "
        f"images {there.low:.2f} to {there.high:.2f})"
    )
    if deciding.basis is Basis.STABILITY:
        sentence = f"{reaches}: what to expect here, for want of a mask."
    else:
        yours = deciding.expected(case.measurement.coverage.percent)
        here = None if yours is None else expected_at(yours, case.coverage_percent)
        meet = here is None or (there.low <= here.high and here.low <= there.high)
        sentence = (
            f"Agreement: {reaches[0].lower()}{reaches[1:]}."
            if meet
            else f"Conflict: {reaches[0].lower()}{reaches[1:]}. Your own mask decides."
        )
    return Reason(sentence, source_of(sources, atlas), there.iou)


def _likeness(sources: Sources) -> Reason | None:
    if sources.atlas is None or sources.likeness is None:
        return None
    return Reason(sources.likeness.sentence, "measured on both", sources.likeness.steps)


def _pixels(case: Case, point: ScorePoint) -> str:
    if case.pixel_um is None and point.ratio == 1:
        return "the pixels as taken"
    return f"pixels of {case.pixels_of(point.ratio)}"
