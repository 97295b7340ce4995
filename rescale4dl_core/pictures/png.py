"""A picture as the bytes of a PNG file."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rescale4dl_core.pictures.view import View


def png_bytes(view: View) -> bytes:
    """Return `view` as a PNG file."""
    from PIL import Image as PilImage

    stream = io.BytesIO()
    PilImage.fromarray(view.pixels).save(stream, format="PNG")
    return stream.getvalue()
