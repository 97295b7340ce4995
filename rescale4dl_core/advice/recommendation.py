"""The answer: a pixel size, its reasons and cautions, how sure it is, its JSON fields."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from rescale4dl_core.advice.reasons import Caution, Certainty
from rescale4dl_core.planning.gain import Gain, Route
from rescale4dl_core.quantities import PixelSize, RescaleFactor

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rescale4dl_core.advice.coverage_rule import Purpose, Verdict
    from rescale4dl_core.advice.evidence_curve import Basis
    from rescale4dl_core.advice.reasons import Evidence
    from rescale4dl_core.measuring.measurement import Measurement
    from rescale4dl_core.microscope.score_curve import ScoreCurve
    from rescale4dl_core.window import Window


@dataclass(frozen=True, slots=True)
class ImageFit:
    """One image of the sample at the recommended pixel size."""

    name: str
    n_objects: int
    diameter_px: float | None
    """In px of the sample as taken; None where the image has no object inside."""

    coverage_now_percent: float | None
    coverage_percent: float | None
    """At the recommended pixel size."""

    in_window: bool | None
    """None where coverage is not the criterion, or there is no object."""


@dataclass(frozen=True, slots=True, eq=False)
class Recommendation:
    """Which pixel size to acquire at. Ratios are new / old pixel size."""

    headline: str
    """The answer in one sentence, for a reader who stops there."""

    verdict: Verdict
    purpose: Purpose
    measurement: Measurement
    """What it rests on; lengths in px of the sample as taken."""

    ratio: float | None
    """1 to keep; None where something has to be typed in first."""

    window: Window
    """The coverages that serve the purpose."""

    ratio_range: tuple[float, float] | None
    """Ratios that serve: within the tolerance where evidence decides, else with the mean
    diameter inside the window; None under Nyquist."""

    share_inside_now_percent: float | None
    """Objects inside the window in the sample as taken."""

    share_inside_percent: float | None
    """Objects inside the window at the recommended pixel size."""

    nyquist_ratio: float | None
    """Recommended pixel size / Nyquist; above 1 is under-sampled. None without optics."""

    confidence: Confidence
    gains: tuple[str, ...]
    """Throughput, storage and light in sentences, in this order."""

    images: tuple[ImageFit, ...]
    evidence: tuple[Evidence, ...]
    reasons: tuple[str, ...]
    cautions: tuple[str, ...]
    expected_iou: float | None = None
    """On the sample's grid; None where nothing supports a number."""

    expected_iou_low: float | None = None
    expected_iou_high: float | None = None
    expected_recall: float | None = None
    """Share of the objects that the network finds; None where it was not measured."""

    network: str | None = None
    """Whose window and evidence the answer rests on; None without a network."""

    basis: Basis | None = None
    """The evidence that decided; None where the window did."""

    tolerance_percent: float | None = None
    """How much of the best score was allowed to be lost; None where no score decided."""

    score_curve: ScoreCurve | None = None
    """Expected IoU over coverage; None where nothing supports one."""

    @property
    def pixel_size(self) -> PixelSize | None:
        """Recommended pixel size; None where the sample's is not known."""
        size = self.measurement.pixel_size
        if size is None or self.ratio is None:
            return None
        return size.rescaled(RescaleFactor.of(self.ratio))

    @property
    def pixel_size_um(self) -> float | None:
        """Side of the recommended pixel."""
        return None if self.pixel_size is None else self.pixel_size.mean_um

    @property
    def pixel_size_range_um(self) -> tuple[float, float] | None:
        """Pixel sizes of `ratio_range`; None where one is not known."""
        size, bounds = self.measurement.pixel_size, self.ratio_range
        if size is None or bounds is None:
            return None
        return bounds[0] * size.mean_um, bounds[1] * size.mean_um

    @property
    def coverage_percent(self) -> float | None:
        """Coverage at the recommended pixel size."""
        if self.ratio is None:
            return None
        return self.measurement.coverage.percent * self.ratio

    @property
    def window_percent(self) -> tuple[float, float]:
        """Edges of the window."""
        return self.window.low_percent, self.window.high_percent

    @property
    def gain(self) -> Gain | None:
        """What another magnification changes; None where no ratio is recommended."""
        return None if self.ratio is None else Gain(self.ratio, Route.MAGNIFICATION)


NO_DOUBT = "nothing that was measured or typed in speaks against it"
"""Where no caution was raised."""

MANY_DOUBTS = 3
"""This many moderate doubts together make a low certainty."""


@dataclass(frozen=True, slots=True)
class Confidence:
    """A level, and the sentence that says why."""

    level: Certainty
    sentence: str


def confidence_from(cautions: Sequence[Caution]) -> Confidence:
    """Return how sure the answer is, given its cautions.

    See docs/decisions/0007-how-sure.md.
    """
    doubts = [caution for caution in cautions if caution.doubt]
    levels = [caution.lowers_to for caution in doubts]
    if Certainty.LOW in levels or len(doubts) >= MANY_DOUBTS:
        level = Certainty.LOW
    else:
        level = Certainty.MODERATE if doubts else Certainty.HIGH
    because = "; ".join(caution.doubt for caution in doubts) or NO_DOUBT
    return Confidence(level, f"{level.value.capitalize()}: {because}.")


def recommendation_fields(advice: Recommendation) -> dict[str, Any]:
    """Return the fields of `rescale4dl recommend --json`; what is not known is None.

    `pixel_size_um`, `ratio` and `coverage_percent` are those recommended, `diameter_px` is
    measured on the sample as taken. `throughput_gain` and `storage_ratio` are new / old for
    another magnification; `light_ratio` is the dose per area for the same signal-to-noise
    ratio per pixel at the same NA, new / old.
    """
    measured, gain = advice.measurement, advice.gain
    bounds_um = advice.pixel_size_range_um
    return {
        "headline": advice.headline,
        "verdict": advice.verdict.value,
        "purpose": advice.purpose.words,
        "pixel_size_um": advice.pixel_size_um,
        "pixel_size_now_um": None
        if measured.pixel_size is None
        else measured.pixel_size.mean_um,
        "pixel_size_range_um": None if bounds_um is None else list(bounds_um),
        "ratio": advice.ratio,
        "ratio_range": None if advice.ratio_range is None else list(advice.ratio_range),
        "coverage_percent": advice.coverage_percent,
        "coverage_now_percent": measured.coverage.percent,
        "window_percent": list(advice.window_percent),
        "window_source": advice.window.source,
        "target_percent": advice.window.target_percent,
        "diameter_px": measured.diameter_px,
        "diameter_um": measured.diameter_um,
        "diameter_px_p05": measured.diameter_px_p05,
        "diameter_px_p95": measured.diameter_px_p95,
        "n_images": measured.n_images,
        "n_objects": measured.n_objects,
        "n_border": measured.n_border,
        "estimator": measured.estimator.words,
        "share_inside_percent": advice.share_inside_percent,
        "share_inside_now_percent": advice.share_inside_now_percent,
        "throughput_gain": None if gain is None else gain.objects,
        "throughput_gain_by_binning": None if gain is None else 1.0,
        "storage_ratio": None if gain is None else gain.storage,
        "light_ratio": None if gain is None else gain.dose_low,
        "nyquist_ratio": advice.nyquist_ratio,
        "expected_iou": advice.expected_iou,
        "expected_iou_low": advice.expected_iou_low,
        "expected_iou_high": advice.expected_iou_high,
        "expected_recall": advice.expected_recall,
        "network": advice.network,
        "basis": None if advice.basis is None else advice.basis.value,
        "tolerance_percent": advice.tolerance_percent,
        "confidence": advice.confidence.level.value,
        "confidence_sentence": advice.confidence.sentence,
        "gains": list(advice.gains),
        "evidence": [asdict(evidence) for evidence in advice.evidence],
        "reasons": list(advice.reasons),
        "cautions": list(advice.cautions),
        "images": [asdict(image) for image in advice.images],
    }
