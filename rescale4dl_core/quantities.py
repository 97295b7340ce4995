"""Physical and sampling quantities, each carrying its own unit.

Lengths on the sample are micrometres, lengths on the pixel grid are pixels, and every
field name ends in its unit. Axes are in the order (row, column), that is (y, x).
"""

from __future__ import annotations

import math
from dataclasses import dataclass, fields
from fractions import Fraction
from typing import TYPE_CHECKING

from rescale4dl_core.errors import QuantityError

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

SMALLEST, LARGEST = 1e-15, 1e15
"""Whatever is measured, planned or counted here lies between, in the units of the fields:
from objects per µm² of an empty plate to the bytes of a screen. Products of a
dozen such numbers are still numbers of the machine."""

MOST_DIGITS = 24
"""Shown of a number that is refused."""

HIGHEST_APERTURE = 1.8
"""Immersion media of a higher index are not in use."""


def require_positive(name: str, value: float | Fraction) -> None:
    """Raise `QuantityError` unless `value` is positive and of a plausible size."""
    if not 0 < value < math.inf:
        raise QuantityError(
            f"{name} must be a positive, finite number; got {_as_found(value)}. "
            "Correct it and try again."
        )
    if not SMALLEST <= value <= LARGEST:
        raise _implausible(name, value, f"numbers from {SMALLEST:g} to {LARGEST:g}")


def require_position(name: str, value: float) -> None:
    """Raise `QuantityError` unless `value`, of either sign or 0, is of a plausible size."""
    if not -LARGEST <= value <= LARGEST:
        raise _implausible(name, value, f"numbers up to {LARGEST:g}")


def require_plausible(figures: DataclassInstance) -> None:
    """Raise `QuantityError` unless all numbers of `figures` are of a plausible size."""
    for one in fields(figures):
        value = getattr(figures, one.name)
        for number in value if isinstance(value, tuple) else (value,):
            if isinstance(number, int | float):
                require_position(f"The value of {one.name}", number)


def require_aperture(aperture: float) -> None:
    """Raise `QuantityError` unless an objective can have this numerical aperture."""
    require_positive("The numerical aperture", aperture)
    if aperture > HIGHEST_APERTURE:
        raise QuantityError(
            f"A numerical aperture of {aperture:g} is impossible: it cannot exceed the "
            "refractive index of the immersion, 1 in air and at most "
            f"{HIGHEST_APERTURE:g} in any. Correct it and try again."
        )


def require_overlap(percent: float) -> None:
    """Raise `QuantityError` unless neighbouring fields can overlap by so much."""
    if not 0 <= percent < 100:
        raise QuantityError(
            "The overlap of neighbouring fields must be 0 % or more and less than 100 %; "
            f"got {percent!r}. 10 % is usual."
        )


def _implausible(name: str, value: float | Fraction, plausible: str) -> QuantityError:
    return QuantityError(
        f"{name} is {_as_found(value)}; plausible are {plausible}. Check the number and "
        "its unit, correct it and try again."
    )


def _as_found(value: float | Fraction) -> str:
    """Return a number as it was given; of one with very many digits the first ones."""
    text = repr(float(value)) if isinstance(value, float) else str(value)
    return text if len(text) <= MOST_DIGITS else f"{text[:12]}… ({len(text)} digits)"


@dataclass(frozen=True, slots=True)
class PixelSize:
    """Spacing of the pixel grid on the sample, in µm per pixel (row, column).

    `z_um` is the distance between planes, None where the file has one plane or does not
    say; it does not change when an image is rescaled in the plane.

    Examples
    --------
    >>> import rescale4dl_core as r4
    >>> size = r4.PixelSize(y_um=0.2, x_um=0.2)
    >>> size == r4.PixelSize.square(0.2), size.is_square, round(size.area_um2, 3)
    (True, True, 0.04)
    """

    y_um: float
    x_um: float
    z_um: float | None = None

    def __post_init__(self) -> None:
        require_positive("The pixel height (µm)", self.y_um)
        require_positive("The pixel width (µm)", self.x_um)
        if self.z_um is not None:
            require_positive("The distance between planes (µm)", self.z_um)

    @classmethod
    def square(cls, side_um: float) -> PixelSize:
        """Return a pixel as high as it is wide."""
        return cls(side_um, side_um)

    @property
    def is_square(self) -> bool:
        """Whether height and width agree within 1 %."""
        return math.isclose(self.y_um, self.x_um, rel_tol=0.01)

    @property
    def mean_um(self) -> float:
        """Side of the square of the same area: the geometric mean of both axes."""
        return math.sqrt(self.y_um * self.x_um)

    @property
    def area_um2(self) -> float:
        """Area of one pixel on the sample."""
        return self.y_um * self.x_um

    def rescaled(self, factor: RescaleFactor) -> PixelSize:
        """Return the pixel size after rescaling the image by `factor`."""
        ratio = float(factor.ratio)
        return PixelSize(self.y_um * ratio, self.x_um * ratio, self.z_um)


@dataclass(frozen=True, slots=True, order=True)
class RescaleFactor:
    """Ratio of the new pixel size to the old one; 4 means pixels 4x coarser.

    The ratio is a fraction, exact for what a person types (1.41 is 141/100), so that
    going coarser and then finer by the same factor is the identity.
    """

    ratio: Fraction

    def __post_init__(self) -> None:
        require_positive("The rescale factor", self.ratio)

    @classmethod
    def of(cls, ratio: float | Fraction) -> RescaleFactor:
        """Build from new / old pixel size; 2.0 is coarser, 0.5 is finer."""
        if not isinstance(ratio, Fraction):
            require_positive("The rescale factor", ratio)
            ratio = Fraction(repr(float(ratio)))
        return cls(ratio)

    @classmethod
    def coarser(cls, times: float | Fraction) -> RescaleFactor:
        """Downsample: each new pixel spans `times` old ones along an axis."""
        return cls.of(times)

    @classmethod
    def finer(cls, times: float | Fraction) -> RescaleFactor:
        """Upsample: each old pixel becomes `times` new ones along an axis."""
        return cls(1 / cls.of(times).ratio)

    @property
    def is_coarser(self) -> bool:
        """Whether the new pixels are larger than the old ones."""
        return self.ratio > 1

    @property
    def times(self) -> Fraction:
        """Size of the step, 1 or more, whichever way it goes."""
        return max(self.ratio, 1 / self.ratio)

    @property
    def folder_name(self) -> str:
        """Name of this sampling in a dataset: OG, downsampling_2, upsampling_1.41."""
        if self.ratio == 1:
            return "OG"
        direction = "downsampling" if self.is_coarser else "upsampling"
        return f"{direction}_{float(self.times):.6g}"

    def then(self, other: RescaleFactor) -> RescaleFactor:
        """Return the factor of applying this one first and `other` second."""
        return RescaleFactor(self.ratio * other.ratio)


@dataclass(frozen=True, slots=True, order=True)
class Coverage:
    """Share of an object's diameter that one pixel spans, in percent (100 / D_s)."""

    percent: float

    def __post_init__(self) -> None:
        require_positive("The coverage (%)", self.percent)

    @classmethod
    def of_diameter(cls, diameter_px: float) -> Coverage:
        """Return the coverage of an object `diameter_px` pixels across."""
        require_positive("The diameter (px)", diameter_px)
        return cls(100.0 / diameter_px)

    @property
    def diameter_px(self) -> float:
        """Diameter, in pixels, of an object seen at this coverage."""
        return 100.0 / self.percent
