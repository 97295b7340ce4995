"""`rescale4dl plan`: objective x camera x binning, ranked for objects of one size."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from rescale4dl_core.cli.options import add_json
from rescale4dl_core.cli.output import Answer
from rescale4dl_core.cli.recommend import PURPOSES

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from rescale4dl_core.exports.acquisition_plan import AcquisitionPlan
    from rescale4dl_core.microscope.camera import Camera
    from rescale4dl_core.microscope.configuration import Stand
    from rescale4dl_core.microscope.goal import Goal
    from rescale4dl_core.microscope.objective import Objective
    from rescale4dl_core.microscope.ranking import Option, Ranking
    from rescale4dl_core.microscope.score_curve import ScoreCurve
    from rescale4dl_core.progress import Progress
    from rescale4dl_core.window import Window

    Item = TypeVar("Item", Objective, Camera)


# The first that fits counts, so .useq.json stands before .json.
ENDINGS = (".useq.yaml", ".useq.json", ".pos", ".cfg", ".json", ".txt")


def add_files(group: argparse._ArgumentGroup) -> None:
    """Add the options."""
    group.add_argument(
        "--take", type=int, default=1, metavar="RANK", help="the rank to write; 1, the best"
    )
    group.add_argument(
        "--save",
        type=Path,
        nargs="+",
        default=[],
        metavar="FILE",
        help="the ending says what is written: .json the plan with formulas (for report "
        "--plan), .useq.yaml or .useq.json a useq sequence, .pos positions and .cfg pixel "
        "sizes for Micro-Manager, .txt a methods paragraph",
    )
    group.add_argument("--overwrite", action="store_true", help="replace files that exist")


def check_files(paths: list[Path]) -> None:
    """Raise `OutputError` where a file has none of the endings, or is named twice."""
    from rescale4dl_core.errors import OutputError

    for path in paths:
        _ending(path)
    places = [path.resolve() for path in paths]
    for path, place in zip(paths, places, strict=True):
        if places.count(place) > 1:
            raise OutputError(f"{path} is named twice with --save. Name each file once.")


def save_plan(ranking: Ranking, args: argparse.Namespace) -> AcquisitionPlan | None:
    """Write the rank that was asked for, all files or none; return its plan, if any.

    Raises
    ------
    RescaleError
        If there is no such rank, or a file cannot be written.
    """
    from rescale4dl_core.errors import QuantityError
    from rescale4dl_core.exports.from_configuration import plan_of
    from rescale4dl_core.writing.fresh_file import fresh_file

    if not 1 <= args.take <= len(ranking):
        raise QuantityError(
            f"Rank {args.take} was asked for; there are ranks 1 to {len(ranking)}. Choose "
            "one of them with --take."
        )
    if not args.save:
        return None
    plan = plan_of(ranking.option(args.take - 1), ranking)
    # Renamed only when all are written, so that a fault leaves none of them.
    with ExitStack() as files:
        for path in args.save:
            fresh = files.enter_context(fresh_file(path, overwrite=args.overwrite))
            text = _text(plan, _ending(path))
            fresh.write_text(text, encoding="utf-8", newline="")
    return plan


def _ending(path: Path) -> str:
    from rescale4dl_core.errors import OutputError

    for ending in ENDINGS:
        if path.name.lower().endswith(ending):
            return ending
    raise OutputError(
        f"{path} has none of the endings {', '.join(ENDINGS)}, so what to write is not "
        "clear. Choose a name with one of them."
    )


def _text(plan: AcquisitionPlan, ending: str) -> str:
    from rescale4dl_core.exports.methods import methods_paragraph
    from rescale4dl_core.exports.micro_manager_files import (
        pixel_size_presets,
        position_list,
    )
    from rescale4dl_core.exports.plan_file import plan_json
    from rescale4dl_core.exports.useq_sequence import useq_json, useq_yaml

    if ending == ".txt":
        return f"{methods_paragraph(plan)}\n"
    if ending == ".cfg":
        return pixel_size_presets([plan])
    write = {".useq.yaml": useq_yaml, ".useq.json": useq_json, ".pos": position_list}
    return write.get(ending, plan_json)(plan)


SCANNER = "point-scanner"


def add_microscope(group: argparse._ArgumentGroup) -> None:
    """Add the options."""
    group.add_argument(
        "--objectives",
        metavar="CSV",
        help="your table, or the .cfg of your Micro-Manager; without, the catalogue that "
        "ships",
    )
    group.add_argument(
        "--cameras", metavar="CSV", help="your table; without, the catalogue that ships"
    )
    group.add_argument(
        "--objective",
        nargs="+",
        default=[],
        metavar="NAME",
        help="only those called so, or whose maker and name hold it",
    )
    group.add_argument(
        "--camera", nargs="+", default=[], metavar="NAME", help="likewise for cameras"
    )
    group.add_argument(
        "--binning",
        type=int,
        nargs="+",
        metavar="B",
        help="1 2 4; of a point scanner 1: each scan format is a row of --cameras",
    )
    group.add_argument("--relay", type=float, nargs="+", default=[1.0], metavar="M")
    group.add_argument(
        "--tube-lens-mm", type=float, metavar="F", help="of the stand, if another maker's"
    )
    group.add_argument(
        "--field-number-mm",
        type=float,
        default=22.0,
        metavar="FN",
        help="assumed where the table has none (22)",
    )


def stand_of(args: argparse.Namespace) -> Stand:
    """Return what the options name.

    Raises
    ------
    RescaleError
        If a table cannot be read, or no objective or camera has a name asked for.
    """
    from rescale4dl_core.microscope import catalogue
    from rescale4dl_core.microscope.configuration import Stand

    cameras = _named(
        catalogue.read_cameras(_read(args.cameras), name=args.cameras)
        if args.cameras is not None
        else catalogue.shipped_cameras(),
        args.camera,
        "camera",
    )
    objectives = _named(_objectives(args, cameras), args.objective, "objective")
    return Stand(
        objectives=objectives,
        cameras=cameras,
        binnings=_binnings(args),
        relays=tuple(dict.fromkeys(args.relay)),
        tube_lens_mm=args.tube_lens_mm,
        assumed_field_number_mm=args.field_number_mm,
    )


def _binnings(args: argparse.Namespace) -> tuple[int, ...]:
    if args.binning:
        return tuple(dict.fromkeys(args.binning))
    return (1,) if args.modality == SCANNER else (1, 2, 4)


def _objectives(
    args: argparse.Namespace, cameras: Sequence[Camera]
) -> tuple[Objective, ...]:
    from rescale4dl_core.errors import CatalogueError
    from rescale4dl_core.microscope import catalogue
    from rescale4dl_core.microscope.micromanager_cfg import objectives_of, read_cfg

    if args.objectives is None:
        return catalogue.shipped_objectives()
    data = _read(args.objectives)
    if not args.objectives.lower().endswith(".cfg"):
        return catalogue.read_objectives(data, name=args.objectives)
    if len(cameras) > 1:
        raise CatalogueError(
            f"{args.objectives} has pixel sizes of one camera, and {len(cameras)} are to "
            "be ranked. Say which one it was calibrated with: --camera NAME, or a table of "
            "that one with --cameras."
        )
    return objectives_of(read_cfg(data, name=args.objectives), cameras[0])


def _named(items: tuple[Item, ...], names: Sequence[str], what: str) -> tuple[Item, ...]:
    from rescale4dl_core.errors import CatalogueError

    if not names:
        return items
    wanted = [name.casefold() for name in names]
    labels = [item.label.casefold() for item in items]
    found = tuple(
        item
        for item, label in zip(items, labels, strict=True)
        if any(label == name if name in labels else name in label for name in wanted)
    )
    if not found:
        some = ", ".join(item.label for item in items[:5])
        raise CatalogueError(
            f"None of the {len(items)} {what}s has a name with {' or '.join(names)}; the "
            f"first ones are {some}. Give a part of a name, or leave --{what} out."
        )
    return found


def _read(path: str) -> bytes:
    from rescale4dl_core.errors import ReadingError

    try:
        return Path(path).read_bytes()
    except OSError as error:
        raise ReadingError(
            f"{path} cannot be read ({error.strerror or error}). Give the path of a CSV "
            "table of objectives or cameras."
        ) from error


AUTO = "auto"
STRUCTURE = "structure"
N_SHOWN = 10
MODALITIES = ("widefield", "transmitted", "spinning-disk", SCANNER)


def add_to(commands: Any) -> None:
    """Add the command to the parser."""
    parser = commands.add_parser("plan", help="objectives, cameras and binnings, ranked")
    objects = parser.add_argument_group("the objects")
    objects.add_argument(
        "--diameter-um", type=float, required=True, metavar="D", help="mean diameter in um"
    )
    suited = objects.add_mutually_exclusive_group()
    suited.add_argument(
        "--window",
        type=float,
        nargs=2,
        metavar=("LO", "HI"),
        help="coverage, in %% of a diameter per pixel, that suits the network; 4 16 as "
        "published where nothing is given",
    )
    for flag, metavar, meaning in (
        ("--density-per-um2", "N", "objects per um^2 of the sample; without, the ceiling"),
        ("--area-um2", "A", "mean area of an object; without, that of a disc"),
        ("--pixel-size", "UM", "of the sample as taken, to compare the light with"),
        ("--na", "NA", "of the sample as taken, to compare the light with"),
    ):
        objects.add_argument(flag, type=float, metavar=metavar, help=meaning)
    objects.add_argument(
        "--purpose",
        choices=PURPOSES,
        default=PURPOSES[0],
        help="what the images are for; for structure Nyquist decides",
    )
    objects.add_argument(
        "--equal-light",
        action="store_true",
        help="expose each as long as it takes for pixels as bright as those of the sample; "
        "without, all alike",
    )
    suited.add_argument(
        "--model",
        metavar="M",
        help="the network that will find the objects: a name of `models`, or a .onnx or "
        ".zip file; its window is taken, and its scores on test images are expected",
    )
    add_microscope(parser.add_argument_group("the microscope"))
    _add_acquisition(parser.add_argument_group("the acquisition"))
    add_files(parser.add_argument_group("files"))
    add_json(parser)
    parser.set_defaults(run=run)


def _add_acquisition(group: argparse._ArgumentGroup) -> None:
    from rescale4dl_core.planning.timing import FieldTiming

    usual = FieldTiming()
    for flag, value, meaning in (
        ("--exposure-s", usual.exposure_s, "shutter open, per image"),
        ("--readout-s", usual.readout_s, "readout and transfer, per image"),
        ("--filter-change-s", usual.filter_change_s, "between channels"),
        ("--z-move-s", usual.z_move_s, "between planes"),
        ("--stage-move-s", usual.stage_move_s, "move and settle, per visit"),
        ("--autofocus-s", usual.autofocus_s, "per visit"),
        ("--overlap-percent", 0.0, "of a field's side"),
        ("--emission-nm", 520.0, "emission wavelength"),
        ("--excitation-nm", 488.0, "excitation wavelength, for confocal"),
        ("--dwell-us", 1.0, "of a pixel, in place of the exposure of a point scanner"),
        ("--power-mw", None, "at the sample; with it, the dose is absolute"),
        ("--compression", 1.0, "raw / compressed bytes"),
    ):
        group.add_argument(flag, type=float, default=value, metavar="X", help=meaning)
    for flag, count, meaning in (
        ("--channels", 1, "colours"),
        ("--timepoints", 1, "visits"),
        ("--objects", 1000, "wanted in each well"),
        ("--wells", 1, "wells or samples"),
        ("--bytes-per-pixel", 2, "1 for 8 bit, 2 for 16 bit"),
    ):
        group.add_argument(flag, type=int, default=count, metavar="N", help=meaning)
    group.add_argument(
        "--interval-s",
        type=float,
        metavar="T",
        help="from one time point to the next; without, as fast as it goes",
    )
    group.add_argument(
        "--planes",
        default="1",
        metavar="N",
        help="of a stack; auto: as many as each objective needs through an object",
    )
    group.add_argument(
        "--height-um", type=float, metavar="H", help="of an object; without, its diameter"
    )
    group.add_argument("--modality", choices=MODALITIES, default=MODALITIES[0])


def run(args: argparse.Namespace, progress: Progress) -> Answer:
    """Rank every configuration."""
    from rescale4dl_core.advice.configuration_words import sampling_sentence
    from rescale4dl_core.exports.acquisition_plan import plan_cautions
    from rescale4dl_core.microscope.ranking import rank
    from rescale4dl_core.microscope.ranking_table import ranking_fields

    check_files(args.save)
    ranking = rank(stand_of(args), _goal_of(args))
    saved = save_plan(ranking, args)
    written = [str(path) for path in args.save]
    options = ranking.top(N_SHOWN)
    lines = [
        f"{len(ranking)} configurations for objects of {args.diameter_um:g} um, best "
        "first; objects per hour: "
        f"{'at the density given' if args.density_per_um2 else 'ceiling (Eq. 3)'}",
        *(_line(option) for option in options),
    ]
    cautions = (*_cautions(args, ranking.goal), *(plan_cautions(saved) if saved else ()))
    if args.json:
        fields = ranking_fields(ranking, range(len(ranking)))
        files = {"cautions": list(cautions), "written": written}
        return Answer({**fields, **files})
    lines.append(f"the first: {sampling_sentence(options[0])}")
    if ranking.goal.curve is not None:
        lines.append(f"expected IoU: {ranking.goal.curve.source}")
    lines += [f"! {caution}" for caution in cautions]
    lines += [f"Written: {path}" for path in written]
    return Answer({}, tuple(lines))


def _cautions(args: argparse.Namespace, goal: Goal) -> tuple[str, ...]:
    from rescale4dl_core.advice.configuration_words import goal_cautions
    from rescale4dl_core.quantities import require_aperture

    found = [*goal_cautions(goal)]
    if args.na is not None and args.pixel_size is None:
        require_aperture(args.na)
        found.append(
            "--na was not used: light can be compared with the sample as taken only where "
            "--pixel-size is given too."
        )
    if args.modality == SCANNER and args.cameras is None:
        found.append(
            "These are cameras, and a point scanner has none: give its scan formats as a "
            "table with --cameras, pitch_um the side of the scan field in the intermediate "
            "image / pixels."
        )
    return tuple(found)


def _line(option: Option) -> str:
    return (
        f"{option.rank:3d}. {option.configuration.label}: {option.pixel_um:.3g} um per "
        f"pixel, {option.coverage_percent:.3g} % of a diameter "
        f"({option.standing.meaning}), {option.objects_per_hour:,.0f} objects per hour"
        f"{'' if option.expected_iou is None else f', IoU {option.expected_iou:.2f}'}"
    )


def _goal_of(args: argparse.Namespace) -> Goal:
    from rescale4dl_core.microscope.goal import Goal, Taken
    from rescale4dl_core.microscope.light import Light, Modality
    from rescale4dl_core.planning.timing import FieldTiming
    from rescale4dl_core.window import Window

    window, curve = _network(args.model)
    if args.window is not None:
        low_percent, high_percent = args.window
        window = Window(low_percent, high_percent, "given")
    taken = None if args.pixel_size is None else Taken(args.pixel_size, args.na)
    return Goal(
        diameter_um=args.diameter_um,
        window=window,
        curve=curve,
        area_um2=args.area_um2,
        density_per_um2=args.density_per_um2,
        light=Light(
            dict(zip(MODALITIES, Modality, strict=True))[args.modality],
            args.emission_nm,
            args.excitation_nm,
            args.power_mw,
            args.dwell_us,
        ),
        timing=FieldTiming(
            exposure_s=args.exposure_s,
            readout_s=args.readout_s,
            filter_change_s=args.filter_change_s,
            z_move_s=args.z_move_s,
            stage_move_s=args.stage_move_s,
            autofocus_s=args.autofocus_s,
            n_channels=args.channels,
            n_planes=1 if args.planes == AUTO else _whole(args.planes),
            n_timepoints=args.timepoints,
        ),
        planes_through_objects=args.planes == AUTO,
        height_um=args.height_um,
        interval_s=args.interval_s,
        for_structure=args.purpose == STRUCTURE,
        n_objects_wanted=args.objects,
        n_wells=args.wells,
        overlap_percent=args.overlap_percent,
        bytes_per_pixel=args.bytes_per_pixel,
        compression=args.compression,
        taken=taken,
        equal_light=args.equal_light,
    )


def _whole(text: str) -> int:
    from rescale4dl_core.errors import QuantityError

    try:
        return int(text)
    except ValueError as error:
        raise QuantityError(
            f"--planes is {text!r}; a whole number or {AUTO} was expected. Correct it."
        ) from error


def _network(model: str | None) -> tuple[Window, ScoreCurve | None]:
    """Return the window of the network, and what it usually scores."""
    from rescale4dl_core.window import PUBLISHED_WINDOW

    if model is None:
        return PUBLISHED_WINDOW, None
    from rescale4dl_core.advice.evidence import NetworkEvidence, usual_scores
    from rescale4dl_core.inference.opening import open_network

    evidence = NetworkEvidence.of_network(open_network(model, provider="cpu"))
    return evidence.window, usual_scores(evidence)
