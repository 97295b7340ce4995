"""How many rows and columns of fields hold a number of them."""

from __future__ import annotations

import math

from rescale4dl_core.quantities import require_positive


def grid_for(n_fields: int) -> tuple[int, int]:
    """Return the (rows, columns) that hold `n_fields` with few to spare.

    Of the grids at least as wide as high and at most twice, the one of fewest fields.

    Examples
    --------
    >>> grid_for(1), grid_for(7), grid_for(12), grid_for(13)
    ((1, 1), (2, 4), (3, 4), (3, 5))
    """
    require_positive("The number of fields", n_fields)
    root = math.isqrt(n_fields - 1) + 1
    grids = [(rows, math.ceil(n_fields / rows)) for rows in range(1, root + 1)]
    wide = [grid for grid in grids if grid[0] <= grid[1] <= 2 * grid[0]]
    return min(wide, key=lambda grid: (grid[0] * grid[1], grid[1] - grid[0]))
