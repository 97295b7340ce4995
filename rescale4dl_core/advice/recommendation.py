"""The answer: a pixel size with its reasons, its cautions, and how sure it is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rescale4dl_core.planning.gain import Gain, Route
from rescale4dl_core.quantities import PixelSize, RescaleFactor

if TYPE_CHECKING:
    from rescale4dl_core.advice.certainty import Confidence
    from rescale4dl_core.advice.evidence_curve import Basis
    from rescale4dl_core.advice.purpose import Purpose
    from rescale4dl_core.advice.reasons import Evidence
    from rescale4dl_core.advice.rule import Verdict
    from rescale4dl_core.measure.dataset import Measurement
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
