"""A sample against a window: the ratio that the coverage rule finds, and who fits."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from rescale4dl_core.advice.rule import ratio_by_coverage, window_for
from rescale4dl_core.advice.wording import microns, number, times
from rescale4dl_core.measure.estimator import Estimator

if TYPE_CHECKING:
    from rescale4dl_core.advice.purpose import Purpose
    from rescale4dl_core.measure.dataset import ImageMeasurement, Measurement
    from rescale4dl_core.planning.sampling import Optics
    from rescale4dl_core.window import Window


@dataclass(frozen=True, slots=True, eq=False)
class Case:
    """One question to the coverage rule. Lengths are px of the sample as taken."""

    measurement: Measurement
    purpose: Purpose
    base_window: Window
    """Of the network, or the published one."""

    optics: Optics | None
    decided_ratio: float | None = None
    """By evidence; None where the coverage rule decides."""

    decided_range: tuple[float, float] | None = None
    """Ratios that the evidence holds good, smallest first."""

    decided_on_sample: bool = False
    """By scores on the sample itself, whatever the size of its objects."""

    def ratio_for(self, diameter_px: float) -> float:
        """Return what `ratio` would be if the objects were so wide."""
        if self.decided_ratio is None:
            return ratio_by_coverage(diameter_px, self.window)
        if self.decided_on_sample:
            return self.decided_ratio
        return self.decided_ratio * diameter_px / self.measurement.diameter_px

    @property
    def window(self) -> Window:
        """The part of the window that serves the purpose."""
        return window_for(self.purpose, self.base_window)

    @property
    def ratio(self) -> float:
        """Recommended / present pixel size; 1 to keep."""
        return self.ratio_for(self.measurement.diameter_px)

    @property
    def ratio_range(self) -> tuple[float, float]:
        """Ratios that serve: by the evidence, else with the mean inside the window."""
        if self.decided_range is not None:
            return self.decided_range
        diameter_px = self.measurement.diameter_px
        return (
            diameter_px / self.window.diameter_max_px,
            diameter_px / self.window.diameter_min_px,
        )

    @property
    def coverage_percent(self) -> float:
        """Coverage at the recommended pixel size."""
        return self.measurement.coverage.percent * self.ratio

    @property
    def is_mixed(self) -> bool:
        """Whether the middle 90 % of the objects spans more than the whole window."""
        measured = self.measurement
        return measured.diameter_px_p95 > self.window.span * measured.diameter_px_p05

    @property
    def pixel_um(self) -> float | None:
        """Pixel size of the sample as taken; None where it is not known."""
        size = self.measurement.pixel_size
        return None if size is None else size.mean_um

    @property
    def across(self) -> str:
        """How a diameter is said: "wide" for long objects."""
        by_width = self.measurement.estimator is Estimator.SKELETON
        return "wide" if by_width else "across"

    @property
    def is_drawn(self) -> bool:
        """Whether the diameters were drawn by hand, so that nothing was counted."""
        return self.measurement.density_per_px is None

    @property
    def how_measured(self) -> str:
        """What a diameter is here."""
        if self.is_drawn:
            return "drawn by hand"
        if self.measurement.estimator is Estimator.SKELETON:
            return "as their width"
        return "as circles of the same area"

    def share_inside_percent(self, ratio: float) -> float:
        """Return the share of the objects inside the window with pixels `ratio` larger."""
        diameters_px = self.measurement.diameters_px / ratio
        inside = (diameters_px >= self.window.diameter_min_px) & (
            diameters_px <= self.window.diameter_max_px
        )
        return 100.0 * float(np.mean(inside))

    def coverage_of(self, image: ImageMeasurement, ratio: float | None) -> float | None:
        """Return the coverage of one image's average object, in percent."""
        if image.diameter_px is None or ratio is None:
            return None
        return 100.0 * ratio / image.diameter_px

    def fits(self, image: ImageMeasurement) -> bool | None:
        """Whether its average object is inside the window at the recommended pixel size."""
        percent = self.coverage_of(image, self.ratio)
        return None if percent is None else self.window.contains(percent)

    def length(self, length_px: float) -> str:
        """Return a length of the sample in words: "31.2 px (10.1 µm)"."""
        text = f"{number(length_px)} px"
        if self.pixel_um is None:
            return text
        return f"{text} ({microns(length_px * self.pixel_um)})"

    def answer(self, ratio: float) -> str:
        """Return what a ratio asks for in words."""
        if ratio == 1:
            return "to keep the present pixel size"
        return f"pixels of {self.pixels_of(ratio)}"

    def pixels_of(self, *ratios: float) -> str:
        """Return the sizes of pixels `ratios` times as large: "0.4 to 1.6 µm"."""
        if self.pixel_um is None:
            return f"{' to '.join(times(ratio) for ratio in ratios)} the present size"
        return f"{' to '.join(number(ratio * self.pixel_um) for ratio in ratios)} µm"
