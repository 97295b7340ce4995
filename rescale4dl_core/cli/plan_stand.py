"""Which microscope `rescale4dl plan` ranks: the options, and what they name."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from rescale4dl_core.microscope.camera import Camera
    from rescale4dl_core.microscope.objective import Objective
    from rescale4dl_core.microscope.stand import Stand

    Item = TypeVar("Item", Objective, Camera)

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
    from rescale4dl_core.microscope.stand import Stand

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
    from rescale4dl_core.microscope.calibrated import objectives_of
    from rescale4dl_core.microscope.micromanager_cfg import read_cfg

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
