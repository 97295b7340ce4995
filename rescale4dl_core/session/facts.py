"""What is known of an image, each value with where it came from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rescale4dl_core.reading.choices import choices_of
from rescale4dl_core.reading.pixel_size import in_um

if TYPE_CHECKING:
    from rescale4dl_core.images import KnownPixelSize
    from rescale4dl_core.reading.choices import Choice
    from rescale4dl_core.session.model import Entry

FROM_FILE = "the file"
SIMULATED = "the simulation"

_MOST_NAMES = 12


@dataclass(frozen=True, slots=True)
class Fact:
    """One value in words."""

    name: str
    value: str
    source: str
    """Where the value came from; empty where there is no value."""


def facts_of(entry: Entry) -> tuple[Fact, ...]:
    """Return what the file of `entry` holds, and what the user typed in instead."""
    sample, info = entry.sample, entry.sample.info
    source = SIMULATED if entry.is_demo else FROM_FILE
    rows, columns = sample.image.shape
    colour = ", red, green and blue" if sample.image.is_rgb else ""
    facts = [
        Fact("Format", info.format, source),
        Fact("This image", f"{rows} × {columns} px (rows × columns){colour}", source),
        Fact("All axes", f"{info.axes}, {' × '.join(map(str, info.shape))}", source),
        Fact("Pixel values", info.dtype, source),
    ]
    facts += [
        Fact(f"{c.kind.capitalize()}s", _offered(c), source) for c in choices_of(info)
    ]
    known = sample.image.known
    from_where = "" if known.size is None else known.source
    facts.append(Fact("Pixel size", pixel_size_in_words(known), from_where))
    if known.size is not None and known.size.z_um is not None:
        facts.append(Fact("Between planes", f"{known.size.z_um:.4g} µm", known.source))
    mask = sample.labels
    facts.append(
        Fact("Outlines", "none yet", "")
        if mask is None
        else Fact("Outlines", "mask", mask.source)
    )
    return tuple(facts)


def pixel_size_in_words(known: KnownPixelSize) -> str:
    """Return "0.108 µm", or "unknown"."""
    return "unknown" if known.size is None else in_um(known.size)


def _offered(choice: Choice) -> str:
    """Return the names of channels and scenes; planes and times are only counted."""
    has_names = choice.kind in ("channel", "scene") and len(choice.names) <= _MOST_NAMES
    return ", ".join(choice.names) if has_names else str(len(choice.names))
