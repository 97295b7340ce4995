"""The session: the images that one user has opened, and what was done with them."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from rescale4dl_core.errors import SessionError
from rescale4dl_core.images import TYPED_IN
from rescale4dl_core.session.choices import Choices, ObjectSource

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from rescale4dl_core.images import KnownPixelSize, Sample
    from rescale4dl_core.labels import Labels
    from rescale4dl_core.measuring.drawn import DrawnDiameter
    from rescale4dl_core.reading.opened import Selection


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
            # For what it raises where the shapes differ.
            self.sample.with_labels(self.predicted)


@dataclass(frozen=True, slots=True, eq=False)
class Session:
    """Everything one user has loaded and chosen. Replace it, never change it.

    Examples
    --------
    >>> import rescale4dl_core as r4
    >>> session = r4.Session.of(r4.demo_sample())
    >>> [sample.image.name for sample in session.samples]
    ['demo']
    """

    entries: tuple[Entry, ...]
    current: int = 0
    """Index of the entry that the pages show."""

    choices: Choices = field(default_factory=Choices)

    @classmethod
    def of(cls, *samples: Sample, choices: Choices | None = None) -> Session:
        """Return a session of these samples, with the choices that the app starts with.

        Raises
        ------
        SessionError
            If no sample is given.
        """
        if not samples:
            raise SessionError(
                "A session needs at least one sample, and none was given. Give one, such "
                "as demo_sample()."
            )
        return cls(tuple(map(Entry, samples)), choices=choices or Choices())

    @property
    def samples(self) -> tuple[Sample, ...]:
        """The images of the session with their masks."""
        return tuple(entry.sample for entry in self.entries)

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
