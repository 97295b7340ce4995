"""Limits on what is decoded without asking, and on what a header may claim."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from rescale4dl_core.errors import ReadingError, TooLargeError

if TYPE_CHECKING:
    from collections.abc import Sequence

MOST_PLANES = 1_000_000
"""A header that lists more planes is not believed."""

LIMIT_BYTES = 2_000_000_000
"""2 GB: what a laptop with 8 GB can hold beside a browser."""


def require_moderate_size(
    name: str, shape_px: tuple[int, int], decoded_bytes: int, *, allow_large: bool
) -> None:
    """Raise `TooLargeError` before an array of more than 2 GB is decoded unasked."""
    if allow_large or decoded_bytes <= LIMIT_BYTES:
        return
    rows, columns = shape_px
    raise TooLargeError(
        f"{name}: one plane is {rows:,} x {columns:,} px and decoding it takes "
        f"{decoded_bytes / 1e9:,.1f} GB; without asking, {LIMIT_BYTES / 1e9:.0f} GB is the "
        "limit. Export a part of it (a crop, or a lower level of the pyramid), or allow "
        "large images (--allow-large)."
    )


def require_believable_planes(name: str, lengths: Sequence[int]) -> None:
    """Raise `ReadingError` where the axes besides rows and columns hold no sane number.

    Called before anything is allocated for each plane, so that a broken header cannot
    ask for more memory than there is.
    """
    n_planes = math.prod(lengths)
    if not 0 < n_planes <= MOST_PLANES:
        raise ReadingError(
            f"{name}: the header lists {n_planes:,} planes, which no file holds; it is "
            "damaged. Copy or export the image again."
        )
