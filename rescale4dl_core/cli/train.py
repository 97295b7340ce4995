"""`rescale4dl train`: a network from a recipe and folders of image and label pairs."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from rescale4dl_core.cli.options import add_json
from rescale4dl_core.cli.output import Answer
from rescale4dl_core.errors import MissingDependencyError

if TYPE_CHECKING:
    import argparse

    from rescale4dl_core.progress import Progress


def add_to(commands: Any) -> None:
    """Add the command to the parser."""
    parser = commands.add_parser(
        "train", help="train a network from a recipe and labelled images"
    )
    parser.add_argument(
        "recipe", type=Path, metavar="RECIPE", help="a TOML file, as in training/recipes"
    )
    parser.add_argument(
        "--data",
        type=Path,
        nargs="+",
        action="extend",
        default=[],
        metavar="DIR",
        help="folder with images and labels, or one that holds such folders by name",
    )
    parser.add_argument(
        "--out", type=Path, required=True, metavar="DIR", help="where everything is written"
    )
    parser.add_argument(
        "--resume", action="store_true", help="go on with the training that is in DIR"
    )
    add_json(parser)
    parser.set_defaults(run=run)


def require_torch() -> None:
    """Raise `MissingDependencyError` where the packages for training are missing."""
    for package in ("torch", "monai"):
        try:
            __import__(package)
        except ImportError as error:
            raise MissingDependencyError(
                package,
                needed_for="Training a network",
                install="rescale4dl-advisor[train]",
            ) from error


def run(args: argparse.Namespace, progress: Progress) -> Answer:
    """Train, and write `<out>/<name>/` with ONNX file, card and test tensors."""
    require_torch()
    from rescale4dl_core.training.produce import produce
    from rescale4dl_core.training.recipe import read_recipe

    folders = " ".join(f"--data {folder.name}" for folder in args.data)
    produced = produce(
        read_recipe(args.recipe),
        args.data,
        args.out,
        command=f"rescale4dl train {args.recipe.name} {folders} --out {args.out.name}",
        resume=args.resume,
        progress=progress,
    )
    card = produced.card
    fields = {
        "name": card.name,
        "written": [str(produced.model_folder), str(produced.report)],
        "n_steps": card.training.n_steps,
        "size_bytes": card.size_bytes,
        "scores": [
            {
                "data_set": one.data_set,
                "split": one.split,
                "n_images": len(one.images),
                "ap50": one.ap50,
                "mean_iou": one.mean_iou,
                "foreground_iou": one.foreground_iou,
            }
            for one in card.scores
        ],
    }
    lines = [f"{card.name}: {produced.model_folder}"]
    lines += [
        f"{one.data_set}, {one.split}: AP at IoU 0.5 {one.ap50:.3f}, mean IoU of matches "
        f"{one.mean_iou:.3f}, foreground IoU {one.foreground_iou:.3f}"
        for one in card.scores
    ]
    return Answer(fields, tuple(lines))
