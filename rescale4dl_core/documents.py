"""Frozen dataclasses as plain JSON values and back, read strictly; by msgspec.

msgspec checks types by the annotations of a dataclass. What it lets pass is refused here:
entries that no field is named after, numbers that other programs or a float cannot hold,
and text that is not Unicode.
"""

from __future__ import annotations

import math
import re
import types
import typing
from dataclasses import dataclass, fields, is_dataclass
from typing import TYPE_CHECKING, Any, TypeVar

import msgspec

from rescale4dl_core.errors import RescaleError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

T = TypeVar("T")

LARGEST_WHOLE = 10**18
"""Whole numbers up to here fit in 64 bits, whatever reads them."""

LARGEST_EXACT = 2**53
"""From here on a float no longer tells one whole number from the next."""

LONGEST_SHOWN = 40

_IN_WORDS = {
    "object": "a group of entries",
    "array": "a list",
    "str": "a text",
    "int": "a whole number",
    "float": "a number",
    "bool": "true or false",
    "null": "nothing",
}


@dataclass(frozen=True, slots=True)
class Document:
    """What is being read, for messages: "The session file has ..."."""

    subject: str
    """Begins the sentence: "The session file"."""

    remedy: str
    """What to do where it is damaged: "open the images again instead"."""

    error: type[RescaleError]


def to_plain(value: Any) -> Any:
    """Return a dataclass as dicts, tuples, strings, numbers, booleans and None.

    Parameters
    ----------
    value : dataclass, enum, tuple, str, int, float, bool or None
        Whatever a session keeps beside its pixels.
    """
    return msgspec.to_builtins(value, enc_hook=lambda number: number.item())


def from_plain(kind: type[T], plain: Any, *, where: str, document: Document) -> T:
    """Build a value of type `kind` from what `to_plain` returned.

    Parameters
    ----------
    kind : type
        A dataclass of dataclasses, enums, str, bool, int, float, `X | None` and tuples.
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
        of broken letters, or the core refuses the value. What the core says in
        `document.error` itself is passed on as it stands.
    """
    try:
        _require_exact(kind, plain, where, document)
        return msgspec.convert(plain, kind, strict=True)
    except document.error:
        raise
    except msgspec.ValidationError as error:
        if isinstance(error.__cause__, document.error):
            raise error.__cause__ from None
        raise _told(error, plain, where, document) from error
    except RescaleError as error:
        raise _refused(error, where, document) from error


def migrated(
    plain: dict[str, Any],
    version: object,
    *,
    latest: int,
    steps: Mapping[int, Callable[[dict[str, Any]], dict[str, Any]]],
    document: Document,
) -> dict[str, Any]:
    """Return a document of any known version as one of the latest.

    Parameters
    ----------
    plain : dict
        As parsed from JSON; it stays as it is.
    version : object
        What the document says.
    latest : int
        The version that this program writes.
    steps : mapping of int to function
        From each version to the next.

    Raises
    ------
    RescaleError
        `document.error`, if the version is newer than this program, or none, or the
        document is nested too deeply to be one.
    """
    if type(version) is not int or not 1 <= version <= latest:
        raise document.error(
            f"{document.subject} has version {str(version)[:20]}; this program reads "
            f"versions up to {latest}. Open it with the program that saved it, or update "
            "this one."
        )
    try:
        for step in range(version, latest):
            plain = steps[step](plain)
    except RecursionError as error:
        raise document.error(
            f"{document.subject} has lists or groups in each other, deeper than any that "
            f"is saved. It is damaged or was edited; {document.remedy}."
        ) from error
    return plain


def with_identifiers(plain: Any, renamed: Mapping[str, Mapping[str, str]]) -> Any:
    """Return a document with words replaced by identifiers, by the name of their entry.

    Examples
    --------
    >>> with_identifiers({"a": [{"way": "on the chip"}]}, {"way": {"on the chip": "chip"}})
    {'a': [{'way': 'chip'}]}
    """
    if isinstance(plain, list):
        return [with_identifiers(item, renamed) for item in plain]
    if not isinstance(plain, dict):
        return plain
    return {
        name: renamed[name].get(value, value)
        if name in renamed and isinstance(value, str)
        else with_identifiers(value, renamed)
        for name, value in plain.items()
    }


def _require_exact(kind: Any, plain: Any, where: str, document: Document) -> None:
    if is_dataclass(kind) and isinstance(plain, dict):
        known = {one.name for one in fields(kind) if one.init}
        if unknown := sorted(plain.keys() - known):
            raise document.error(
                f"{document.subject} has an entry {_short(unknown[0])} in {where} that "
                "this version does not know. Open it with the version that saved it, or a "
                "newer one."
            )
        hints = typing.get_type_hints(kind)
        for name, item in plain.items():
            _require_exact(hints[name], item, f"{where}.{name}", document)
    elif isinstance(kind, types.UnionType):
        for option in typing.get_args(kind):
            _require_exact(option, plain, where, document)
    elif typing.get_origin(kind) is tuple and isinstance(plain, list | tuple):
        item_kinds = [one for one in typing.get_args(kind) if one is not Ellipsis]
        for index, item in enumerate(plain):
            item_kind = item_kinds[min(index, len(item_kinds) - 1)]
            _require_exact(item_kind, item, f"{where}[{index}]", document)
    elif (limit := _passed_limit(kind, plain)) is not None:
        raise _unexpected(plain, where, limit, document)


def _passed_limit(kind: Any, plain: Any) -> str | None:
    """Return what was expected where other programs or a float cannot hold the value."""
    if type(plain) is str and any("\ud800" <= c <= "\udfff" for c in plain):
        return "a text of whole letters"
    if kind is float:
        whole = type(plain) is int and abs(plain) >= LARGEST_EXACT
        endless = type(plain) is float and not math.isfinite(plain)
        return "a number" if whole or endless else None
    if kind is int and type(plain) is int and abs(plain) >= LARGEST_WHOLE:
        return "a whole number of up to 18 digits"
    return None


def _told(
    error: msgspec.ValidationError, plain: Any, where: str, document: Document
) -> RescaleError:
    """Return msgspec's sentence as one of ours: where, what was found, what is due."""
    said, _, path = str(error).partition(" - at `$")
    path = path.rstrip("`")
    place = f"{where}{path}"
    if isinstance(error.__cause__, RescaleError | ValueError | TypeError):
        return _refused(error.__cause__, place, document)
    if missing := re.fullmatch(r"Object missing required field `(.*)`", said):
        return document.error(
            f"{document.subject} lacks {missing[1]!r} in {place}. It is damaged or was "
            f"edited; {document.remedy}."
        )
    found = _at(plain, path)
    if length := re.fullmatch(r"Expected `array` of length (\d+), got (\d+)", said):
        return document.error(
            f"{document.subject} has a list of {length[2]} at {place}, where {length[1]} "
            f"values were expected. It is damaged or was edited; {document.remedy}."
        )
    if wanted := re.match(r"Expected `([a-z]+)", said):
        return _unexpected(found, place, _IN_WORDS[wanted[1]], document)
    return document.error(
        f"{document.subject} has a value in {place} that cannot be used: {_short(found)} "
        f"is not known here. {_sentence(document.remedy)}"
    )


def _at(plain: Any, path: str) -> Any:
    for name, index in re.findall(r"\.([^.\[]+)|\[(\d+)\]", path):
        plain = plain[name] if name else plain[int(index)]
    return plain


def _refused(error: Exception, where: str, document: Document) -> RescaleError:
    return document.error(
        f"{document.subject} has a value in {where} that cannot be used: {error} "
        f"{_sentence(document.remedy)}"
    )


def _unexpected(
    found: object, where: str, expected: str, document: Document
) -> RescaleError:
    return document.error(
        f"{document.subject} has {_short(found)} at {where}, where {expected} was "
        f"expected. It is damaged or was edited; {document.remedy}."
    )


def _sentence(remedy: str) -> str:
    return f"{remedy[:1].upper()}{remedy[1:]}."


def _short(plain: object) -> str:
    if isinstance(plain, list | tuple | dict):
        return _IN_WORDS["object" if isinstance(plain, dict) else "array"]
    text = repr(plain)
    return text if len(text) <= LONGEST_SHOWN else f"{text[:LONGEST_SHOWN]}…"
