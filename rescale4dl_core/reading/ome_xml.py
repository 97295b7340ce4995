"""The OME-XML header of a TIFF file: names, physical sizes, and whose planes it lists."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING
from xml.etree import ElementTree

from rescale4dl_core.errors import ReadingError
from rescale4dl_core.reading.pixel_size import PixelSizeClaim

if TYPE_CHECKING:
    from collections.abc import Iterator

MOST_PLANES = 1_000_000
"""A header that lists more planes is not believed."""


@dataclass(frozen=True, slots=True)
class OmeImage:
    """What OME-XML says about one image of a file."""

    name: str | None
    channels: tuple[str, ...]
    claim: PixelSizeClaim


def ome_images(ome_xml: str, file_name: str) -> list[OmeImage]:
    """Return every image that the OME-XML lists, in its order.

    Raises
    ------
    ReadingError
        If the XML is broken or claims an impossible number of planes.
    """
    return [
        _image(element, file_name)
        for element in _children(_parsed(ome_xml, file_name), "Image")
    ]


def without_other_files(ome_xml: str, file_name: str) -> str:
    """Return the OME-XML without the planes that are stored in other files.

    A header may name any file of the disk as the place of its planes; only the file that
    the user chose is read.
    """
    root = _parsed(ome_xml, file_name)
    blocks = [
        (pixels, block, uuid)
        for image in _children(root, "Image")
        for pixels in _children(image, "Pixels")
        for block in _children(pixels, "TiffData")
        for uuid in _children(block, "UUID")
    ]
    files = {uuid.text for _, _, uuid in blocks}
    own = {root.get("UUID")} | {
        uuid.text for _, _, uuid in blocks if uuid.get("FileName") == file_name
    }
    for pixels, block, uuid in blocks:
        if len(files) == 1 or uuid.text in own:
            block.remove(uuid)
        else:
            pixels.remove(block)
    return ElementTree.tostring(root, "unicode")


def _parsed(ome_xml: str, file_name: str) -> ElementTree.Element:
    try:
        return ElementTree.fromstring(ome_xml)
    except ElementTree.ParseError:
        raise ReadingError(
            f"{file_name}: the OME-XML header is broken. Export the image again, or open "
            "it in Fiji and save it as TIFF."
        ) from None


def _children(element: ElementTree.Element, tag: str) -> Iterator[ElementTree.Element]:
    """Yield the children called `tag`, whatever the version of the OME namespace."""
    return (child for child in list(element) if child.tag.rpartition("}")[2] == tag)


def _image(element: ElementTree.Element, file_name: str) -> OmeImage:
    pixels = next(_children(element, "Pixels"), None)
    if pixels is None:
        return OmeImage(
            element.get("Name"), (), PixelSizeClaim("OME-XML", None, None, None, None)
        )
    n_planes = math.prod(int(pixels.get(f"Size{axis}", 1)) for axis in "ZCT")
    if not 0 < n_planes <= MOST_PLANES:
        raise ReadingError(
            f"{file_name}: the OME-XML header lists {n_planes:,} planes, which no file "
            "holds. Export the image again."
        )
    channels = tuple(channel.get("Name", "") for channel in _children(pixels, "Channel"))
    return OmeImage(element.get("Name"), channels, _claim(pixels))


def _claim(pixels: ElementTree.Element) -> PixelSizeClaim:
    """Return the physical size; the schema's default unit is µm."""
    lengths = {
        axis: (_number(text), pixels.get(f"PhysicalSize{axis}Unit", "µm"))
        for axis in "YXZ"
        if (text := pixels.get(f"PhysicalSize{axis}")) is not None
    }
    return PixelSizeClaim.per_axis("OME-XML", lengths)


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return math.nan
