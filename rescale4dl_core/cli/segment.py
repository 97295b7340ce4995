"""`rescale4dl segment`: label images by a network."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from rescale4dl_core.cli.options import add_json, add_reading, read_samples
from rescale4dl_core.cli.output import Answer
from rescale4dl_core.errors import OutputError
from rescale4dl_core.progress import silent

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from rescale4dl_core.inference.network import Network
    from rescale4dl_core.inference.segment import Prediction
    from rescale4dl_core.progress import Progress

PROVIDERS = ("auto", "cpu", "cuda")


def add_to(commands: Any) -> None:
    """Add the command to the parser."""
    parser = commands.add_parser("segment", help="find the objects with a network")
    parser.add_argument("images", nargs="+", metavar="IMAGE", help="images, or demo")
    add_network(parser, required=True)
    parser.add_argument(
        "--out",
        type=Path,
        required=True,
        metavar="LABELS.tif",
        help="label image to write; with several images a folder of <name>.tif",
    )
    parser.add_argument(
        "--overwrite", action="store_true", help="replace label images that exist"
    )
    add_reading(parser)
    add_json(parser)
    parser.set_defaults(run=run)


def add_network(parser: argparse.ArgumentParser, *, required: bool) -> None:
    """Add the options that choose a network and what runs it."""
    parser.add_argument(
        "--model",
        required=required,
        metavar="NAME_OR_PATH",
        help="a network of `rescale4dl models`, an .onnx file, or a bioimage.io .zip",
    )
    parser.add_argument(
        "--provider",
        choices=PROVIDERS,
        default="auto",
        help="what runs it; where CUDA is not to be had the processor does, with a note",
    )


def run(args: argparse.Namespace, progress: Progress) -> Answer:
    """Segment each image and write its labels."""
    from rescale4dl_core.inference.opening import open_network

    targets = _targets(args.images, args.out, overwrite=args.overwrite)
    network = open_network(args.model, provider=args.provider)
    results = []
    for index, (image, target) in enumerate(zip(args.images, targets, strict=True)):

        def report(fraction: float, message: str, /, index: int = index) -> None:
            progress((index + fraction) / len(args.images), message)

        results.append(_segment_one(args, image, target, network, report))
    fields = [_fields(*result, network) for result in results]
    lines = [line for result in results for line in _lines(*result)]
    answer = fields[0] if len(fields) == 1 else _several(fields, network)
    return Answer(answer, tuple(lines))


def _targets(images: Sequence[str], out: Path, *, overwrite: bool) -> tuple[Path, ...]:
    """Return the file of each image; refuse before the work what could not be written."""
    if len(images) == 1:
        targets: tuple[Path, ...] = (out,)
    else:
        if out.exists() and not out.is_dir():
            raise OutputError(
                f"{out} is a file; with {len(images)} images --out is the folder for "
                "their label images. Choose a folder."
            )
        targets = tuple(out / f"{Path(image).stem}.tif" for image in images)
    for index, target in enumerate(targets):
        if target in targets[:index]:
            raise OutputError(
                f"{images[targets.index(target)]} and {images[index]} would both be "
                f"written as {target.name}. Segment them one after the other, into "
                "different folders."
            )
        if target.exists() and not overwrite:
            raise OutputError(
                f"{target} exists already and was left as it is. Choose another name, or "
                "allow it to be replaced (--overwrite)."
            )
    return targets


def _segment_one(
    args: argparse.Namespace,
    name: str,
    target: Path,
    network: Network,
    progress: Progress,
) -> tuple[str, Path, Prediction]:
    from rescale4dl_core.inference.segment import segment
    from rescale4dl_core.writing.image_tiff import write_labels_tiff

    (sample,) = read_samples(args, [name], [], silent)
    prediction = segment(sample.image, network, progress=progress)
    write_labels_tiff(
        target, prediction.labels, sample.image.pixel_size, overwrite=args.overwrite
    )
    return sample.image.name, target, prediction


def _fields(
    name: str, target: Path, prediction: Prediction, network: Network
) -> dict[str, Any]:
    return {
        "name": name,
        "model": network.name,
        "written": str(target),
        "n_objects": prediction.n_objects,
        "provider": prediction.provider,
        "seconds": prediction.seconds,
        "seconds_network": prediction.seconds_network,
        "shape": list(prediction.labels.shape),
        "notes": list(prediction.notes),
    }


def _several(images: Sequence[dict[str, Any]], network: Network) -> dict[str, Any]:
    totals = ("n_objects", "seconds", "seconds_network")
    return {
        "model": network.name,
        "provider": network.provider,
        **{name: sum(image[name] for image in images) for name in totals},
        "images": list(images),
    }


def _lines(name: str, target: Path, prediction: Prediction) -> tuple[str, ...]:
    from rescale4dl_core.inference.onnx_session import in_words

    return (
        f"{name}: {prediction.n_objects} objects in {prediction.seconds:.1f} s "
        f"(network {prediction.seconds_network:.1f} s, on {in_words(prediction.provider)}) "
        f"-> {target}",
        *(f"note: {note}" for note in prediction.notes),
    )
