"""Everything that an evaluation leaves behind: tables, charts, overlays, as files."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from typing import TYPE_CHECKING

from rescale4dl_core.charts.evaluation_gallery import plots_of
from rescale4dl_core.charts.picture_files import PictureFormat, chart_bytes
from rescale4dl_core.errors import OutputError
from rescale4dl_core.evaluation.overlays import overlays_of
from rescale4dl_core.evaluation.tables import csv_bytes, parquet_bytes, tables_of
from rescale4dl_core.evaluation.treatment import treatment_table
from rescale4dl_core.pictures.png import png_bytes
from rescale4dl_core.progress import Progress, silent
from rescale4dl_core.writing.fresh_file import fresh_file

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from rescale4dl_core.evaluation.evaluation import Evaluation
    from rescale4dl_core.evaluation.treatment import TreatmentEffect


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
    plot_formats: Sequence[PictureFormat] = tuple(PictureFormat),
    allow_large: bool = False,
) -> tuple[OutputFile, ...]:
    """Return all files of an evaluation: tables as CSV and Parquet, charts, overlays.

    Parameters
    ----------
    evaluation : Evaluation
        What to write down.
    effects : sequence of TreatmentEffect
        Treated against untreated images, where they are known.
    plot_formats : sequence of PictureFormat
        Of the charts; none leaves out charts and overlays.
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
    evaluation: Evaluation,
    effects: Sequence[TreatmentEffect],
    formats: Sequence[PictureFormat],
) -> Iterator[OutputFile]:
    for plot in plots_of(evaluation, effects):
        for picture_format in formats:
            yield OutputFile(
                f"plots/{plot.name}.{picture_format}",
                FileKind.PLOT,
                partial(chart_bytes, plot.on_paper, picture_format),
            )
