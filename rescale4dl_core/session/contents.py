"""The list of contents of a session file: all of a session but its pixels."""

from dataclasses import dataclass
from typing import Self

from rescale4dl_core import __version__
from rescale4dl_core.images import ImageInfo, KnownPixelSize
from rescale4dl_core.labels import Labels
from rescale4dl_core.measure.drawn import DrawnDiameter
from rescale4dl_core.session.model import Choices, Entry, Session

FORMAT = "ReScale4DL Advisor session"

SCHEMA_VERSION = 1
"""Raised when an older program could no longer read what this one writes."""


@dataclass(frozen=True, slots=True)
class LabelsContents:
    """What is known of the labels of one image."""

    digest: str
    source: str
    notes: tuple[str, ...]

    @classmethod
    def of(cls, labels: Labels) -> Self:
        """Describe the labels of one image."""
        return cls(labels.digest(), labels.source, labels.notes)


@dataclass(frozen=True, slots=True)
class EntryContents:
    """What is known of one image."""

    name: str
    digest: str
    known: KnownPixelSize
    info: ImageInfo
    labels: LabelsContents | None
    drawn: tuple[DrawnDiameter, ...]
    is_demo: bool
    predicted: LabelsContents | None = None

    @classmethod
    def of(cls, entry: Entry) -> Self:
        """Describe one image of a session."""
        image, labels = entry.sample.image, entry.sample.labels
        return cls(
            name=image.name,
            digest=image.digest(),
            known=image.known,
            info=entry.sample.info,
            labels=None if labels is None else LabelsContents.of(labels),
            drawn=entry.drawn,
            is_demo=entry.is_demo,
            predicted=None
            if entry.predicted is None
            else LabelsContents.of(entry.predicted),
        )


@dataclass(frozen=True, slots=True)
class Contents:
    """What is known of a whole session."""

    format: str
    schema_version: int
    app_version: str
    current: int
    choices: Choices
    entries: tuple[EntryContents, ...]

    @classmethod
    def of(cls, session: Session) -> Self:
        """Describe a session."""
        return cls(
            format=FORMAT,
            schema_version=SCHEMA_VERSION,
            app_version=__version__,
            current=session.current,
            choices=session.choices,
            entries=tuple(EntryContents.of(entry) for entry in session.entries),
        )
