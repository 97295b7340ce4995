"""`rescale4dl throughput`: Eq. 3 and the count at the real density."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from rescale4dl_core.cli.options import add_json, size_px
from rescale4dl_core.cli.output import Answer

if TYPE_CHECKING:
    import argparse

    from rescale4dl_core.progress import Progress


def add_to(commands: Any) -> None:
    """Add the command to the parser."""
    parser = commands.add_parser("throughput", help="objects per field and per second")
    parser.add_argument(
        "--fov-px", type=size_px, required=True, metavar="HxW", help="camera rows x columns"
    )
    parser.add_argument(
        "--area-px", type=float, required=True, metavar="A", help="mean object area in px"
    )
    parser.add_argument(
        "--tau-s", type=float, required=True, metavar="T", help="seconds per field of view"
    )
    parser.add_argument(
        "--density-per-um2", type=float, metavar="D", help="objects per um^2 of the sample"
    )
    parser.add_argument(
        "--pixel-size", type=float, metavar="UM", help="size of a pixel on the sample, um"
    )
    add_json(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace, progress: Progress) -> Answer:
    """Compute Eq. 3."""
    from rescale4dl_core.planning.throughput import throughput
    from rescale4dl_core.quantities import PixelSize

    pixel_size = None if args.pixel_size is None else PixelSize.square(args.pixel_size)
    result = throughput(
        fov_px=args.fov_px,
        area_px=args.area_px,
        tau_s=args.tau_s,
        density_per_um2=args.density_per_um2,
        pixel_size=pixel_size,
    )
    lines = [
        f"at most {result.objects_per_fov_ceiling:.4g} objects per field and "
        f"{result.objects_per_s_ceiling:.4g} per second, if they filled the field (Eq. 3)"
    ]
    if result.objects_per_s is not None:
        lines.append(
            f"{result.objects_per_fov:.4g} objects per field and "
            f"{result.objects_per_s:.4g} per second at the density given"
        )
    return Answer(asdict(result), tuple(lines))
