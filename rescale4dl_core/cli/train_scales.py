"""`rescale4dl train-scales`: the same recipe trained anew at each pixel size."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from rescale4dl_core.cli.options import add_json, factors_of
from rescale4dl_core.cli.output import Answer
from rescale4dl_core.cli.train import require_torch

if TYPE_CHECKING:
    import argparse

    from rescale4dl_core.progress import Progress


def add_to(commands: Any) -> None:
    """Add the command to the parser."""
    parser = commands.add_parser(
        "train-scales", help="train one network per pixel size and compare them"
    )
    parser.add_argument("recipe", type=Path, metavar="RECIPE", help="a TOML file")
    parser.add_argument(
        "--data", type=Path, nargs="+", action="extend", default=[], metavar="DIR"
    )
    for way in ("coarser", "finer"):
        parser.add_argument(
            f"--{way}",
            nargs="+",
            type=float,
            default=[],
            metavar="F",
            help=f"scales with pixels F times {way}; the images as they are always added",
        )
    parser.add_argument("--out", type=Path, required=True, metavar="DIR")
    parser.add_argument(
        "--resume", action="store_true", help="keep what is done in DIR and go on"
    )
    add_json(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace, progress: Progress) -> Answer:
    """Train and score every scale."""
    require_torch()
    from rescale4dl_core.quantities import RescaleFactor
    from rescale4dl_core.study.results import sweep_fields
    from rescale4dl_core.training.recipe import read_recipe
    from rescale4dl_core.training.retrained_scales import train_scales

    result = train_scales(
        read_recipe(args.recipe),
        args.data,
        (*factors_of(args), RescaleFactor.of(1.0)),
        args.out,
        command=f"rescale4dl train-scales {args.recipe.name}",
        resume=args.resume,
        progress=progress,
    )
    progress(1.0, "done")
    lines = [
        f"{one.ratio:7.3g}  {one.coverage_percent:6.1f} %  IoU on its own grid "
        f"{_mean(one.iou_own_grid)}, on the images' grid {_mean(one.iou_sample_grid)}"
        for one in result.scales
    ]
    return Answer(sweep_fields(result), tuple(lines))


def _mean(interval: Any) -> str:
    return "-" if interval is None else f"{interval.mean:.3f}"
