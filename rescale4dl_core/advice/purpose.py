"""What the images are for: it decides which rule applies."""

from __future__ import annotations

from enum import StrEnum


class Purpose(StrEnum):
    """The question the acquisition has to answer."""

    COUNTING = "counting and finding objects"
    SIZE = "measuring size and shape"
    STRUCTURE = "structure inside the cells"
    """Follows Nyquist; coverage is not the criterion."""
