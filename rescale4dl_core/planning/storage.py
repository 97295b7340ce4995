"""Bytes on disk of an acquisition, uncompressed."""

from __future__ import annotations

from rescale4dl_core.quantities import require_positive

BYTES_PER_GB = 1e9


def storage_bytes(
    image_px: tuple[int, int], *, bytes_per_pixel: int, images_per_field: int, n_fields: int
) -> int:
    """Return width x height x bytes x channels x z x t x tiles.

    Parameters
    ----------
    image_px : (int, int)
        Rows and columns of one image as saved.
    bytes_per_pixel : int
        1 for 8-bit, 2 for 16-bit images.
    images_per_field : int
        Channels x planes x time points.
    n_fields : int
        Fields of view (tiles).

    Raises
    ------
    QuantityError
        If a number is not positive.

    Examples
    --------
    >>> storage_bytes((2048, 2048), bytes_per_pixel=2, images_per_field=3, n_fields=10)
    251658240
    """
    rows_px, columns_px = image_px
    for name, value in (
        ("The number of image rows (px)", rows_px),
        ("The number of image columns (px)", columns_px),
        ("The number of bytes per pixel", bytes_per_pixel),
        ("The number of images per field", images_per_field),
        ("The number of fields", n_fields),
    ):
        require_positive(name, value)
    return rows_px * columns_px * bytes_per_pixel * images_per_field * n_fields
