"""The OME-XML header of a TIFF file: names, physical sizes, and whose planes it lists."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING
from xml.etree import ElementTree

from rescale4dl_core.errors import ReadingError
from rescale4dl_core.reading.limits import require_believable_planes
from rescale4dl_core.reading.pixel_size import PixelSizeClaim

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass(frozen=True, slots=True)
class OmeImage:
    """What OME-XML says about one image of a file."""

    name: str | None
    channels: tuple[str, ...]
    claim: PixelSizeClaim
    n_values: int
    """Product of all sizes: how many numbers the image should hold."""


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


def trusted_ome_xml(ome_xml: str, file_name: str) -> str:
    """Return the OME-XML without what a header of another's making must not decide.

    A header may name any file of the disk as the place of its planes; only the file that
    the user chose is read. Annotations go too: they may ask for axes of any length.

    Raises
    ------
    ReadingError
        If the XML is broken or claims an impossible number of planes.
    """
    root = _parsed(ome_xml, file_name)
    for element in _children(root, "StructuredAnnotations"):
        root.remove(element)
    blocks = [
        (pixels, block)
        for image in _children(root, "Image")
        for pixels in _children(image, "Pixels")
        for block in _children(pixels, "TiffData")
    ]
    places = [(uuid.text, uuid) for _, block in blocks for uuid in _children(block, "UUID")]
    own = {root.get("UUID")}
    own |= {text for text, uuid in places if uuid.get("FileName") == file_name}
    is_single_file = len({text for text, _ in places}) == 1
    for pixels, block in blocks:
        for attribute in ("PlaneCount", "NumPlanes"):
            require_believable_planes(file_name, [int(block.get(attribute, 1))])
        for uuid in list(_children(block, "UUID")):
            if is_single_file or uuid.text in own:
                block.remove(uuid)
            else:
                pixels.remove(block)
                break
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
    return (child for child in tuple(element) if child.tag.rpartition("}")[2] == tag)


def _image(element: ElementTree.Element, file_name: str) -> OmeImage:
    pixels = next(_children(element, "Pixels"), None)
    if pixels is None:
        return OmeImage(element.get("Name"), (), PixelSizeClaim.per_axis("OME-XML", {}), 0)
    sizes = [int(pixels.get(f"Size{axis}", 1)) for axis in "ZCTYX"]
    require_believable_planes(file_name, sizes[:3])
    channels = tuple(channel.get("Name", "") for channel in _children(pixels, "Channel"))
    return OmeImage(element.get("Name"), channels, _claim(pixels), math.prod(sizes))


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
