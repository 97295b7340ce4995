"""Wells of a plate, as far as their spacing is a standard.

ANSI/SLAS 4-2004 (R2012) fixes the distance between well centres of 96, 384 and 1536 wells.
"""

from __future__ import annotations

from rescale4dl_core.errors import QuantityError
from rescale4dl_core.exports.plan_parts import Well

UM_PER_MM = 1000.0

PLATES = {96: (8, 12, 9.0), 384: (16, 24, 4.5), 1536: (32, 48, 2.25)}
"""Wells of a plate: its rows, its columns, mm from centre to centre."""


def wells_of(n_wells: int) -> tuple[Well, ...]:
    """Return the first `n_wells` wells of the smallest standard plate that has them.

    Coordinates are relative to the centre of A1, with y falling from row to row;
    `AcquisitionPlan.moved_by` puts them where A1 lies on the stage. A single well has no
    place on a plate: it is called 1.

    Raises
    ------
    QuantityError
        If there are no or more than 1536 wells.

    Examples
    --------
    >>> [(well.name, well.x_um, well.y_um) for well in wells_of(13)][-1]
    ('B1', 0.0, -9000.0)
    """
    if not 1 <= n_wells <= max(PLATES):
        raise QuantityError(
            f"A plan for {n_wells} wells was asked for; plates have 1 to {max(PLATES)}. "
            "Plan one plate at a time."
        )
    if n_wells == 1:
        return (Well("1"),)
    _, columns, pitch_mm = next(plate for size, plate in PLATES.items() if n_wells <= size)
    places = [divmod(index, columns) for index in range(n_wells)]
    return tuple(
        Well(
            f"{_row_name(row)}{column + 1}",
            column * pitch_mm * UM_PER_MM,
            0.0 - row * pitch_mm * UM_PER_MM,
        )
        for row, column in places
    )


def _row_name(row: int) -> str:
    """Return A to Z, then AA to AF."""
    letter = chr(ord("A") + row % 26)
    return letter if row < 26 else f"A{letter}"
