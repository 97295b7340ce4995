"""What is known about one network on one sample, and what each source says."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rescale4dl_core.advice.evidence_curve import (
    Basis,
    EvidenceCurve,
    curve_of_atlas,
    curve_of_sweep,
)
from rescale4dl_core.advice.likeness import Alike, Likeness, most_alike
from rescale4dl_core.study.atlas import read_atlas
from rescale4dl_core.window import PUBLISHED_WINDOW, window_for_receptive_field

if TYPE_CHECKING:
    from rescale4dl_core.advice.case import Case
    from rescale4dl_core.inference.card import NetworkCard
    from rescale4dl_core.inference.network import Network
    from rescale4dl_core.study.atlas import NetworkAtlas
    from rescale4dl_core.study.object_facts import ObjectFacts
    from rescale4dl_core.study.results import Sweep
    from rescale4dl_core.window import Window


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
            else window_for_receptive_field(2 * spec.halo_px, spec.output_stride)
        )
        return cls(network.name, window, sweep, facts=facts)

    def swept(self) -> EvidenceCurve | None:
        """Return the curve of the sweep, None where it says nothing."""
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


def sources_of(evidence: NetworkEvidence, case: Case) -> Sources:
    """Return what each source says about the sample of `case`."""
    likeness = evidence.likeness()
    usable = likeness is not None and likeness.alike is not Alike.NO
    return Sources(
        evidence=evidence,
        swept=evidence.swept(),
        likeness=likeness,
        atlas=curve_of_atlas(likeness.curve, case.measurement.coverage.percent)
        if likeness is not None and usable
        else None,
    )
