"""The metadata of OME-Zarr: which groups are images, their axes, scales and names.

Versions 0.1 to 0.4 keep it in the attributes of the group, 0.5 under the key "ome".
Specification: https://ngff.openmicroscopy.org.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from rescale4dl_core.errors import ReadingError
from rescale4dl_core.reading.axes import UNNAMED
from rescale4dl_core.reading.pixel_size import PixelSizeClaim

if TYPE_CHECKING:
    from collections.abc import Iterator

_OLD_AXES = "TCZYX"
"""Axes of versions 0.1 and 0.2, which do not name them."""

_LETTER_OF_TYPE = {"channel": "C", "time": "T"}


@dataclass(frozen=True, slots=True)
class Multiscale:
    """What the metadata of one image say."""

    axes: tuple[str, ...]
    finest: str
    """Path, inside the group, of the array with full resolution."""

    claim: PixelSizeClaim
    channels: tuple[str, ...]


def image_groups(root: Any, name: str) -> list[tuple[str, Any]]:
    """Return every image of a Zarr hierarchy with its name.

    That is the group itself, the fields of the wells of a plate, or the series that
    bioformats2raw numbers from 0.

    Raises
    ------
    ReadingError
        If there is no image.
    """
    attributes = _attributes(root)
    if "multiscales" in attributes:
        return [("image 0", root)]
    fields = list(_plate_fields(root, attributes))
    paths = fields or sorted(root.group_keys(), key=_as_number)
    groups = [(path, root[path]) for path in paths]
    images = [
        (path, group) for path, group in groups if "multiscales" in _attributes(group)
    ]
    if not images:
        raise ReadingError(
            f"{name}: this Zarr folder holds no OME-Zarr image (no multiscales in its "
            "metadata). Choose the folder of the image itself."
        )
    return images


def multiscale_of(group: Any, name: str) -> Multiscale:
    """Return axes, finest level, pixel size and channel names of an image group.

    Raises
    ------
    ReadingError
        If the metadata contradict the array.
    """
    attributes = _attributes(group)
    image = attributes["multiscales"][0]
    level = image["datasets"][0]
    finest = str(level["path"])
    n_axes = group[finest].ndim
    described = image.get("axes") or list(_OLD_AXES[-n_axes:])
    if len(described) != n_axes:
        raise ReadingError(
            f"{name}: the OME-Zarr metadata name {len(described)} axes, the array has "
            f"{n_axes}. Export the image again."
        )
    axes = tuple(_letter(axis) for axis in described)
    scales = [
        a * b for a, b in zip(_scale(level, n_axes), _scale(image, n_axes), strict=True)
    ]
    has_scale = not all(math.isnan(scale) for scale in scales)
    lengths = {
        axis: (scale, axis_info.get("unit") if isinstance(axis_info, dict) else None)
        for axis, scale, axis_info in zip(axes, scales, described, strict=True)
        if has_scale
    }
    labels = attributes.get("omero", {}).get("channels", ())
    return Multiscale(
        axes,
        finest,
        PixelSizeClaim.per_axis("OME-Zarr", lengths),
        tuple(str(channel.get("label") or "") for channel in labels),
    )


def _attributes(group: Any) -> dict[str, Any]:
    attributes: dict[str, Any] = group.attrs.asdict()
    inner = attributes.get("ome")
    return inner if isinstance(inner, dict) else attributes


def _plate_fields(root: Any, attributes: dict[str, Any]) -> Iterator[str]:
    for well in attributes.get("plate", {}).get("wells", ()):
        fields = _attributes(root[well["path"]]).get("well", {}).get("images", ())
        for field in fields:
            yield f"{well['path']}/{field['path']}"


def _as_number(text: str) -> tuple[bool, int, str]:
    return (not text.isdecimal(), int(text) if text.isdecimal() else 0, text)


def _letter(axis: str | dict[str, str]) -> str:
    """Return the letter of an axis, named in full since version 0.4."""
    if isinstance(axis, str):
        return axis.upper() if len(axis) == 1 else UNNAMED
    name = axis["name"].upper()
    return name if len(name) == 1 else _LETTER_OF_TYPE.get(axis.get("type", ""), UNNAMED)


def _scale(node: dict[str, Any], n_axes: int) -> list[float]:
    """Return the scale of a level (NaN where it has none) or of the image (1)."""
    for transformation in node.get("coordinateTransformations") or ():
        if transformation.get("type") == "scale":
            return [float(value) for value in transformation["scale"]]
    return [math.nan if "path" in node else 1.0] * n_axes
