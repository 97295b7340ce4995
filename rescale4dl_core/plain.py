"""Frozen dataclasses to plain JSON values and back, driven by types and strict."""

from __future__ import annotations

import math
import types
import typing
from dataclasses import MISSING, dataclass, fields, is_dataclass
from enum import Enum
from typing import Any

from rescale4dl_core.errors import RescaleError
from rescale4dl_core.quantities import PixelSize

_IN_WORDS = {
    dict: "a group of entries",
    list: "a list",
    str: "a text",
    int: "a whole number",
    bool: "true or false",
}

_LIMITS = {int: " of up to 18 digits", str: " of whole letters"}


@dataclass(frozen=True, slots=True)
class Document:
    """What is being read, for messages: "The session file has ..."."""

    subject: str
    """Begins the sentence: "The session file"."""

    remedy: str
    """What to do where it is damaged: "open the images again instead"."""

    error: type[RescaleError]


_NAMES_OF_THE_CORE = {"PixelSize": PixelSize}
"""Names that modules of the core import for type checking only."""


def to_plain(value: Any) -> Any:
    """Return `value` as dicts, lists, strings, numbers, booleans and None.

    Parameters
    ----------
    value : dataclass, enum, tuple, str, int, float, bool or None
        Whatever a session keeps beside its pixels.
    """
    if isinstance(value, Enum):
        return value.value
    if is_dataclass(value):
        return {f.name: to_plain(getattr(value, f.name)) for f in fields(value) if f.init}
    if isinstance(value, tuple):
        return [to_plain(item) for item in value]
    if value is None or isinstance(value, (str, bool)):
        return value
    return float(value) if isinstance(value, float) else int(value)


def from_plain(kind: Any, plain: Any, *, where: str, document: Document) -> Any:
    """Build a value of type `kind` from what `to_plain` returned.

    Parameters
    ----------
    kind : type or type hint
        A dataclass, an enum, str, bool, int, float, `X | None`, `tuple[X, ...]` or a tuple
        of so many, such as `tuple[X, Y]`.
    plain : Any
        As parsed from JSON.
    where : str
        Name of the part, for the message.
    document : Document
        What is being read, for the message, and the error to raise.

    Raises
    ------
    RescaleError
        `document.error`, if a name is missing or not known, a value has another type, a
        list another length, a number is not finite or of more than 18 digits, a text
        of broken letters, or the core refuses the value.
    """
    if isinstance(kind, types.UnionType) or typing.get_origin(kind) is typing.Union:
        options = [option for option in typing.get_args(kind) if option is not type(None)]
        return (
            None
            if plain is None
            else from_plain(options[0], plain, where=where, document=document)
        )
    if typing.get_origin(kind) is tuple:
        return _tuple_from_plain(typing.get_args(kind), plain, where, document)
    if is_dataclass(kind):
        return _dataclass_from_plain(typing.cast("type", kind), plain, where, document)
    if issubclass(kind, Enum):
        return _built(kind, (_of_type(str, plain, where, document),), {}, where, document)
    if kind is float:
        return _finite(plain, where, document)
    return _of_type(kind, plain, where, document)


def _tuple_from_plain(
    kinds: tuple[Any, ...], plain: Any, where: str, document: Document
) -> tuple[Any, ...]:
    items = _of_type(list, plain, where, document)
    if kinds[1:] == (Ellipsis,):
        kinds = kinds[:1] * len(items)
    if len(items) != len(kinds):
        raise document.error(
            f"{document.subject} has a list of {len(items)} at {where}, where {len(kinds)} "
            f"values were expected. It is damaged or was edited; {document.remedy}."
        )
    return tuple(
        from_plain(kind, item, where=f"{where}[{i}]", document=document)
        for i, (kind, item) in enumerate(zip(kinds, items, strict=True))
    )


def _dataclass_from_plain(kind: type, plain: Any, where: str, document: Document) -> Any:
    given = _of_type(dict, plain, where, document)
    hints = typing.get_type_hints(kind, localns=_NAMES_OF_THE_CORE)
    expected = {f.name: f for f in fields(kind) if f.init}
    unknown = sorted(given.keys() - expected.keys())
    if unknown:
        raise document.error(
            f"{document.subject} has an entry {unknown[0]!r} in {where} that this version "
            "does not know. Open it with the version that saved it, or a newer one."
        )
    for name, one in expected.items():
        optional = one.default is not MISSING or one.default_factory is not MISSING
        if name not in given and not optional:
            raise document.error(
                f"{document.subject} lacks {name!r} in {where}. It is damaged or was "
                f"edited; {document.remedy}."
            )
    values = {
        name: from_plain(
            hints[name], given[name], where=f"{where}.{name}", document=document
        )
        for name in given
    }
    return _built(kind, (), values, where, document)


def _built(
    kind: Any, args: tuple[Any, ...], values: dict[str, Any], where: str, document: Document
) -> Any:
    try:
        return kind(*args, **values)
    except document.error:
        raise
    except (RescaleError, ValueError) as error:
        raise document.error(
            f"{document.subject} has a value in {where} that cannot be used: {error} "
            f"{document.remedy[:1].upper()}{document.remedy[1:]}."
        ) from error


def _of_type(kind: type, plain: Any, where: str, document: Document) -> Any:
    if type(plain) is not kind or not _can_be_kept(plain):
        limit = _LIMITS[kind] if type(plain) is kind else ""
        raise document.error(
            f"{document.subject} has {_short(plain)} at {where}, where "
            f"{_IN_WORDS[kind]}{limit} was expected. It is damaged or was edited; "
            f"{document.remedy}."
        )
    return plain


def _can_be_kept(plain: Any) -> bool:
    """Whether other programs can read it too, as a 64-bit number or a text in UTF-8."""
    if isinstance(plain, int):
        return abs(plain) < 10**18
    return not (isinstance(plain, str) and any("\ud800" <= c <= "\udfff" for c in plain))


def _finite(plain: Any, where: str, document: Document) -> float:
    number = float(plain) if type(plain) is int and abs(plain) < 2**53 else plain
    if type(number) is not float or not math.isfinite(number):
        raise document.error(
            f"{document.subject} has {_short(plain)} at {where}, where a number was "
            "expected. It is damaged or was edited; "
            f"{document.remedy}."
        )
    return number


def _short(plain: Any) -> str:
    if isinstance(plain, list | dict):
        return _IN_WORDS[type(plain)]
    text = repr(plain)
    return text if len(text) <= 40 else f"{text[:40]}…"
