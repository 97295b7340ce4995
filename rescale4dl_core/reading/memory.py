"""The limit on what is decoded without asking."""

from __future__ import annotations

from rescale4dl_core.errors import TooLargeError

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
