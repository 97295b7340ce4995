"""Reasons and cautions from evidence on a network: what each source says of the answer.

First why the scores decide as they do, and where the sources agree; then what limits an
answer with scores (`cautions_on_evidence`) and without (`cautions_without_curve`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rescale4dl_core.advice.coverage_reasons import cautions_on_lens, cautions_on_range
from rescale4dl_core.advice.coverage_rule import KEEP_WITHIN, Verdict, verdict_of
from rescale4dl_core.advice.evidence import Alike
from rescale4dl_core.advice.evidence_curve import (
    SHARE_WITHOUT_MASK,
    Basis,
    EvidenceCurve,
    ScorePoint,
    expected_at,
)
from rescale4dl_core.advice.reasons import PAPER, Caution, Certainty, Reason
from rescale4dl_core.wording import number, times

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rescale4dl_core.advice.coverage_rule import SampleFit
    from rescale4dl_core.advice.evidence import Sources
    from rescale4dl_core.advice.evidence_curve import Decision


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
    fit: SampleFit, sources: Sources, decision: Decision, tolerance_percent: float
) -> tuple[Reason, ...]:
    """Return why the evidence decides as it does, and what the other sources say."""
    curve = sources.deciding
    if curve is None:
        return ()
    found = (
        _best(fit, sources, curve),
        _choice(fit, curve, decision, tolerance_percent),
        _unsure(fit, decision, tolerance_percent),
        _kept(fit, decision),
        _ceiling(curve, decision.chosen),
        _window(fit),
        _test_set(fit, sources, curve),
        _likeness(sources),
    )
    return tuple(reason for reason in found if reason is not None)


def _source_of(sources: Sources, curve: EvidenceCurve) -> str:
    """Return where the scores of `curve` come from, for the brackets."""
    network = sources.evidence.network
    if curve.basis is not Basis.ATLAS:
        return f"sweep of your images with {network}"
    points = sources.likeness.curve.points if sources.likeness else ()
    n_images = max((point.n_images for point in points), default=0)
    images = "1 image" if n_images == 1 else f"{n_images} images"
    return f"atlas of {network}: {images} of {curve.source}"


def _best(fit: SampleFit, sources: Sources, curve: EvidenceCurve) -> Reason:
    best, points = curve.best, curve.points
    tried = f"{len(points)} pixel sizes, {fit.pixels_of(points[0].ratio, points[-1].ratio)}"
    who = (
        f"{sources.evidence.network} was tried on your images at {tried}"
        if curve.basis is not Basis.ATLAS
        else f"{sources.evidence.network} was not run on your images. On {curve.source} it "
        f"was tried at coverages that mean {tried}, for your objects"
    )
    return Reason(
        f"{who}. Its {WHAT_IT_IS[curve.basis]} is best, {best.score.mean:.2f}, with "
        f"{_pixels(fit, best)}.",
        _source_of(sources, curve),
        best.score.mean,
    )


def _choice(
    fit: SampleFit, curve: EvidenceCurve, decision: Decision, tolerance_percent: float
) -> Reason:
    chosen, allowed = decision.chosen, number(tolerance_percent)
    low, high = decision.ratio_range
    span = (
        "Only this pixel size is"
        if low == high
        else f"Pixels of {fit.pixels_of(low, high)} are"
    )
    score = f"{chosen.score.mean:.2f} ({chosen.score.low:.2f} to {chosen.score.high:.2f})"
    if curve.basis is Basis.STABILITY:
        return Reason(
            f"{span} within {number(SHARE_WITHOUT_MASK * tolerance_percent)} % of that, "
            f"and {_pixels(fit, chosen)} are the coarsest of them: {score}. That is half "
            "of the loss that you allow: on test images with masks, stability fell more "
            "slowly than the true score.",
            PLATEAU_RULE,
            chosen.ratio,
        )
    within = f"{span} within {allowed} % of that"
    return Reason(
        f"{within} on average, and {_pixels(fit, chosen)} are the coarsest that can be "
        f"relied on: {score}.",
        RULE,
        chosen.ratio,
    )


def _unsure(fit: SampleFit, decision: Decision, tolerance_percent: float) -> Reason | None:
    coarsest = decision.coarsest_on_average
    if coarsest.ratio <= decision.chosen.ratio or coarsest.loss is None:
        return None
    return Reason(
        f"With {_pixels(fit, coarsest)} the loss was "
        f"{100 * coarsest.loss.mean / decision.best.score.mean:.1f} % on average, but the "
        f"same objects compared at both pixel sizes leave room for more than "
        f"{number(tolerance_percent)} %. More images with masks would settle it.",
        "one-sided 95 % bound of the loss, object by object",
        coarsest.ratio,
    )


def _kept(fit: SampleFit, decision: Decision) -> Reason | None:
    if fit.ratio != 1 or decision.chosen.ratio == 1:
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


def _window(fit: SampleFit) -> Reason:
    window, percent = fit.window, fit.coverage_percent
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


def _test_set(fit: SampleFit, sources: Sources, deciding: EvidenceCurve) -> Reason | None:
    atlas = sources.atlas
    if atlas is None or atlas is deciding:
        return None
    scores = atlas.expected(fit.measurement.coverage.percent)
    there = None if scores is None else expected_at(scores, fit.coverage_percent)
    if there is None:
        return None
    reaches = (
        f"On {atlas.source}, at the same coverage, it reaches {there.iou:.2f} (single "
        f"images {there.low:.2f} to {there.high:.2f})"
    )
    if deciding.basis is Basis.STABILITY:
        sentence = f"{reaches}: what to expect here, for want of a mask."
    else:
        yours = deciding.expected(fit.measurement.coverage.percent)
        here = None if yours is None else expected_at(yours, fit.coverage_percent)
        meet = here is None or (there.low <= here.high and here.low <= there.high)
        sentence = (
            f"Agreement: {reaches[0].lower()}{reaches[1:]}."
            if meet
            else f"Conflict: {reaches[0].lower()}{reaches[1:]}. Your own mask decides."
        )
    return Reason(sentence, _source_of(sources, atlas), there.iou)


def _likeness(sources: Sources) -> Reason | None:
    if sources.atlas is None or sources.likeness is None:
        return None
    return Reason(sources.likeness.sentence, "measured on both", sources.likeness.steps)


def _pixels(fit: SampleFit, point: ScorePoint) -> str:
    if fit.pixel_um is None and point.ratio == 1:
        return "the pixels as taken"
    return f"pixels of {fit.pixels_of(point.ratio)}"


POOR_IOU = 0.5
"""Below this the average object is not outlined well enough to count as found."""

STABILITY_FOLLOWS = 0.8
"""Rank correlation from which stability can stand in for the true scores."""


def cautions_on_evidence(
    fit: SampleFit, sources: Sources, decision: Decision
) -> tuple[Caution, ...]:
    """Return what limits an answer that scores decided."""
    return (
        *cautions_on_range(fit),
        *_poor(sources, decision),
        *_stopped(sources),
        *_edge(fit, sources, decision),
        *_no_truth(sources),
        *_atlas_only(sources),
        *_unlike(sources),
        *_finer(fit, sources),
        *cautions_on_lens(fit),
        *_pretrained(),
    )


def cautions_without_curve(fit: SampleFit, sources: Sources) -> tuple[Caution, ...]:
    """Return what limits an answer that the window of the network alone decided."""
    return (
        *cautions_on_range(fit),
        *_stopped(sources),
        *_nothing_found(sources),
        *_unlike(sources),
        *_untried(sources),
        *cautions_on_lens(fit),
        *_pretrained(),
    )


def _poor(sources: Sources, decision: Decision) -> Iterator[Caution]:
    curve = sources.expecting
    if curve is not sources.deciding or decision.best.score.mean >= POOR_IOU:
        return
    yield Caution(
        f"{sources.evidence.network} finds these objects badly at every pixel size: at "
        f"best the overlap is {decision.best.score.mean:.2f}. Try another network, or "
        "train one on images like yours, before you book.",
        "scores of the network",
        "the network does not find these objects well at any pixel size",
        Certainty.LOW,
    )


def _stopped(sources: Sources) -> Iterator[Caution]:
    sweep = sources.evidence.sweep
    if sweep is None or sweep.complete or not sweep.scales:
        return
    left_out = (
        "its scores still rose towards finer ones, so it decides nothing. Let it finish."
        if sweep.still_rises
        else "the others were not tried."
    )
    yield Caution(
        f"The sweep was stopped after {len(sweep.scales)} pixel sizes; {left_out}",
        "your sweep",
        "the sweep was stopped",
        Certainty.MODERATE,
    )


def _edge(fit: SampleFit, sources: Sources, decision: Decision) -> Iterator[Caution]:
    curve = sources.deciding
    if curve is None or curve.basis is Basis.ATLAS or len(curve.points) < 2:
        return
    if decision.chosen.ratio < curve.points[-1].ratio:
        return
    yield Caution(
        f"Pixels of {fit.pixels_of(decision.chosen.ratio)} are the coarsest that were "
        "tried; coarser ones may do as well.",
        "your sweep",
    )


def _no_truth(sources: Sources) -> Iterator[Caution]:
    curve = sources.swept
    if curve is None or curve.basis is not Basis.STABILITY:
        return
    rank = None if sources.likeness is None else sources.likeness.curve.stability_rank
    if rank is None:
        known = "How well that follows the truth was not measured for this network."
    else:
        verdict = (
            "it follows the truth well"
            if rank >= STABILITY_FOLLOWS
            else "take it as a hint"
        )
        known = (
            f"On {sources.likeness.curve.data_set if sources.likeness else ''} the rank "
            f"correlation of stability and true overlap over pixel sizes is {rank:.2f}: "
            f"{verdict}."
        )
    yield Caution(
        "Without a mask the network was judged by its stability, and a network can be "
        f"stable and wrong. {known} Look at the outlines on the Scale sweep page.",
        "Talks and Kreshuk 2025; atlas",
        "no mask to check the network against",
        Certainty.MODERATE,
    )


def _atlas_only(sources: Sources) -> Iterator[Caution]:
    if sources.swept is not None or sources.atlas is None or sources.likeness is None:
        return
    curve = sources.likeness.curve
    flattering = (
        " The network was trained on some of these images, which flatters its scores."
        if curve.trained_on
        else ""
    )
    yield Caution(
        f"The network was not run on your images. What to expect is taken from "
        f"{curve.data_set} ({curve.split}), at the same coverage.{flattering} A sweep of "
        "your own images says more.",
        "atlas",
        "the network was not run on your images",
        Certainty.MODERATE,
    )
    if sources.likeness.alike in (Alike.PARTLY, Alike.UNKNOWN):
        yield Caution(
            "The scores on these test images may not hold for your objects: "
            f"{sources.likeness.sentence}",
            "measured on both",
            "the test images are only partly like yours",
            Certainty.MODERATE,
        )


def _unlike(sources: Sources) -> Iterator[Caution]:
    checked = sources.swept is not None and sources.swept.basis is Basis.TRUTH
    if checked or sources.likeness is None or sources.likeness.alike is not Alike.NO:
        return
    yield Caution(
        f"No test set of {sources.evidence.network} has objects like yours, so none tells "
        f"what score to expect. The nearest: {sources.likeness.sentence}",
        "atlas",
        "the network was never tested on objects like yours",
        Certainty.LOW if sources.swept is None else Certainty.MODERATE,
    )


def _nothing_found(sources: Sources) -> Iterator[Caution]:
    sweep = sources.evidence.sweep
    if sweep is None or sweep.still_rises:
        return
    yield Caution(
        f"{sources.evidence.network} found nothing like your objects at any pixel size "
        "that was tried, so the sweep decides nothing. Try another network.",
        "your sweep",
        "the network found nothing like your objects",
        Certainty.LOW,
    )


def _untried(sources: Sources) -> Iterator[Caution]:
    if sources.evidence.sweep is not None or sources.likeness is not None:
        return
    yield Caution(
        f"{sources.evidence.network} was not run on your images and has no test results "
        "over pixel sizes, so its range decides alone. Sweep your images.",
        "no sweep, no atlas",
        "the network was not tried",
        Certainty.MODERATE,
    )


def _finer(fit: SampleFit, sources: Sources) -> Iterator[Caution]:
    if verdict_of(fit.ratio) is not Verdict.FINER:
        return
    ratio = fit.ratio
    how = (
        "was tried by enlarging your images"
        if sources.swept is not None
        else "follows from test images of other pixel sizes"
    )
    yield Caution(
        f"Finer pixels are what this network wants to see, and that {how}, which adds no "
        "detail. So you can keep acquiring as you do and enlarge the images "
        f"{times(1 / ratio)} before the network; a finer acquisition shows more, and each "
        f"field then holds 1/{number(1 / ratio**2)} of the area.",
        "sampling theorem; Eq. 3",
        "the finer pixel size was tried by enlarging only",
        Certainty.MODERATE,
    )


def _pretrained() -> Iterator[Caution]:
    yield Caution(
        "This is a network that was trained once, shown rescaled images. Trained anew at "
        "the recommended pixel size, as in the paper, it may do better.",
        PAPER,
    )
