"""Everything that an evaluation leaves behind: tables, charts, overlays, as files."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from rescale4dl_core.errors import OutputError
from rescale4dl_core.evaluate.folders import read_map
from rescale4dl_core.evaluate.kind_of_maps import Kind
from rescale4dl_core.evaluate.matching import match_objects, overlap_of
from rescale4dl_core.evaluate.plots.gallery import plots_of
from rescale4dl_core.evaluate.plots.picture_files import chart_bytes
from rescale4dl_core.evaluate.summary import by_sampling
from rescale4dl_core.evaluate.tables import Table, csv_bytes, parquet_bytes, tables_of
from rescale4dl_core.images import UNKNOWN, Image, KnownPixelSize
from rescale4dl_core.pictures.png import png_bytes
from rescale4dl_core.pictures.view import View, view_of
from rescale4dl_core.progress import Progress, silent
from rescale4dl_core.writing.fresh_file import fresh_file

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from rescale4dl_core.evaluate.evaluation import Evaluation
    from rescale4dl_core.evaluate.pair import PairResult
    from rescale4dl_core.evaluate.treatment import TreatmentEffect
    from rescale4dl_core.labels import Labels


BACKGROUND = (24, 28, 32)
LEGEND = {
    "found": (86, 150, 190),
    "missed": (213, 94, 0),
    "made up": (240, 228, 66),
    "confused": (204, 121, 167),
}
"""Colour of pixels by what became of them; "confused" is foreground in both maps, but of
another object or class."""


@dataclass(frozen=True, slots=True, eq=False)
class Overlay:
    """The picture of one pair."""

    name: str
    view: View


def overlays_of(
    evaluation: Evaluation, *, allow_large: bool = False
) -> tuple[Overlay, ...]:
    """Draw, for each sampling, the image whose IoU is nearest to the median.

    The label images are read again, one pair at a time.
    """
    overlays = []
    for sampling, results in by_sampling(evaluation.results).items():
        pair = _typical(results).pair
        truth = read_map(pair.truth_path, allow_large=allow_large)
        prediction = read_map(pair.prediction_path, allow_large=allow_large)
        view = overlay_view(truth, prediction, evaluation.kind.kind)
        overlays.append(Overlay(f"overlay_{sampling}_{pair.truth_path.stem}", view))
    return tuple(overlays)


def overlay_view(truth: Labels, prediction: Labels, kind: Kind) -> View:
    """Colour each pixel by what became of it; a legend stands below."""
    is_true, is_predicted = truth.pixels > 0, prediction.pixels > 0
    agrees = is_true & is_predicted & _same(truth, prediction, kind)
    pixels = np.empty((*truth.shape, 3), np.uint8)
    pixels[:] = BACKGROUND
    pixels[is_true & ~is_predicted] = LEGEND["missed"]
    pixels[is_predicted & ~is_true] = LEGEND["made up"]
    pixels[is_true & is_predicted] = LEGEND["confused"]
    pixels[agrees] = LEGEND["found"]
    image = Image.parse(pixels, name=truth.source, known=KnownPixelSize(None, UNKNOWN))
    return _with_legend(view_of(image))


def _typical(results: Sequence[PairResult]) -> PairResult:
    ious = np.array([result.iou for result in results])
    if np.isnan(ious).all():
        return results[0]
    return results[int(np.nanargmin(np.abs(ious - np.nanmedian(ious))))]


def _same(truth: Labels, prediction: Labels, kind: Kind) -> NDArray[np.bool_]:
    """Return where both maps mean the same, if both have foreground there."""
    match kind:
        case Kind.BINARY:
            return np.ones(truth.shape, np.bool_)
        case Kind.SEMANTIC:
            return np.equal(truth.pixels, prediction.pixels)
    overlap = overlap_of(truth, prediction)
    matching = match_objects(overlap)
    partner = np.append(overlap.predicted_label, 0)[matching.predicted_index]
    place = np.searchsorted(overlap.true_label, truth.pixels)
    return np.asarray(np.append(partner, 0)[place] == prediction.pixels)


def _with_legend(view: View) -> View:
    from PIL import Image as PilImage
    from PIL import ImageDraw
    from PIL.ImageFont import load_default

    rows, columns = view.shape
    size = max(12, columns // 50)
    canvas = PilImage.new("RGB", (columns, rows + 2 * size), (255, 255, 255))
    canvas.paste(PilImage.fromarray(np.array(view.pixels)), (0, 0))
    draw, font, left = ImageDraw.Draw(canvas), load_default(size=size), size // 2
    for name, colour in LEGEND.items():
        top = rows + size // 2
        draw.rectangle([left, top, left + size, top + size], fill=colour, outline=(0, 0, 0))
        draw.text((left + 1.4 * size, top + size / 2), name, (0, 0, 0), font, anchor="lm")
        left += round(2.6 * size + font.getlength(name))
    return view.with_pixels(np.array(canvas))


class FileKind(StrEnum):
    """What a file is listed under."""

    TABLE = "table"
    PLOT = "plot"


@dataclass(frozen=True, slots=True)
class OutputFile:
    """A file that is made when it is asked for."""

    name: str
    """Path within the output folder, parts joined by /."""

    kind: FileKind
    content: Callable[[], bytes]


def output_files(
    evaluation: Evaluation,
    effects: Sequence[TreatmentEffect] = (),
    *,
    plot_formats: Sequence[str] = ("svg", "png", "pdf"),
    allow_large: bool = False,
) -> tuple[OutputFile, ...]:
    """Return all files of an evaluation: tables as CSV and Parquet, charts, overlays.

    Parameters
    ----------
    evaluation : Evaluation
        What to write down.
    effects : sequence of TreatmentEffect
        Treated against untreated images, where they are known.
    plot_formats : sequence of str
        Any of "svg", "png", "pdf"; none leaves out charts and overlays.
    """
    files = list(_table_files(evaluation, effects))
    if plot_formats:
        files += _plot_files(evaluation, effects, plot_formats)
        files += (
            OutputFile(
                f"plots/{overlay.name}.png", FileKind.PLOT, partial(png_bytes, overlay.view)
            )
            for overlay in overlays_of(evaluation, allow_large=allow_large)
        )
    return tuple(files)


def write_files(
    files: Sequence[OutputFile],
    folder: Path,
    *,
    overwrite: bool = False,
    progress: Progress = silent,
) -> tuple[Path, ...]:
    """Write every file below `folder`, each whole or not at all.

    Raises
    ------
    OutputError
        If one exists and `overwrite` is false; nothing is written then.
    """
    require_free([folder / file.name for file in files], overwrite=overwrite)
    written = []
    for n_done, file in enumerate(files):
        progress(n_done / len(files), f"writing {file.name}")
        path = folder / file.name
        with fresh_file(path, overwrite=overwrite) as temporary:
            temporary.write_bytes(file.content())
        written.append(path)
    progress(1.0, f"wrote {len(files)} files")
    return tuple(written)


def require_free(paths: Sequence[Path], *, overwrite: bool) -> None:
    """Raise `OutputError` if a file is there already and may not be replaced."""
    existing = [path for path in paths if path.exists()]
    if existing and not overwrite:
        raise OutputError(
            f"{len(existing)} of {len(paths)} files exist already, the first is "
            f"{existing[0]}. Choose another folder, or allow them to be replaced "
            "(--overwrite)."
        )


def treatment_table(effects: Sequence[TreatmentEffect]) -> Table:
    """Return one row per sampling and side, with effect size and test."""
    names = ("difference_percent", "cliffs_delta", "p_value", "least_p_value")
    columns = {
        "sampling": np.array([effect.sampling for effect in effects], object),
        "side": np.array([effect.side for effect in effects], object),
        "n_treated": np.array([len(effect.treated_px) for effect in effects]),
        "n_untreated": np.array([len(effect.untreated_px) for effect in effects]),
        "treated_diameter_px": np.array([np.mean(one.treated_px) for one in effects]),
        "untreated_diameter_px": np.array([np.mean(one.untreated_px) for one in effects]),
        **{
            name: np.array([getattr(one, name) for one in effects], float) for name in names
        },
    }
    return Table("treatment", columns)


def _table_files(
    evaluation: Evaluation, effects: Sequence[TreatmentEffect]
) -> Iterator[OutputFile]:
    tables = [*tables_of(evaluation), *([treatment_table(effects)] if effects else [])]
    for table in tables:
        yield OutputFile(f"{table.name}.csv", FileKind.TABLE, partial(csv_bytes, table))
        yield OutputFile(
            f"{table.name}.parquet", FileKind.TABLE, partial(parquet_bytes, table)
        )


def _plot_files(
    evaluation: Evaluation, effects: Sequence[TreatmentEffect], formats: Sequence[str]
) -> Iterator[OutputFile]:
    for plot in plots_of(evaluation, effects):
        for picture_format in formats:
            yield OutputFile(
                f"plots/{plot.name}.{picture_format}",
                FileKind.PLOT,
                partial(chart_bytes, plot.chart, picture_format),
            )
