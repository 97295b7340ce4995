"""What the evidence does not show."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rescale4dl_core.advice.caution_fit import cautions_on_lens, cautions_on_range
from rescale4dl_core.advice.evidence_curve import Basis
from rescale4dl_core.advice.likeness import Alike
from rescale4dl_core.advice.reasons import PAPER, Caution, Certainty
from rescale4dl_core.advice.rule import Verdict, verdict_of
from rescale4dl_core.advice.wording import number, times

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rescale4dl_core.advice.case import Case
    from rescale4dl_core.advice.evidence import Sources
    from rescale4dl_core.advice.evidence_rule import Decision

POOR_IOU = 0.5
"""Below this the average object is not outlined well enough to count as found."""

STABILITY_FOLLOWS = 0.8
"""Rank correlation from which stability can stand in for the true scores."""


def cautions_on_evidence(
    case: Case, sources: Sources, decision: Decision
) -> tuple[Caution, ...]:
    """Return what limits an answer that scores decided."""
    return (
        *cautions_on_range(case),
        *_poor(sources, decision),
        *_stopped(sources),
        *_edge(case, sources, decision),
        *_no_truth(sources),
        *_atlas_only(sources),
        *_unlike(sources),
        *_finer(case, sources),
        *cautions_on_lens(case),
        *_pretrained(),
    )


def cautions_without_curve(case: Case, sources: Sources) -> tuple[Caution, ...]:
    """Return what limits an answer that the window of the network alone decided."""
    return (
        *cautions_on_range(case),
        *_stopped(sources),
        *_nothing_found(sources),
        *_unlike(sources),
        *_untried(sources),
        *cautions_on_lens(case),
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


def _edge(case: Case, sources: Sources, decision: Decision) -> Iterator[Caution]:
    curve = sources.deciding
    if curve is None or curve.basis is Basis.ATLAS or len(curve.points) < 2:
        return
    if decision.chosen.ratio < curve.points[-1].ratio:
        return
    yield Caution(
        f"Pixels of {case.pixels_of(decision.chosen.ratio)} are the coarsest that were "
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


def _finer(case: Case, sources: Sources) -> Iterator[Caution]:
    if verdict_of(case.ratio) is not Verdict.FINER:
        return
    ratio = case.ratio
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
