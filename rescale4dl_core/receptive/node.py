"""One operation of an ONNX graph, with its attributes and what is known of its inputs."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from rescale4dl_core.receptive.layout import Axis, Layout, UnknownOperationError
from rescale4dl_core.receptive.reach import Reach

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Node:
    """An operation as the file has it."""

    operation: str
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    attributes: Mapping[str, Any]
    opset: int

    def number(self, name: str, default: int) -> int:
        """Return a whole-number attribute."""
        return int(self.attributes.get(name, default))

    def numbers(self, name: str, default: Sequence[int]) -> tuple[int, ...]:
        """Return an attribute that is a list of whole numbers."""
        return tuple(int(value) for value in self.attributes.get(name, default))

    def text(self, name: str, default: str) -> str:
        """Return a text attribute."""
        value = self.attributes.get(name, default)
        return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)


@dataclass(slots=True)
class Tensors:
    """What is known of the tensors so far, by name."""

    layouts: dict[str, Layout] = field(default_factory=dict)
    """Of those that depend on the image."""

    values: dict[str, NDArray[np.generic]] = field(default_factory=dict)
    """Small constants: sizes, axes, scales."""

    shapes: dict[str, tuple[int, ...]] = field(default_factory=dict)
    """Of all constants whose shape is known: weights."""


@dataclass(frozen=True, slots=True)
class Call:
    """A node together with what is known of its inputs."""

    node: Node
    tensors: Tensors

    @property
    def n_inputs(self) -> int:
        """Number of inputs, those left out included."""
        return len(self.node.inputs)

    def name(self, index: int) -> str:
        """Return the name of an input, "" where it is left out."""
        return self.node.inputs[index] if index < len(self.node.inputs) else ""

    def layout(self, index: int = 0) -> Layout:
        """Return the layout of an input that has to depend on the image."""
        found = self.tensors.layouts.get(self.name(index))
        if found is None:
            raise UnknownOperationError
        return found

    def follows_image(self, index: int) -> bool:
        """Whether an input depends on the image."""
        return self.name(index) in self.tensors.layouts

    def value(self, index: int) -> NDArray[np.generic]:
        """Return the value of an input that has to be a small constant."""
        found = self.value_or_none(index)
        if found is None:
            raise UnknownOperationError
        return found

    def value_or_none(self, index: int) -> NDArray[np.generic] | None:
        """Return the value of an input, None where it is left out or not known."""
        return self.tensors.values.get(self.name(index))

    def integers(self, index: int) -> tuple[int, ...] | None:
        """Return the whole numbers of an input, None where it is left out."""
        if not self.name(index):
            return None
        return tuple(int(number) for number in self.value(index).ravel().tolist())

    def shape(self, index: int) -> tuple[int, ...]:
        """Return the shape of a constant input."""
        found = self.tensors.shapes.get(self.name(index))
        if found is None:
            raise UnknownOperationError
        return found


Reaches = dict[Axis, Reach]
"""What an operation looks at, along each direction of the image; not named: one's place."""


@dataclass(frozen=True, slots=True)
class Effect:
    """What an operation does to layouts, and what its outputs look at."""

    outputs: tuple[Layout, ...]
    reaches: Reaches = field(default_factory=dict)
