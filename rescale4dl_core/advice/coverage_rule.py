"""From a diameter, a window and a purpose to a ratio of pixel sizes, and its headline.

Coverage rule: put the mean diameter at the target of the window, and keep the sample's
pixel size where it is already within a factor sqrt 2 of it. Nyquist rule, for structure
inside the cells: sample at Nyquist, and keep down to two pixels per Rayleigh distance.
See docs/decisions/0005-keep-what-you-have.md and 0006-measuring-size.md.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

import numpy as np

from rescale4dl_core.measuring.measurement import Estimator
from rescale4dl_core.window import FAITHFUL_SIZES, Window
from rescale4dl_core.worded import Worded
from rescale4dl_core.wording import microns, number, times

if TYPE_CHECKING:
    from rescale4dl_core.measuring.measurement import ImageMeasurement, Measurement
    from rescale4dl_core.planning.sampling import Optics
    from rescale4dl_core.quantities import PixelSize


class Purpose(Worded):
    """The question the acquisition has to answer."""

    COUNTING = "counting", "counting and finding objects"
    SIZE = "size", "measuring size and shape"
    STRUCTURE = "structure", "structure inside the cells"
    """Follows Nyquist; coverage is not the criterion."""


KEEP_WITHIN = math.sqrt(2)
"""Published scales are a factor 2 apart: nearer than sqrt 2 they tell nothing apart."""


class Verdict(StrEnum):
    """What to do with the pixel size of the sample."""

    KEEP = "keep what you have"
    COARSER = "go coarser"
    FINER = "go finer"
    OPEN = "not decided"
    """Something has to be typed in first."""


def window_for(purpose: Purpose, window: Window) -> Window:
    """Return the part of `window` that serves the purpose.

    For sizes it ends at 6 %; a window that lies wholly above is returned as it is.
    """
    low_percent = max(window.low_percent, FAITHFUL_SIZES.low_percent)
    high_percent = min(window.high_percent, FAITHFUL_SIZES.high_percent)
    unchanged = (low_percent, high_percent) == (window.low_percent, window.high_percent)
    if purpose is not Purpose.SIZE or unchanged or low_percent >= high_percent:
        return window
    return Window(
        low_percent,
        high_percent,
        f"{window.source}; for sizes at most {FAITHFUL_SIZES.high_percent:g} %",
    )


def ratio_by_coverage(diameter_px: float, window: Window) -> float:
    """Return new / old pixel size that puts the diameter at the target; 1 to keep.

    Examples
    --------
    >>> window = Window(4.0, 16.0, "a network that sees 50 px")
    >>> ratio_by_coverage(50.0, window), ratio_by_coverage(12.0, window)
    (4.0, 1.0)
    """
    ratio = diameter_px / window.target_px
    # A narrow window, as that for sizes, ends nearer to its target than sqrt 2.
    near = 1 / KEEP_WITHIN <= ratio <= KEEP_WITHIN
    return 1.0 if near and window.contains(100.0 / diameter_px) else ratio


def ratio_by_nyquist(pixel_size: PixelSize | None, optics: Optics | None) -> float | None:
    """Return new / old pixel size that samples at Nyquist; 1 to keep, None if unknown.

    Examples
    --------
    >>> from rescale4dl_core.planning.sampling import Optics
    >>> from rescale4dl_core.quantities import PixelSize
    >>> ratio = ratio_by_nyquist(PixelSize.square(0.52), Optics(numerical_aperture=0.75))
    >>> round(ratio, 2)
    0.33
    """
    if pixel_size is None or optics is None:
        return None
    rayleigh_limit = optics.rayleigh_um / 2 / optics.nyquist_um
    sampling = optics.nyquist_ratio(pixel_size.mean_um)
    return 1.0 if 1 / KEEP_WITHIN <= sampling <= rayleigh_limit else 1 / sampling


def verdict_of(ratio: float | None) -> Verdict:
    """Return what a ratio means in words."""
    if ratio is None:
        return Verdict.OPEN
    if ratio == 1:
        return Verdict.KEEP
    return Verdict.COARSER if ratio > 1 else Verdict.FINER


@dataclass(frozen=True, slots=True, eq=False)
class SampleFit:
    """How a sample fits a window, and the ratio that follows. Lengths are px as taken."""

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
        # Scores on other images are carried over by coverage: see decision 0042.
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

    def holds(self, image: ImageMeasurement) -> bool | None:
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


def headline_of(fit: SampleFit) -> str:
    """Return what to do, in µm where the pixel size is known."""
    answer = f"{_action(fit)}: {_then(fit)}."
    if fit.is_mixed:
        return f"{answer} No single pixel size serves all of them."
    return answer


def _action(fit: SampleFit) -> str:
    ratio, pixel_um = fit.ratio, fit.pixel_um
    if verdict_of(ratio) is Verdict.KEEP:
        if pixel_um is None:
            return "Keep the pixel size you have"
        return f"Keep what you have, {microns(pixel_um)} per pixel"
    way = f"{times(max(ratio, 1 / ratio))} {'coarser' if ratio > 1 else 'finer'}"
    if pixel_um is None:
        return f"Make the pixels {way} than in this sample"
    return f"Acquire at {microns(pixel_um * ratio)} per pixel, {way} than this sample"


def _then(fit: SampleFit) -> str:
    kept = verdict_of(fit.ratio) is Verdict.KEEP
    return (
        f"your objects {'are' if kept else 'will be'} "
        f"{number(fit.measurement.diameter_px / fit.ratio)} px {fit.across}, and one "
        f"pixel {'spans' if kept else 'will span'} {number(fit.coverage_percent)} % of "
        "that"
    )
