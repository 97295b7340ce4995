"""Choices with an identifier for files and words for people."""

from __future__ import annotations

from enum import StrEnum
from typing import Self


class Worded(StrEnum):
    """Base of such choices: the value is the identifier, `words` is what is shown.

    Files, links and sessions keep identifiers, so that words can be bettered without
    making what was saved unreadable.

    Examples
    --------
    >>> class Way(Worded):
    ...     BINNING = "binning", "binning on the chip"
    >>> Way("binning").words
    'binning on the chip'
    """

    words: str

    def __new__(cls, identifier: str, words: str) -> Self:
        """Make a member from its identifier and its words."""
        member = str.__new__(cls, identifier)
        member._value_ = identifier
        member.words = words
        return member
