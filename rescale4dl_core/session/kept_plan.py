"""One setting of the throughput page: kept for comparison, or passed on as a link."""

from __future__ import annotations

from dataclasses import dataclass, field, fields, replace
from typing import TYPE_CHECKING, Any

from rescale4dl_core.errors import RescaleError, SessionError
from rescale4dl_core.planning.gain import Detector, Route
from rescale4dl_core.planning.timing import FieldTiming

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rescale4dl_core.session.model import Choices

_TIMING = "timing"
_OF_THE_PLAN = ("power_mw", "interval_s")
_LONGEST_VALUE = 40


@dataclass(frozen=True, slots=True)
class KeptPlan:
    """All that the throughput page asks for."""

    name: str = ""
    timing: FieldTiming = field(default_factory=FieldTiming)
    what_if_ratio: float | None = None
    route: Route = Route.MAGNIFICATION
    detector: Detector = Detector.SCMOS
    camera_rows_px: int = 2048
    camera_columns_px: int = 2048
    n_objects_wanted: int = 1000
    n_wells: int = 1
    overlap_percent: float = 0.0
    bytes_per_pixel: int = 2
    power_mw: float | None = None
    interval_s: float | None = None

    @classmethod
    def of(cls, choices: Choices, name: str = "") -> KeptPlan:
        """Return what `choices` hold now."""
        own = {key: getattr(choices, key) for key in _CHOICES}
        plan = choices.plan
        return cls(name, power_mw=plan.power_mw, interval_s=plan.interval_s, **own)

    def applied_to(self, choices: Choices) -> Choices:
        """Return `choices` with this plan; all else stays, a power it has none of too."""
        changed: dict[str, Any] = {key: getattr(self, key) for key in _CHOICES}
        plan = replace(
            choices.plan,
            power_mw=self.power_mw or choices.plan.power_mw,
            interval_s=self.interval_s,
        )
        return replace(choices, plan=plan, **changed)

    def query(self) -> dict[str, str]:
        """Return what differs from the defaults, as the parameters of a link.

        Examples
        --------
        >>> KeptPlan(timing=FieldTiming(exposure_s=0.2), n_wells=96).query()
        {'exposure_s': '0.2', 'n_wells': '96'}
        """
        usual = _values(KeptPlan())
        return {
            key: _text(value)
            for key, value in _values(self).items()
            if value != usual[key] and value is not None
        }


_CHOICES = tuple(f.name for f in fields(KeptPlan) if f.name not in ("name", *_OF_THE_PLAN))


def plan_of_query(query: Mapping[str, str]) -> KeptPlan:
    """Return the plan that a link describes; what it leaves out has its default.

    Raises
    ------
    SessionError
        If a parameter is not known, or its value cannot be used.
    """
    usual = _values(KeptPlan())
    timing: dict[str, Any] = {}
    plan: dict[str, Any] = {}
    for key, text in query.items():
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
    rest = (*(key for key in _CHOICES if key != _TIMING), *_OF_THE_PLAN)
    return timing | {key: getattr(plan, key) for key in rest}


def _text(value: object) -> str:
    if isinstance(value, Route | Detector):
        return value.name.lower()
    return f"{value:.12g}" if isinstance(value, float) else str(value)


def _value(key: str, text: str, usual: object) -> Any:
    try:
        if isinstance(usual, Route | Detector):
            return type(usual)[text.upper()]
        if isinstance(usual, int):
            return int(text)
        return float(text)
    except (KeyError, ValueError) as error:
        raise SessionError(
            f"The link says {text[:_LONGEST_VALUE]!r} for {key}, which cannot be used, so "
            "nothing of it was. Copy the whole link again."
        ) from error
