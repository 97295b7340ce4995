"""`rescale4dl recommend`: the pixel size to acquire at, why, and what it gains."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from rescale4dl_core.cli.measure import add_shape, summary_of
from rescale4dl_core.cli.options import add_json, add_reading, read_samples
from rescale4dl_core.cli.output import Answer

if TYPE_CHECKING:
    import argparse

    from rescale4dl_core.images import Sample
    from rescale4dl_core.labels import Labels
    from rescale4dl_core.planning.sampling import Optics
    from rescale4dl_core.progress import Progress

PURPOSES = ("counting", "size", "structure")


def add_to(commands: Any) -> None:
    """Add the command to the parser."""
    parser = commands.add_parser("recommend", help="the pixel size to acquire at, and why")
    parser.add_argument(
        "images", nargs="+", metavar="IMAGE", help="images of one sample, or demo"
    )
    parser.add_argument(
        "--labels",
        nargs="+",
        default=[],
        metavar="LABELS",
        help="one label image for each image; without, threshold and watershed",
    )
    parser.add_argument(
        "--purpose", choices=PURPOSES, default="counting", help="what the images are for"
    )
    parser.add_argument(
        "--na", type=float, help="numerical aperture, to compare with Nyquist"
    )
    parser.add_argument(
        "--immersion-index", type=float, default=1.0, help="1 air, 1.33 water, 1.515 oil"
    )
    parser.add_argument(
        "--emission-nm", type=float, default=520.0, help="emission wavelength in nm"
    )
    parser.add_argument(
        "--no-sweep", action="store_true", help="judge by object size, run no network"
    )
    add_shape(parser)
    add_reading(parser)
    add_json(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace, progress: Progress) -> Answer:
    """Measure the samples and recommend."""
    from rescale4dl_core.advice.fields import recommendation_fields
    from rescale4dl_core.advice.purpose import Purpose
    from rescale4dl_core.advice.recommend import recommend
    from rescale4dl_core.measure.dataset import MeasuredImage
    from rescale4dl_core.measure.objects import measure_objects

    samples = read_samples(args, args.images, args.labels, progress)
    cautions: list[str] = []
    images = []
    for sample in samples:
        labels, said = _labels_of(sample, progress)
        cautions += said
        images.append(
            MeasuredImage(
                name=sample.image.name,
                objects=measure_objects(labels, progress=progress),
                shape_px=sample.image.shape,
                pixel_size=sample.image.pixel_size,
            )
        )
    purposes = dict(zip(PURPOSES, Purpose, strict=True))
    advice = recommend(
        summary_of(args, images), purpose=purposes[args.purpose], optics=_optics_of(args)
    )
    advice = replace(advice, cautions=(*advice.cautions, *cautions))
    lines = (
        advice.headline,
        *(f"+ {reason}" for reason in advice.reasons),
        *(f"! {caution}" for caution in advice.cautions),
    )
    return Answer(recommendation_fields(advice), lines)


def _labels_of(sample: Sample, progress: Progress) -> tuple[Labels, list[str]]:
    from rescale4dl_core.segmentation.classical import segment_classical, suggest_settings

    notes = list(sample.image.known.notes)
    if sample.labels is not None:
        return sample.labels, [*notes, *sample.labels.notes]
    labels = segment_classical(
        sample.image, suggest_settings(sample.image), progress=progress
    )
    return labels, [
        *notes,
        f"{sample.image.name} came without labels: the sizes are those of a threshold and "
        "watershed, not of a checked mask. Look at the outlines in the app before you "
        "book, or give a mask with --labels.",
    ]


def _optics_of(args: argparse.Namespace) -> Optics | None:
    from rescale4dl_core.planning.sampling import Optics

    if args.na is None:
        return None
    return Optics(
        numerical_aperture=args.na,
        immersion_index=args.immersion_index,
        emission_nm=args.emission_nm,
    )
