"""Fields and hours behind a recommendation, as `recommend` prints them."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from rescale4dl_core.cli.output import Answer

if TYPE_CHECKING:
    from rescale4dl_core.cli.recommend import Advised
    from rescale4dl_core.planning.effort import Effort
    from rescale4dl_core.session.effort import Comparison


def effort_answer(
    found: Advised,
    *,
    cells: int | None,
    difference_percent: float | None,
    power_percent: float,
) -> Answer:
    """Return `effective_objects_per_hour`, and `for_cells` and `for_difference` if asked.

    The first is null where the share of objects found, or their density, is not known, or
    no pixel size is recommended. Camera 2048 x 2048 and the shortest believable times.

    Raises
    ------
    QuantityError
        If a question makes no sense.
    """
    from rescale4dl_core.session.effort import (
        added_error,
        comparison_of,
        effort_to_find,
    )

    advice, choices = found.advice, found.session.choices
    fields: dict[str, Any] = {"effective_objects_per_hour": None}
    lines: list[str] = []
    if advice.ratio is None:
        return Answer(fields)
    if advice.expected_recall:
        one = effort_to_find(advice, choices, 1)
        if not one.is_best_case:
            fields["effective_objects_per_hour"] = one.found_per_hour
            lines.append(f"= Found: {one.found_per_hour:,.0f} objects per hour")
    if cells is not None:
        effort = effort_to_find(advice, choices, cells)
        fields["for_cells"] = {"n_objects_found": cells, **asdict(effort)}
        lines.append(f"= {cells:,} objects: {_in_words(effort)}")
    if difference_percent is not None:
        comparison = comparison_of(
            advice,
            choices,
            added_error(advice, found.session, found.sweep),
            difference_percent=difference_percent,
            power_percent=power_percent,
        )
        fields["for_difference"] = asdict(comparison)
        lines.append(_difference(comparison))
    return Answer(fields, tuple(lines))


def _difference(found: Comparison) -> str:
    return (
        f"= To detect a difference of {found.difference_percent:g} % in mean size with a "
        f"chance of {found.power_percent:g} %: {found.n_each:,} objects in each of two "
        f"conditions (spread {found.spread_percent:.1f} %, measuring adds "
        f"{found.error.percent:.1f} %, {found.error.source}): {_in_words(found.effort)}"
    )


def _in_words(effort: Effort) -> str:
    best_case = ", if they touched everywhere" if effort.is_best_case else ""
    hours = effort.hours
    time = f"{hours:.3g} hours" if hours >= 1 else f"{60 * hours:.2g} minutes"
    return f"{effort.n_fields:,} fields, {time}{best_case}"
