"""`rescale4dl rescale --dataset`: whole data sets, and predictions mapped back."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from rescale4dl_core.cli.options import add_workers, factors_of, mapper_of, selection_of
from rescale4dl_core.cli.output import Answer
from rescale4dl_core.errors import QuantityError, ReadingError

if TYPE_CHECKING:
    import argparse

    from rescale4dl_core.datasets.choices import DatasetChoices
    from rescale4dl_core.datasets.rescaling import RescaledDatasets, WrittenFolder
    from rescale4dl_core.progress import Progress

BOTH = "both"


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add what is for folders only."""
    group = parser.add_argument_group("whole data sets, instead of IMAGE")
    group.add_argument(
        "--dataset",
        nargs="+",
        type=Path,
        default=[],
        metavar="DIR",
        help="folder with Images and Labels (or GT), or of images, or of such folders",
    )
    group.add_argument(
        "--same-size",
        action="store_true",
        help="also versions of the same rows and columns: blurred as by binning, "
        "magnified and cropped",
    )
    group.add_argument(
        "--blur",
        nargs="+",
        type=float,
        default=[],
        metavar="SIGMA",
        help="also blurred by a Gaussian of this many px",
    )
    group.add_argument(
        "--map-back",
        type=Path,
        metavar="MAPPING.csv",
        help="DIR holds label images predicted on the images of this table: take them "
        "back to the grids of the originals",
    )
    add_workers(group)


def run(args: argparse.Namespace, progress: Progress) -> Answer:
    """Write `<out>/<dataset>/<sampling>/{Images,GT}/<name>.tif` for every image."""
    if args.images or args.labels:
        raise ReadingError(
            f"Files ({', '.join([*args.images, *args.labels][:3])}) and --dataset were "
            "given; labels of a data set are found in its folder. Give one or the other."
        )
    return _mapped_back(args, progress) if args.map_back else _rescaled(args, progress)


def _rescaled(args: argparse.Namespace, progress: Progress) -> Answer:
    from rescale4dl_core.datasets.rescaling import rescale_datasets
    from rescale4dl_core.datasets.source import find_datasets

    job = rescale_datasets(
        [dataset for folder in args.dataset for dataset in find_datasets(folder)],
        _choices(args),
        args.out,
        overwrite=args.overwrite,
        mapper=mapper_of(args),
        progress=progress,
    )
    fields = {
        "written": [str(path) for path in job.written],
        "scales": [_folder_fields(folder) for folder in job.folders],
        "n_images": job.n_images,
        "n_finished_before": job.n_finished_before,
        "problems": [str(problem) for problem in job.problems],
        "cautions": list(job.cautions),
    }
    return Answer(fields, _lines(job, args.out))


def _choices(args: argparse.Namespace) -> DatasetChoices:
    from rescale4dl_core.datasets.choices import DatasetChoices, ReadingChoices
    from rescale4dl_core.rescale.binning import Binning

    return DatasetChoices(
        factors_of(args),
        tuple(Binning) if args.binning == BOTH else (Binning(args.binning),),
        args.same_size,
        tuple(dict.fromkeys(args.blur)),
        args.crop,
        ReadingChoices(selection_of(args), args.pixel_size, args.allow_large),
    )


def _folder_fields(folder: WrittenFolder) -> dict[str, Any]:
    """Return the fields of one version; shape and pixel size are the first image's."""
    from rescale4dl_core.reading.formats import read_info

    first = next(iter(sorted((folder.path / "Images").glob("*.tif"))), None)
    info = read_info(first) if first else None
    size = info.known.size if info else None
    return {
        "name": folder.dataset,
        "sampling": folder.sampling,
        "folder": str(folder.path),
        "ratio": folder.ratio,
        "shape": [info.size_of("Y"), info.size_of("X")] if info else None,
        "pixel_size_um": size.mean_um if size else None,
        "n_images": folder.n_images,
        "n_labels": folder.n_labels,
    }


def _lines(job: RescaledDatasets, out: Path) -> tuple[str, ...]:
    before = f", {job.n_finished_before} finished before" if job.n_finished_before else ""
    return (
        f"{job.n_images} images{before}; {len(job.written)} files written into {out}",
        *(
            f"{folder.dataset}/{folder.sampling}: {folder.n_images} images, "
            f"{folder.n_labels} with labels"
            for folder in job.folders
        ),
        *(f"problem: {problem}" for problem in job.problems),
        *(f"caution: {caution}" for caution in job.cautions),
    )


def _mapped_back(args: argparse.Namespace, progress: Progress) -> Answer:
    from rescale4dl_core.datasets.map_back import map_back

    if len(args.dataset) != 1 or args.coarser or args.finer or args.blur or args.crop:
        raise QuantityError(
            "--map-back takes one folder of label images and nothing to rescale by; the "
            "table tells the rest. Write --dataset PREDICTIONS --map-back mapping.csv "
            "--out DIR."
        )
    written = map_back(
        args.map_back,
        args.dataset[0],
        args.out,
        overwrite=args.overwrite,
        allow_large=args.allow_large,
        progress=progress,
    )
    paths = [str(path) for path in written]
    return Answer({"written": paths}, tuple(f"wrote {path}" for path in paths))
