"""What is known about one network on one sample, and what each source says."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING

from rescale4dl_core.advice.evidence_curve import (
    Basis,
    EvidenceCurve,
    curve_of_atlas,
    curve_of_sweep,
)
from rescale4dl_core.study.atlas import read_atlas
from rescale4dl_core.window import PUBLISHED_WINDOW, window_for_receptive_field
from rescale4dl_core.wording import number

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rescale4dl_core.advice.coverage_rule import SampleFit
    from rescale4dl_core.inference.card import NetworkCard
    from rescale4dl_core.inference.network import Network
    from rescale4dl_core.microscope.score_curve import ScoreCurve
    from rescale4dl_core.study.atlas import AtlasCurve, NetworkAtlas
    from rescale4dl_core.study.object_facts import ObjectFacts
    from rescale4dl_core.study.results import Sweep
    from rescale4dl_core.window import Window


CONTRAST_STEP = 0.35
"""Contrast runs from -1 to 1; a third of a unit apart looks different."""

# The steps are a judgement, and not tuned on scores: see decision 0042.
ELONGATION_STEP = math.log(1.5)
CROWDING_STEP_PERCENT = 40.0
UNLIKE_FROM = 2.0
"""Steps apart from which the scores of the test set say nothing of the sample."""


class Alike(StrEnum):
    """How much the scores on a test set say about a sample."""

    YES = "much alike"
    PARTLY = "partly alike"
    NO = "not alike"
    UNKNOWN = "not compared"
    """No outlines to compare: diameters drawn by hand."""


@dataclass(frozen=True, slots=True, eq=False)
class Likeness:
    """One test set beside the sample."""

    curve: AtlasCurve
    alike: Alike
    steps: float
    """The largest of the differences in contrast, shape and crowding, in steps."""

    sentence: str


def most_alike(curves: Sequence[AtlasCurve], facts: ObjectFacts | None) -> Likeness | None:
    """Return the test set whose objects are most like those of the sample.

    Without facts it is the first one, of the kind that the network was made for. None
    where there is no curve.
    """
    if not curves:
        return None
    if facts is None:
        return Likeness(
            curves[0],
            Alike.UNKNOWN,
            0.0,
            "How alike your objects are could not be seen: they have no outlines.",
        )
    return min((_likeness(curve, facts) for curve in curves), key=lambda one: one.steps)


def _likeness(curve: AtlasCurve, yours: ObjectFacts) -> Likeness:
    theirs = curve.facts
    # The largest decides: being alike in two respects does not make up for the third.
    steps = max(
        abs(yours.contrast - theirs.contrast) / CONTRAST_STEP,
        abs(math.log(yours.elongation / theirs.elongation)) / ELONGATION_STEP,
        abs(yours.crowding_percent - theirs.crowding_percent) / CROWDING_STEP_PERCENT,
    )
    alike = Alike.YES if steps <= 1 else Alike.PARTLY if steps < UNLIKE_FROM else Alike.NO
    return Likeness(
        curve,
        alike,
        steps,
        f"Your objects and those of {curve.data_set} are {alike.value}: "
        f"{number(yours.diameter_px)} and {number(theirs.diameter_px)} px across, "
        f"{_brightness(yours.contrast, theirs.contrast)} (contrast "
        f"{yours.contrast:.2f} and {theirs.contrast:.2f}), elongation "
        f"{number(yours.elongation)} and {number(theirs.elongation)}, "
        f"{yours.crowding_percent:.0f} and {theirs.crowding_percent:.0f} % close to a "
        "neighbour.",
    )


def _brightness(yours: float, theirs: float) -> str:
    first, second = ("brighter" if one >= 0 else "darker" for one in (yours, theirs))
    both = f"both {first}" if first == second else f"{first} and {second}"
    return f"{both} than around"


@dataclass(frozen=True, slots=True, eq=False)
class NetworkEvidence:
    """All that is known about a network on a sample; the window at least."""

    network: str
    window: Window
    sweep: Sweep | None = None
    """Of this network on the images of the measurement."""

    atlas: NetworkAtlas | None = None
    facts: ObjectFacts | None = None
    """Of the objects of the sample, to find the test set that is like them."""

    @classmethod
    def of_card(
        cls,
        card: NetworkCard,
        *,
        sweep: Sweep | None = None,
        facts: ObjectFacts | None = None,
    ) -> NetworkEvidence:
        """Return the evidence on a network that ships, its atlas included.

        Raises
        ------
        NetworkError
            If the atlas is damaged.
        """
        return cls(card.name, card.window, sweep, read_atlas(card), facts)

    @classmethod
    def of_network(
        cls,
        network: Network,
        *,
        sweep: Sweep | None = None,
        facts: ObjectFacts | None = None,
    ) -> NetworkEvidence:
        """Return the evidence on an open network; one of the user's own has no atlas.

        Its window follows from how far it sees by its graph; where that is the whole image
        the published window stands in.

        Raises
        ------
        NetworkError
            If the atlas is damaged.
        """
        if network.card is not None:
            return cls.of_card(network.card, sweep=sweep, facts=facts)
        spec = network.spec
        window = (
            PUBLISHED_WINDOW
            if spec.whole_image
            # The halo is half of the receptive field: see decision 0035.
            else window_for_receptive_field(2 * spec.halo_px, spec.output_stride)
        )
        return cls(network.name, window, sweep, facts=facts)

    def swept(self) -> EvidenceCurve | None:
        """Return the curve of the sweep, None where it says nothing."""
        # A stopped sweep whose scores still rise has not seen its best scale.
        if self.sweep is None or self.sweep.still_rises:
            return None
        return curve_of_sweep(self.sweep)

    def likeness(self) -> Likeness | None:
        """Return the test set most like the sample, None without an atlas."""
        return None if self.atlas is None else most_alike(self.atlas.curves, self.facts)


@dataclass(frozen=True, slots=True, eq=False)
class Sources:
    """The evidence on the pixel sizes of one sample."""

    evidence: NetworkEvidence
    swept: EvidenceCurve | None
    likeness: Likeness | None
    atlas: EvidenceCurve | None
    """Of the test set most like the sample; None where it is not alike."""

    @property
    def deciding(self) -> EvidenceCurve | None:
        """The curve that decides: the sample's own, else that of a like test set."""
        return self.swept or self.atlas

    @property
    def expecting(self) -> EvidenceCurve | None:
        """The curve that tells the score to expect."""
        if self.swept is not None and self.swept.basis is Basis.TRUTH:
            return self.swept
        return self.atlas


def sources_of(evidence: NetworkEvidence, fit: SampleFit) -> Sources:
    """Return what each source says about the sample of `fit`."""
    likeness = evidence.likeness()
    usable = likeness is not None and likeness.alike is not Alike.NO
    return Sources(
        evidence=evidence,
        swept=evidence.swept(),
        likeness=likeness,
        atlas=curve_of_atlas(likeness.curve, fit.measurement.coverage.percent)
        if likeness is not None and usable
        else None,
    )


WHOLE_PERCENT = 100.0


def usual_scores(evidence: NetworkEvidence) -> ScoreCurve | None:
    """Return the scores over coverage on the test images of the kind it was made for.

    None for a network of the user's own, which has no such tests.
    """
    likeness = evidence.likeness()
    if likeness is None:
        return None
    # Any percentage would do: it is divided by, and multiplied with again.
    scores = curve_of_atlas(likeness.curve, WHOLE_PERCENT).expected(WHOLE_PERCENT)
    if scores is None or not likeness.curve.trained_on:
        return scores
    flattering = "overlap on images that the network learnt from, better than on others"
    return replace(scores, source=f"{flattering}: {likeness.curve.data_set}")
