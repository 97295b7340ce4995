"""What one layer looks at, along one axis: from a stretch of output to a stretch of input.

Positions are whole pixels of a plane without borders: a layer at the border sees less, and
never more. All functions work on many stretches at once.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Protocol

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    Positions = NDArray[np.int64]


class Reach(Protocol):
    """What the walk back through a network needs to know about a layer."""

    @property
    def step(self) -> Fraction:
        """Input pixels per output pixel."""
        ...

    def inputs_of(self, first: Positions, last: Positions) -> tuple[Positions, Positions]:
        """Return the first and last input that the outputs `first` to `last` look at."""
        ...


@dataclass(frozen=True, slots=True)
class Taps:
    """Every `stride` inputs a window: convolutions, pooling, cropping, padding."""

    stride: int = 1
    first: int = 0
    """Input under the first tap of output 0."""

    last: int = 0

    @property
    def step(self) -> Fraction:
        """See `Reach.step`."""
        return Fraction(self.stride)

    def inputs_of(self, first: Positions, last: Positions) -> tuple[Positions, Positions]:
        """See `Reach.inputs_of`."""
        return first * self.stride + self.first, last * self.stride + self.last


HERE = Taps()
"""Looks at its own place only."""


@dataclass(frozen=True, slots=True)
class Spread:
    """A transposed convolution: input i reaches output `stride * i - pad + dilation * k`.

    Where the kernel is smaller than the stride some outputs look at nothing; a stretch
    then takes the inputs of the nearest output inside it that looks at something.
    """

    stride: int
    kernel: int
    dilation: int = 1
    pad: int = 0

    @property
    def step(self) -> Fraction:
        """See `Reach.step`."""
        return Fraction(1, self.stride)

    def inputs_of(self, first: Positions, last: Positions) -> tuple[Positions, Positions]:
        """See `Reach.inputs_of`."""
        lowest: Positions = np.full(first.shape, np.iinfo(np.int64).max)
        highest: Positions = np.full(first.shape, np.iinfo(np.int64).min)
        for ahead in range(self.stride):
            low, high = first + ahead, last - ahead
            for tap in range(self.kernel):
                at = low + self.pad - self.dilation * tap
                valid = (low <= last) & (at % self.stride == 0)
                lowest = np.where(valid, np.minimum(lowest, at // self.stride), lowest)
                at = high + self.pad - self.dilation * tap
                valid = (high >= first) & (at % self.stride == 0)
                highest = np.where(valid, np.maximum(highest, at // self.stride), highest)
        blind = lowest > highest
        nearest = (first + self.pad) // self.stride
        return np.where(blind, nearest, lowest), np.where(blind, nearest, highest)


@dataclass(frozen=True, slots=True)
class Place:
    """Where an output of a resampling layer lies: input `(gain * o + offset) / divisor`."""

    gain: int
    offset: int
    divisor: int

    @classmethod
    def of(cls, gain: Fraction, offset: Fraction) -> Place:
        """Return the place `gain * o + offset`."""
        divisor = gain.denominator * offset.denominator
        return cls(int(gain * divisor), int(offset * divisor), divisor)

    def floor(self, output: Positions, *, plus: Fraction = Fraction(0)) -> Positions:
        """Return the largest whole input at or before the place of each output, `plus`."""
        divisor = self.divisor * plus.denominator
        above = (self.gain * output + self.offset) * plus.denominator
        found: Positions = (above + int(plus * divisor)) // divisor
        return found

    def ceil(self, output: Positions, *, plus: Fraction = Fraction(0)) -> Positions:
        """Return the smallest whole input at or after the place of each output, `plus`."""
        mirrored = Place(-self.gain, -self.offset, self.divisor)
        return -mirrored.floor(output, plus=-plus)


HALF = Fraction(1, 2)

ROUNDINGS: dict[str, Callable[[Place, Positions], Positions]] = {
    "round_prefer_floor": lambda place, output: place.ceil(output, plus=-HALF),
    "round_prefer_ceil": lambda place, output: place.floor(output, plus=HALF),
    "floor": lambda place, output: place.floor(output),
    "ceil": lambda place, output: place.ceil(output),
}
"""`nearest_mode` of the ONNX operator Resize."""


@dataclass(frozen=True, slots=True)
class Nearest:
    """Takes the nearest input, by one of four roundings."""

    place: Place
    rounding: str
    step: Fraction

    def inputs_of(self, first: Positions, last: Positions) -> tuple[Positions, Positions]:
        """See `Reach.inputs_of`."""
        nearest = ROUNDINGS[self.rounding]
        return nearest(self.place, first), nearest(self.place, last)


@dataclass(frozen=True, slots=True)
class Weighted:
    """Weighs the inputs nearer than `radius`: 1 linear, 2 cubic, more with antialiasing.

    The weight is zero at the radius itself, and at every whole distance but 0 where the
    kernel is not widened: there an output on an input looks at nothing else.
    """

    place: Place
    radius: Fraction
    interpolates: bool
    step: Fraction

    def inputs_of(self, first: Positions, last: Positions) -> tuple[Positions, Positions]:
        """See `Reach.inputs_of`."""
        low = np.minimum(self._low(first), self._low(np.minimum(first + 1, last)))
        high = np.maximum(self._high(last), self._high(np.maximum(last - 1, first)))
        return low, high

    def _low(self, output: Positions) -> Positions:
        low = self.place.floor(output, plus=-self.radius) + 1
        return np.where(self._on_an_input(output), self.place.floor(output), low)

    def _high(self, output: Positions) -> Positions:
        high = self.place.ceil(output, plus=self.radius) - 1
        return np.where(self._on_an_input(output), self.place.floor(output), high)

    def _on_an_input(self, output: Positions) -> NDArray[np.bool_]:
        if not self.interpolates:
            return np.zeros(output.shape, np.bool_)
        exact: NDArray[np.bool_] = self.place.floor(output) == self.place.ceil(output)
        return exact


@dataclass(frozen=True, slots=True)
class Everywhere:
    """Looks at the whole image, however large: means over space, attention."""

    operation: str

    @property
    def step(self) -> Fraction:
        """See `Reach.step`."""
        return Fraction(1)

    def inputs_of(self, first: Positions, last: Positions) -> tuple[Positions, Positions]:
        """Return the stretch itself; the walk counts such a layer as global."""
        return first, last
