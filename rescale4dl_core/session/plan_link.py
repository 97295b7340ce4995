"""The settings of the throughput page as the parameters of a link, and back.

A link names what differs from the defaults, choices by their identifiers, and the version
of its form under `v`; a link without one is of version 1.
"""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING, Any

from rescale4dl_core.errors import RescaleError, SessionError
from rescale4dl_core.planning.timing import FieldTiming
from rescale4dl_core.session.choices import SHARED_WITH_CHOICES, KeptPlan
from rescale4dl_core.worded import Worded

if TYPE_CHECKING:
    from collections.abc import Mapping

VERSION = 2
_VERSION_NAME = "v"
_TIMING = "timing"
_LONGEST_VALUE = 40


def query_of(plan: KeptPlan) -> dict[str, str]:
    """Return what differs from the defaults, as the parameters of a link.

    Examples
    --------
    >>> query_of(KeptPlan(timing=FieldTiming(exposure_s=0.2), n_wells=96))
    {'v': '2', 'exposure_s': '0.2', 'n_wells': '96'}
    """
    usual = _values(KeptPlan())
    changed = {
        key: _text(value)
        for key, value in _values(plan).items()
        if value != usual[key] and value is not None
    }
    return {_VERSION_NAME: str(VERSION), **changed} if changed else {}


def plan_of_query(query: Mapping[str, str]) -> KeptPlan:
    """Return the plan that a link describes; what it leaves out has its default.

    Raises
    ------
    SessionError
        If a parameter is not known, or its value cannot be used.
    """
    version = query.get(_VERSION_NAME, "1")
    if version not in ("1", str(VERSION)):
        raise SessionError(
            f"The link has version {version[:_LONGEST_VALUE]!r}; this program reads "
            f"versions up to {VERSION}. Open it with the program that made it, or update "
            "this one."
        )
    usual = _values(KeptPlan())
    timing: dict[str, Any] = {}
    plan: dict[str, Any] = {}
    for key, text in query.items():
        if key == _VERSION_NAME:
            continue
        if key not in usual:
            raise SessionError(
                f"The link has a parameter {key[:_LONGEST_VALUE]!r} that this page does "
                "not know, so nothing of it was used. Copy the whole link again."
            )
        into = timing if key in _TIMING_NAMES else plan
        into[key] = _value(key, text, usual[key])
    try:
        return KeptPlan(timing=FieldTiming(**timing), **plan)
    except RescaleError as error:
        raise SessionError(
            f"The link has a value that cannot be used, so nothing of it was: {error}"
        ) from error


_TIMING_NAMES = tuple(f.name for f in fields(FieldTiming))


def _values(plan: KeptPlan) -> dict[str, Any]:
    timing = {name: getattr(plan.timing, name) for name in _TIMING_NAMES}
    rest = (
        *(key for key in SHARED_WITH_CHOICES if key != _TIMING),
        "power_mw",
        "interval_s",
    )
    return timing | {key: getattr(plan, key) for key in rest}


def _text(value: object) -> str:
    if isinstance(value, Worded):
        return value.value
    return f"{value:.12g}" if isinstance(value, float) else str(value)


def _value(key: str, text: str, usual: object) -> Any:
    try:
        if isinstance(usual, Worded):
            return next(one for one in type(usual) if one == text)
        if isinstance(usual, int):
            return int(text)
        return float(text)
    except (StopIteration, ValueError) as error:
        raise SessionError(
            f"The link says {text[:_LONGEST_VALUE]!r} for {key}, which cannot be used, so "
            "nothing of it was. Copy the whole link again."
        ) from error
