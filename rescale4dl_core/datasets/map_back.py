"""Labels predicted on cropped images, taken back to the grids of the originals."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from rescale4dl_core.datasets.mapping import GridMapping, read_mappings
from rescale4dl_core.datasets.one_image import IMAGES_FOLDER
from rescale4dl_core.errors import ReadingError
from rescale4dl_core.evaluation.folders import read_map
from rescale4dl_core.progress import Progress, silent
from rescale4dl_core.quantities import RescaleFactor
from rescale4dl_core.reading.image import read_info
from rescale4dl_core.reading.pairing import name_without_suffix
from rescale4dl_core.writing.image_tiff import write_labels_tiff

if TYPE_CHECKING:
    from rescale4dl_core.quantities import PixelSize


def map_back(
    table: Path,
    predictions: Path,
    out: Path,
    *,
    overwrite: bool = False,
    allow_large: bool = False,
    progress: Progress = silent,
) -> tuple[Path, ...]:
    """Write each prediction on the grid of its original, as `<out>/<name>.tif`.

    Parameters
    ----------
    table : Path
        The `mapping.csv` beside the cropped images.
    predictions : Path
        Folder of label images, each called as the image that it was predicted on.
    out : Path
        Where to write.
    overwrite : bool
        Whether files that exist may be replaced.
    allow_large : bool
        Consent to more than 2 GB per image.
    progress : Progress
        Called after every image.

    Returns
    -------
    tuple of Path
        The files written.

    Raises
    ------
    ReadingError
        If the table or a prediction cannot be read, or a prediction is not in the table.
    LabelImageError
        If a prediction does not have the shape of its image.
    OutputError
        If a file exists already or cannot be written.
    """
    mappings = {
        name_without_suffix(Path(file)): (file, mapping)
        for file, mapping in read_mappings(table).items()
    }
    paths = _label_files(predictions)
    unknown = [path for path in paths if name_without_suffix(path) not in mappings]
    if unknown or not paths:
        raise ReadingError(
            f"{len(unknown)} of {len(paths)} files in {predictions} are not in {table}"
            + (f", the first is {unknown[0].name}" if unknown else "")
            + ". Give the folder of label images that were predicted on those images, "
            "under the same names."
        )
    written = []
    for n_done, path in enumerate(paths):
        progress(n_done / len(paths), f"mapping back {path.name}")
        file, mapping = mappings[name_without_suffix(path)]
        restored = mapping.restore_labels(read_map(path, allow_large=allow_large))
        target = out / f"{name_without_suffix(path)}.tif"
        size = _original_pixel_size(table.parent / IMAGES_FOLDER / file, mapping)
        write_labels_tiff(target, restored, size, overwrite=overwrite)
        written.append(target)
    progress(1.0, f"mapped {len(paths)} images back")
    return tuple(written)


def _label_files(folder: Path) -> list[Path]:
    if not folder.is_dir():
        raise ReadingError(f"{folder} is not a folder. Give the folder of predictions.")
    return sorted(path for path in folder.iterdir() if not path.name.startswith("."))


def _original_pixel_size(cropped: Path, mapping: GridMapping) -> PixelSize | None:
    if not cropped.exists():
        return None
    size = read_info(cropped).known.size
    return size and size.rescaled(RescaleFactor(1 / mapping.factor.ratio))
