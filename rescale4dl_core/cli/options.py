"""Options that several commands share, and the values they stand for."""

from __future__ import annotations

import argparse
import os
import re
from pathlib import Path
from typing import TYPE_CHECKING

from rescale4dl_core.errors import QuantityError, ReadingError
from rescale4dl_core.reading.opened import Selection

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rescale4dl_core.distributed.mapper import Mapper
    from rescale4dl_core.evaluation.own_metrics import MetricSource
    from rescale4dl_core.images import Sample
    from rescale4dl_core.progress import Progress
    from rescale4dl_core.quantities import RescaleFactor

DEMO = "demo"
"""The name that stands for the sample that ships with the app."""


def add_json(parser: argparse.ArgumentParser) -> None:
    """Add `--json`."""
    parser.add_argument(
        "--json", action="store_true", help="print one JSON object and nothing else"
    )


def add_reading(parser: argparse.ArgumentParser) -> None:
    """Add the options common to all commands that read images."""
    group = parser.add_argument_group("which plane to read")
    for name, meaning in (
        ("channel", "channel"),
        ("plane", "plane of a z-stack"),
        ("time", "time point"),
        ("scene", "scene or series"),
    ):
        group.add_argument(f"--{name}", type=index, metavar="N", help=f"{meaning}, from 0")
    parser.add_argument(
        "--pixel-size",
        type=float,
        metavar="UM",
        help="size of a pixel on the sample in um; overrides what the file says",
    )
    parser.add_argument(
        "--allow-large", action="store_true", help="consent to more than 2 GB decoded"
    )


def add_workers(parser: argparse._ActionsContainer) -> None:
    """Add the options that decide where many images are worked on."""
    parser.add_argument(
        "--workers",
        type=int,
        metavar="N",
        help="processes on this machine; one on each core where nothing is given",
    )
    parser.add_argument(
        "--scheduler",
        metavar="ADDRESS",
        help="Dask scheduler whose workers are used instead, tcp://host:port",
    )


def mapper_of(args: argparse.Namespace) -> Mapper:
    """Return where the options want the work done."""
    from rescale4dl_core.distributed.choice import mapper_for

    return mapper_for(args.workers, args.scheduler)


def index(text: str) -> int:
    """Return a whole number from 0."""
    if not re.fullmatch(r"\d+", text):
        raise argparse.ArgumentTypeError(
            f"{text!r} is not an index; give a whole number from 0"
        )
    return int(text)


def size_px(text: str) -> tuple[int, int]:
    """Return (rows, columns) of a text such as 2048x2048."""
    found = re.fullmatch(r"(\d+)[xX×](\d+)", text)
    size = (int(found[1]), int(found[2])) if found else (0, 0)
    if min(size) < 1:
        raise argparse.ArgumentTypeError(
            f"{text!r} is not a size; give rows x columns in px, such as 2048x2048"
        )
    return size


def selection_of(args: argparse.Namespace) -> Selection:
    """Return the plane that the options ask for."""
    return Selection(
        channel=args.channel, plane=args.plane, time=args.time, scene=args.scene
    )


def require_each_once(paths: Sequence[str]) -> None:
    """Raise `ReadingError` if a file is given twice, under whatever path."""
    files = [path if path == DEMO else os.path.realpath(path) for path in paths]
    for path, file in zip(paths, files, strict=True):
        if files.count(file) > 1:
            raise ReadingError(
                f"{path} was given {files.count(file)} times, and its objects would count "
                "as often. Give each file once."
            )


def read_samples(
    args: argparse.Namespace,
    images: Sequence[str],
    labels: Sequence[str],
    progress: Progress,
) -> tuple[Sample, ...]:
    """Read `images` with as many `labels`, or none; the word demo is the shipped sample.

    Raises
    ------
    ReadingError
        If the numbers of images and labels differ, an image is given twice, or a file
        cannot be read.
    """
    if labels and len(labels) != len(images):
        raise ReadingError(
            f"{len(images)} image(s) and {len(labels)} label file(s) were given; there "
            "must be one label file for each image, in the same order, or none."
        )
    require_each_once(images)
    masks: Sequence[str | None] = labels or [None] * len(images)
    return tuple(
        _read_sample(args, image, mask, progress)
        for image, mask in zip(images, masks, strict=True)
    )


def _read_sample(
    args: argparse.Namespace, image: str, mask: str | None, progress: Progress
) -> Sample:
    from rescale4dl_core.demo.sample import demo_sample
    from rescale4dl_core.reading.masks import read_labels
    from rescale4dl_core.reading.pixel_size import typed_pixel_size
    from rescale4dl_core.reading.sample import read_sample

    if image != DEMO:
        return read_sample(
            Path(image),
            Path(mask) if mask else None,
            selection=selection_of(args),
            pixel_size_um=args.pixel_size,
            may_be_empty=len(args.images) > 1,
            allow_large=args.allow_large,
            progress=progress,
        )
    sample = demo_sample()
    if mask is not None and mask != DEMO:
        sample = sample.with_labels(read_labels(Path(mask), allow_large=args.allow_large))
    if args.pixel_size is not None:
        sample = sample.with_pixel_size(typed_pixel_size(args.pixel_size))
    return sample


def factors_of(args: argparse.Namespace) -> tuple[RescaleFactor, ...]:
    """Return the factors of `--coarser` and `--finer`, each above 1, none twice."""
    from rescale4dl_core.quantities import RescaleFactor

    for times in (*args.coarser, *args.finer):
        if not times > 1:
            raise QuantityError(
                f"A factor of {times:g} was given; factors are above 1. Write "
                "--coarser 2 for pixels twice as large, --finer 2 for half as large."
            )
    factors = [
        *map(RescaleFactor.coarser, args.coarser),
        *map(RescaleFactor.finer, args.finer),
    ]
    return tuple(dict.fromkeys(factors))


def add_metrics(parser: argparse.ArgumentParser) -> None:
    """Add the option for scores of the user's own."""
    parser.add_argument(
        "--metrics",
        nargs="+",
        default=[],
        metavar="FILE.py",
        help="files with a function score(gt, prediction) that returns numbers by name",
    )


def metrics_of(args: argparse.Namespace) -> tuple[MetricSource, ...]:
    """Return the scores of the user's own: those of files, and of installed packages."""
    from rescale4dl_core.evaluation.own_metrics import MetricSource, installed_metrics

    return (*map(MetricSource, args.metrics), *installed_metrics())
