"""`rescale4dl info`: what a file holds."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from rescale4dl_core.cli.options import DEMO, add_json, add_reading
from rescale4dl_core.cli.output import Answer
from rescale4dl_core.reading.registry import suffixes_in_words

if TYPE_CHECKING:
    import argparse

    from rescale4dl_core.images import ImageInfo
    from rescale4dl_core.progress import Progress


def add_to(commands: Any) -> None:
    """Add the command to the parser."""
    parser = commands.add_parser(
        "info", help="what a file holds", epilog=suffixes_in_words()
    )
    parser.add_argument("image", metavar="IMAGE", help="an image file, or demo")
    add_reading(parser)
    add_json(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace, progress: Progress) -> Answer:
    """Read the header and describe it."""
    info = _info_of(args)
    size = info.known.size
    fields = {
        "name": info.name,
        "format": info.format,
        "shape": list(info.shape),
        "axes": info.axes,
        "dtype": info.dtype,
        "pixel_size_um": {
            "y": size.y_um if size else None,
            "x": size.x_um if size else None,
            "z": size.z_um if size else None,
        },
        "pixel_size_source": info.known.source,
        "channels": list(info.channels),
        "scenes": list(info.scenes),
        "notes": list(info.known.notes),
    }
    return Answer(fields, _lines(info))


def _info_of(args: argparse.Namespace) -> ImageInfo:
    from dataclasses import replace

    from rescale4dl_core.demo.sample import demo_sample
    from rescale4dl_core.reading.image import read_info
    from rescale4dl_core.reading.pixel_size import typed_pixel_size

    if args.image == DEMO:
        info = demo_sample().info
    else:
        info = read_info(Path(args.image), scene=args.scene)
    if args.pixel_size is None:
        return info
    return replace(info, known=typed_pixel_size(args.pixel_size))


def _lines(info: ImageInfo) -> tuple[str, ...]:
    size = info.known.size
    axes = ", ".join(f"{axis} {n}" for axis, n in zip(info.axes, info.shape, strict=True))
    measured = (
        f"{size.y_um:g} x {size.x_um:g} um (row x column)"
        + (f", {size.z_um:g} um between planes" if size.z_um else "")
        if size
        else "not known"
    )
    return (
        f"{info.name}: {info.format}, {info.dtype}, {axes}",
        f"pixel size: {measured} ({info.known.source})",
        f"channels: {', '.join(info.channels) or 'one'}",
        f"scenes: {', '.join(info.scenes) or 'one'}",
        *(f"note: {note}" for note in info.known.notes),
    )
