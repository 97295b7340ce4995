"""Which axes of a tensor are rows and columns of the image, through reshapes and all."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


class Axis(Enum):
    """The two directions of an image."""

    ROWS = 0
    COLUMNS = 1


@dataclass(frozen=True, slots=True)
class Part:
    """A factor of a dimension: rows, columns, or neither (channels, batch)."""

    size: int
    axis: Axis | None = None


Dim = tuple[Part, ...]
"""One dimension of a tensor; more than one part where dimensions were merged."""


class SizesDisagreeError(Exception):
    """The tensors of a network do not fit together at this size of the image."""


class UnknownOperationError(Exception):
    """An operation whose reach is not known stands between image and output."""


@dataclass(frozen=True, slots=True)
class Layout:
    """Sizes of a tensor, and which of its dimensions follow rows and columns."""

    dims: tuple[Dim, ...]

    @classmethod
    def of(cls, shape: Sequence[int], axes: Sequence[Axis | None]) -> Layout:
        """Return a layout with one part for each dimension."""
        return cls(tuple((Part(s, a),) for s, a in zip(shape, axes, strict=True)))

    @property
    def shape(self) -> tuple[int, ...]:
        """Sizes of the dimensions."""
        return tuple(math.prod(part.size for part in dim) for dim in self.dims)

    @property
    def rank(self) -> int:
        """Number of dimensions."""
        return len(self.dims)

    @property
    def axes(self) -> frozenset[Axis]:
        """The directions of the image that this tensor still has."""
        return frozenset(
            part.axis for dim in self.dims for part in dim if part.axis is not None
        )

    def axes_at(self, index: int) -> frozenset[Axis]:
        """Return the directions of the image that one dimension holds."""
        return frozenset(part.axis for part in self.dims[index] if part.axis is not None)

    def axis_at(self, index: int) -> Axis | None:
        """Return the direction that a dimension follows, None where it follows none.

        Raises
        ------
        UnknownOperationError
            If rows or columns are merged with something else there.
        """
        dim = self.dims[index]
        if len(dim) == 1:
            return dim[0].axis
        if self.axes_at(index):
            raise UnknownOperationError
        return None

    def dim_of(self, axis: Axis) -> int | None:
        """Return the dimension that follows `axis` alone, None where there is none."""
        for index in range(self.rank):
            if self.dims[index][0].axis is axis and len(self.dims[index]) == 1:
                return index
        return None

    def resized(self, index: int, size: int) -> Layout:
        """Return the layout with another size in one dimension, which keeps its axis."""
        if size < 1:
            raise SizesDisagreeError
        dims = list(self.dims)
        dims[index] = (Part(size, self.axis_at(index)),)
        return Layout(tuple(dims))

    def permuted(self, order: Sequence[int]) -> Layout:
        """Return the layout with its dimensions in another order."""
        return Layout(tuple(self.dims[index] for index in order))

    def without(self, dropped: frozenset[int]) -> Layout:
        """Return the layout without some dimensions."""
        return Layout(tuple(d for i, d in enumerate(self.dims) if i not in dropped))

    def reshaped(self, shape: Sequence[int]) -> Layout:
        """Return the layout of the same values in another shape.

        Raises
        ------
        UnknownOperationError
            If rows or columns would be cut into pieces.
        SizesDisagreeError
            If the number of values differs.
        """
        parts = [part for dim in self.dims for part in dim if part.size > 1]
        dims: list[Dim] = []
        for size in shape:
            taken: list[Part] = []
            while (missing := size // math.prod(part.size for part in taken)) > 1:
                if not parts:
                    raise SizesDisagreeError
                part = parts.pop(0)
                if part.size > missing:
                    parts.insert(0, _rest_of(part, missing))
                    part = Part(missing)
                taken.append(part)
            if math.prod(part.size for part in taken) != size:
                raise UnknownOperationError
            dims.append(tuple(taken) or (Part(1),))
        if parts:
            raise SizesDisagreeError
        return Layout(tuple(dims))


def _rest_of(part: Part, taken: int) -> Part:
    """Return what is left of a part of channels when `taken` of them are split off."""
    if part.axis is not None:
        raise UnknownOperationError
    if part.size % taken:
        raise SizesDisagreeError
    return Part(part.size // taken)


def broadcast(layouts: Sequence[Layout], shapes: Sequence[tuple[int, ...]]) -> Layout:
    """Return the layout of an elementwise operation on tensors and constants.

    Parameters
    ----------
    layouts : sequence of Layout
        Of the tensors that depend on the image.
    shapes : sequence of tuple of int
        Of the constants.

    Raises
    ------
    SizesDisagreeError
        If sizes differ and none of them is 1.
    UnknownOperationError
        If rows of one tensor meet columns of another.
    """
    constants = [Layout(tuple((Part(size),) for size in shape)) for shape in shapes]
    rank = max(layout.rank for layout in (*layouts, *constants))
    one: Dim = (Part(1),)
    dims = [one] * rank
    for layout in (*layouts, *constants):
        padded = (one,) * (rank - layout.rank) + layout.dims
        dims = [_meet(a, b) for a, b in zip(dims, padded, strict=True)]
    return Layout(tuple(dims))


def _meet(a: Dim, b: Dim) -> Dim:
    size_a, size_b = (math.prod(part.size for part in dim) for dim in (a, b))
    if 1 in (size_a, size_b) and size_a != size_b:
        return b if size_a == 1 else a
    if size_a != size_b:
        raise SizesDisagreeError
    spatial = [dim for dim in (a, b) if any(part.axis is not None for part in dim)]
    if len(spatial) == 2 and a != b:
        raise UnknownOperationError
    return spatial[0] if spatial else a
