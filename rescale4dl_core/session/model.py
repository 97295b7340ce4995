"""The session: samples and choices."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from rescale4dl_core.advice.purpose import Purpose
from rescale4dl_core.measure.estimator import Aggregate, Estimator
from rescale4dl_core.planning.timing import FieldTiming
from rescale4dl_core.segmentation.settings import ClassicalSettings

if TYPE_CHECKING:
    from rescale4dl_core.images import Sample
    from rescale4dl_core.measure.drawn import DrawnDiameter


@dataclass(frozen=True, slots=True)
class Choices:
    """What the user has decided; the defaults are what the app starts with."""

    purpose: Purpose = Purpose.COUNTING
    estimator: Estimator | None = None
    """None: chosen by the shape of the objects."""

    aggregate: Aggregate = Aggregate.MEAN
    classical: ClassicalSettings = field(default_factory=ClassicalSettings)
    timing: FieldTiming = field(default_factory=FieldTiming)
    camera_rows_px: int = 2048
    camera_columns_px: int = 2048
    numerical_aperture: float | None = None
    immersion_index: float = 1.0
    emission_nm: float = 520.0


@dataclass(frozen=True, slots=True, eq=False)
class Entry:
    """One image of the session and where its object sizes come from."""

    sample: Sample
    drawn: tuple[DrawnDiameter, ...] = ()
    """Diameters drawn by hand; they count only where the sample has no labels."""

    is_demo: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Session:
    """Everything one user has loaded and chosen. Replace it, never change it."""

    entries: tuple[Entry, ...]
    current: int = 0
    """Index of the entry that the pages show."""

    choices: Choices = field(default_factory=Choices)

    @property
    def entry(self) -> Entry:
        """The entry that the pages show."""
        return self.entries[self.current]

    def with_entry(self, entry: Entry) -> Session:
        """Return the session with the current entry replaced."""
        entries = list(self.entries)
        entries[self.current] = entry
        return replace(self, entries=tuple(entries))

    def with_choices(self, choices: Choices) -> Session:
        """Return the session with other choices."""
        return replace(self, choices=choices)
