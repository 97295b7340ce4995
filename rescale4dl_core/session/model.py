"""The session: samples and choices."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from rescale4dl_core.advice.coverage_rule import Purpose
from rescale4dl_core.errors import QuantityError
from rescale4dl_core.images import TYPED_IN
from rescale4dl_core.measure.measurement import Aggregate, Estimator
from rescale4dl_core.planning.gain import Detector, Route
from rescale4dl_core.planning.sampling import Optics
from rescale4dl_core.planning.timing import FieldTiming
from rescale4dl_core.segmentation.threshold import (
    ClassicalSettings,  # noqa: TC001 read by type
)
from rescale4dl_core.session.choices import (
    LookChoices,
    NetworkChoices,
    ObjectSource,
    PlanChoices,
    SweepChoices,
)

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from rescale4dl_core.images import KnownPixelSize, Sample
    from rescale4dl_core.labels import Labels
    from rescale4dl_core.measure.drawn import DrawnDiameter
    from rescale4dl_core.reading.opened import Selection


@dataclass(frozen=True, slots=True)
class Choices:
    """What the user has decided; the defaults are what the app starts with."""

    purpose: Purpose = Purpose.COUNTING
    estimator: Estimator | None = None
    """None: chosen by the shape of the objects."""

    aggregate: Aggregate = Aggregate.MEAN
    object_source: ObjectSource | None = None
    """None: the mask where an image has one, the segmentation elsewhere."""

    classical: ClassicalSettings | None = None
    """None: suggested for each image by its brightness."""

    timing: FieldTiming = field(default_factory=FieldTiming)
    camera_rows_px: int = 2048
    camera_columns_px: int = 2048
    numerical_aperture: float | None = None
    immersion_index: float = 1.0
    emission_nm: float = 520.0

    what_if_ratio: float | None = None
    """New / old pixel size that the throughput page tries; None: as recommended."""

    route: Route = Route.MAGNIFICATION
    detector: Detector = Detector.SCMOS
    n_objects_wanted: int = 1000
    n_wells: int = 1
    overlap_percent: float = 0.0
    bytes_per_pixel: int = 2

    view_ratios: tuple[float, ...] = ()
    """New / old pixel sizes seen side by side; none: chosen by the size of the objects."""

    view_field_px: int = 128
    """Side of the field seen side by side, in px of the sample."""

    view_row_percent: float = 50.0
    view_column_percent: float = 50.0
    """Where the middle of that field lies on the sample, from the top left corner."""

    view_outlines: bool = True

    network: NetworkChoices = field(default_factory=NetworkChoices)
    sweep: SweepChoices = field(default_factory=SweepChoices)
    plan: PlanChoices = field(default_factory=PlanChoices)
    look: LookChoices = field(default_factory=LookChoices)

    def __post_init__(self) -> None:
        for name, value, low, high in (
            ("camera rows (px)", self.camera_rows_px, 1, 1_000_000),
            ("camera columns (px)", self.camera_columns_px, 1, 1_000_000),
            ("numerical aperture", self.numerical_aperture, 0.01, 2),
            ("refractive index of the immersion", self.immersion_index, 1, 4),
            ("emission wavelength (nm)", self.emission_nm, 100, 3000),
            ("ratio of pixel sizes", self.what_if_ratio, 1 / 1000, 1000),
            ("objects wanted", self.n_objects_wanted, 1, 1_000_000_000),
            ("wells", self.n_wells, 1, 100_000),
            ("overlap (%)", self.overlap_percent, 0, 90),
            ("bytes per pixel", self.bytes_per_pixel, 1, 8),
            ("side of the field (px)", self.view_field_px, 8, 4096),
            ("place of the field (%)", self.view_row_percent, 0, 100),
            ("place of the field (%)", self.view_column_percent, 0, 100),
            *(
                ("ratio of pixel sizes", ratio, 1 / 1000, 1000)
                for ratio in self.view_ratios
            ),
        ):
            if value is not None and not low <= value <= high:
                raise QuantityError(
                    f"The value for {name} must lie between {low:g} and {high:g}; got "
                    f"{value!r}. Correct it and try again."
                )
        if self.numerical_aperture is not None:
            Optics(self.numerical_aperture, self.immersion_index, self.emission_nm)


@dataclass(frozen=True, slots=True)
class Origin:
    """The files that an image and its labels came from, to read another plane of them."""

    path: Path
    labels_path: Path | None
    selection: Selection
    """The plane that was read, every choice made."""


@dataclass(frozen=True, slots=True, eq=False)
class Entry:
    """One image of the session and where its object sizes come from."""

    sample: Sample
    """The image, with the labels of its mask file where there is one."""

    drawn: tuple[DrawnDiameter, ...] = ()
    """Diameters drawn by hand; they count where `Choices.object_source` says so."""

    is_demo: bool = False
    predicted: Labels | None = None
    """What a network found in the image, kept by the user as its objects."""

    origin: Origin | None = None
    """None for the demo and in a reopened session; a session file does not keep it."""

    def __post_init__(self) -> None:
        if self.predicted is not None:
            self.sample.with_labels(self.predicted)


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

    def with_opened(self, opened: Sequence[Entry]) -> Session:
        """Return the session with more images, the first of them shown; the demo goes.

        An image that is open already is replaced, say to give it its mask; what was done
        with it stays. Objects that come from masks or from a network count on only where
        the new images have them too; else each image has its own, as in a new session.
        """
        before = {_identity(entry): entry for entry in self.entries}
        opened = [_following(before.get(_identity(entry)), entry) for entry in opened]
        again = set(map(_identity, opened))
        kept = tuple(
            entry
            for entry in self.entries
            if not entry.is_demo and _identity(entry) not in again
        )
        choices = self.choices
        if not all(_has(choices.object_source, entry) for entry in opened):
            choices = replace(choices, object_source=None)
        return Session((*kept, *opened), len(kept), choices)

    def with_other_plane(self, entry: Entry) -> Session:
        """Return the session with another plane of the current file shown.

        What the user did by hand stays: a typed pixel size, and the drawn diameters where
        the plane belongs to the same scene.
        """
        before = self.entry
        if before.sample.image.known.source == TYPED_IN:
            sample = entry.sample.with_pixel_size(before.sample.image.known)
            entry = replace(entry, sample=sample)
        if _scene(before) == _scene(entry):
            entry = replace(entry, drawn=before.drawn)
        return self.with_entry(entry)

    def with_pixel_size(
        self, known: KnownPixelSize, *, everywhere: bool = False
    ) -> Session:
        """Return the session with another pixel size, of one image or of all."""
        entries = [
            replace(entry, sample=entry.sample.with_pixel_size(known))
            if everywhere or index == self.current
            else entry
            for index, entry in enumerate(self.entries)
        ]
        return replace(self, entries=tuple(entries))

    def without_current(self) -> Session:
        """Return the session without the current entry; one entry must remain."""
        entries = self.entries[: self.current] + self.entries[self.current + 1 :]
        return replace(self, entries=entries, current=max(0, self.current - 1))

    def with_choices(self, choices: Choices) -> Session:
        """Return the session with other choices."""
        return replace(self, choices=choices)


def _identity(entry: Entry) -> tuple[str, str]:
    """Return name and pixels: two fields that are both empty are two images."""
    return entry.sample.image.name, entry.sample.image.digest()


def _following(before: Entry | None, now: Entry) -> Entry:
    """Return an image opened again, with what is known of it from before."""
    if before is None or before.is_demo:
        return now
    sample = now.sample
    if sample.labels is None and before.sample.labels is not None:
        sample = sample.with_labels(before.sample.labels)
    if before.sample.image.known.source == TYPED_IN:
        sample = sample.with_pixel_size(before.sample.image.known)
    return replace(now, sample=sample, drawn=before.drawn, predicted=before.predicted)


def _has(source: ObjectSource | None, entry: Entry) -> bool:
    """Whether the objects of an image can come from `source`."""
    if source is ObjectSource.MASK:
        return entry.sample.labels is not None
    return source is not ObjectSource.NETWORK or entry.predicted is not None


def _scene(entry: Entry) -> int | None:
    return None if entry.origin is None else entry.origin.selection.scene
