"""`rescale4dl rescale`: the sample at other pixel sizes, as dataset folders."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from rescale4dl_core.cli.options import (
    add_json,
    add_reading,
    add_workers,
    factors_of,
    mapper_of,
    read_samples,
    selection_of,
    size_px,
)
from rescale4dl_core.cli.output import Answer
from rescale4dl_core.errors import OutputError, QuantityError, ReadingError

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from rescale4dl_core.datasets.rescaling import RescaledDatasets, WrittenFolder
    from rescale4dl_core.datasets.versions import DatasetChoices
    from rescale4dl_core.images import Sample
    from rescale4dl_core.progress import Progress
    from rescale4dl_core.quantities import RescaleFactor


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


def run_dataset(args: argparse.Namespace, progress: Progress) -> Answer:
    """Write `<out>/<dataset>/<sampling>/{Images,GT}/<name>.tif` for every image."""
    if args.images or args.labels:
        raise ReadingError(
            f"Files ({', '.join([*args.images, *args.labels][:3])}) and --dataset were "
            "given; labels of a data set are found in its folder. Give one or the other."
        )
    return (
        _mapped_back(args, progress) if args.map_back else _rescaled_dataset(args, progress)
    )


def _rescaled_dataset(args: argparse.Namespace, progress: Progress) -> Answer:
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
    from rescale4dl_core.datasets.versions import DatasetChoices, ReadingChoices
    from rescale4dl_core.rescaling.binning import Binning

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
    from rescale4dl_core.reading.image import read_info

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


def add_to(commands: Any) -> None:
    """Add the command to the parser."""
    parser = commands.add_parser("rescale", help="the same sample at other pixel sizes")
    parser.add_argument("images", nargs="*", metavar="IMAGE", help="image files, or demo")
    parser.add_argument(
        "--labels", nargs="+", default=[], metavar="LABELS", help="one for each image"
    )
    for name, meaning in (("coarser", "larger"), ("finer", "smaller")):
        parser.add_argument(
            f"--{name}",
            nargs="+",
            type=float,
            default=[],
            metavar="F",
            help=f"pixels F times {meaning}",
        )
    parser.add_argument(
        "--binning",
        choices=("mean", "sum", BOTH),
        default="mean",
        help="what a coarser pixel holds of those it covers; both: data sets only",
    )
    parser.add_argument(
        "--crop", type=size_px, metavar="HxW", help="centre crop or pad to rows x columns"
    )
    parser.add_argument("--out", type=Path, required=True, metavar="DIR")
    parser.add_argument(
        "--overwrite", action="store_true", help="replace files that exist already"
    )
    add_options(parser)
    add_reading(parser)
    add_json(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace, progress: Progress) -> Answer:
    """Write `<out>/<sampling>/{Images,GT}/<name>.tif` for the originals and each factor."""
    if args.dataset:
        return run_dataset(args, progress)
    _refuse_options_of_datasets(args)
    factors = factors_of(args)
    if not factors:
        raise QuantityError(
            "No factor was given. Say how to rescale: --coarser 2 4 for pixels 2 and 4 "
            "times as large, --finer 2 for half as large."
        )
    samples = read_samples(args, args.images, args.labels, progress)
    plan = _plan(samples, factors, args.out)
    _refuse_to_overwrite(plan, overwrite=args.overwrite)
    written: list[str] = []
    scales = []
    for (sample, factor), targets in plan.items():
        rescaled = _rescaled(args, sample, factor, progress)
        written += _write(rescaled, targets, overwrite=args.overwrite)
        scales.append(_scale_fields(sample, factor, rescaled))
    lines = tuple(f"wrote {path}" for path in written)
    return Answer({"written": written, "scales": scales}, lines)


def _refuse_options_of_datasets(args: argparse.Namespace) -> None:
    if not args.images:
        raise ReadingError(
            "Nothing to rescale was given. Give image files (or demo), or folders after "
            "--dataset."
        )
    given = {
        "--same-size": args.same_size,
        "--blur": args.blur,
        "--map-back": args.map_back,
        "--workers": args.workers,
        "--scheduler": args.scheduler,
        "--binning both": args.binning == BOTH,
    }
    for name, value in given.items():
        if value:
            raise ReadingError(
                f"{name} is for data sets, and files were given. Leave it out, or give "
                "the folder after --dataset."
            )


def _plan(
    samples: Sequence[Sample], factors: Sequence[RescaleFactor], out: Path
) -> dict[tuple[Sample, RescaleFactor], tuple[Path, Path | None]]:
    from rescale4dl_core.quantities import RescaleFactor

    stems = [Path(sample.image.name).stem for sample in samples]
    twice = sorted({stem for stem in stems if stems.count(stem) > 1})
    if twice:
        raise OutputError(
            f"Several images are called {', '.join(twice)}; each result is named after its "
            "image, so the names must differ. Rename them, or rescale them one by one."
        )
    plan = {}
    for factor in (*factors, RescaleFactor.of(1.0)):
        folder = out / factor.folder_name
        for sample, stem in zip(samples, stems, strict=True):
            labels = folder / "GT" / f"{stem}.tif" if sample.labels else None
            plan[sample, factor] = (folder / "Images" / f"{stem}.tif", labels)
    return plan


def _refuse_to_overwrite(
    plan: dict[tuple[Sample, RescaleFactor], tuple[Path, Path | None]], *, overwrite: bool
) -> None:
    targets = [path for pair in plan.values() for path in pair if path is not None]
    existing = [path for path in targets if path.exists()]
    if existing and not overwrite:
        raise OutputError(
            f"{len(existing)} of {len(targets)} files exist already, the first is "
            f"{existing[0]}. Choose another folder, or add --overwrite to replace them."
        )


def _rescaled(
    args: argparse.Namespace, sample: Sample, factor: RescaleFactor, progress: Progress
) -> Sample:
    from rescale4dl_core.rescaling.binning import Binning
    from rescale4dl_core.rescaling.crop import centre_crop_sample
    from rescale4dl_core.rescaling.series import rescale_sample

    if factor.ratio != 1:
        binning = Binning(args.binning)
        sample = rescale_sample(
            sample,
            factor,
            binning=binning,
            allow_large=args.allow_large,
            progress=progress,
        )
    return centre_crop_sample(sample, args.crop) if args.crop else sample


def _write(
    sample: Sample, targets: tuple[Path, Path | None], *, overwrite: bool
) -> list[str]:
    from rescale4dl_core.writing.image_tiff import write_image_tiff, write_labels_tiff

    image_path, labels_path = targets
    image = sample.image
    write_image_tiff(image_path, image.pixels, image.pixel_size, overwrite=overwrite)
    written = [str(image_path)]
    if labels_path is not None and sample.labels is not None:
        write_labels_tiff(labels_path, sample.labels, image.pixel_size, overwrite=overwrite)
        written.append(str(labels_path))
    return written


def _scale_fields(
    original: Sample, factor: RescaleFactor, rescaled: Sample
) -> dict[str, Any]:
    size = rescaled.image.pixel_size
    return {
        "name": original.image.name,
        "sampling": factor.folder_name,
        "ratio": float(factor.ratio),
        "shape": list(rescaled.image.shape),
        "pixel_size_um": size.mean_um if size else None,
    }
