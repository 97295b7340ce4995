"""The columns of a ranking: each named, explained and computed in one row of `COLUMNS`.

The table on screen, the JSON and the CSV of `rescale4dl plan` and of the planner page are
made of these rows. A new figure is one row here, with the formula that it follows by.
"""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from rescale4dl_core.microscope.objective import UM_PER_MM
from rescale4dl_core.microscope.ranking import Standing
from rescale4dl_core.planning.costs import BYTES_PER_GB
from rescale4dl_core.planning.throughput import SECONDS_PER_HOUR

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from numpy.typing import NDArray

    from rescale4dl_core.microscope.camera import Camera
    from rescale4dl_core.microscope.objective import Objective
    from rescale4dl_core.microscope.ranking import Ranking

    Values = NDArray[Any]


@dataclass(frozen=True, slots=True)
class Shown:
    """How a column looks on screen."""

    label: str
    """Header, with the unit that it is shown in."""

    form: str | None = "%.3g"
    """printf form of a number; "localized" for thousands; None: a text."""

    per: float = 1.0
    """The value is shown divided by this: 3600 for hours."""

    where_it_tells: bool = False
    """Left out where it is 1, or not known, in every row."""


@dataclass(frozen=True, slots=True)
class Column:
    """One figure of every configuration."""

    name: str
    """In JSON and CSV, its unit at the end; "fov_um.y" is y within fov_um."""

    formula: str
    """What it is, and how it follows; with its source where it is published."""

    of: Callable[[Ranking], Values]
    """One value per configuration, by its number in the stand; NaN or None: not known."""

    shown: Shown | None = None
    """None: in files only."""

    whole: bool = False
    """Whether it counts something."""

    def values(self, ranking: Ranking) -> list[Any]:
        """Return plain values for files, by number in the stand; None: not known."""
        found = self.of(ranking)
        plain: list[Any] = found.tolist()
        if found.dtype.kind != "f":
            return plain
        return [
            None if not math.isfinite(value) else round(value) if self.whole else value
            for value in plain
        ]


def _figure(name: str) -> Callable[[Ranking], Values]:
    def of(ranking: Ranking) -> Values:
        found: Values = getattr(ranking.figures, name)
        return found

    return of


def _of_lens(
    value: Callable[[Objective], Any], kind: Any = object
) -> Callable[[Ranking], Values]:
    def of(ranking: Ranking) -> Values:
        values = np.array([value(one) for one in ranking.stand.objectives], kind)
        return values[_places(ranking)[0]]

    return of


def _of_camera(
    value: Callable[[Camera], Any], kind: Any = object
) -> Callable[[Ranking], Values]:
    def of(ranking: Ranking) -> Values:
        values = np.array([value(one) for one in ranking.stand.cameras], kind)
        return values[_places(ranking)[1]]

    return of


def _places(ranking: Ranking) -> tuple[NDArray[np.intp], ...]:
    """Return which lens, camera, binning and relay each configuration has."""
    numbers = np.arange(len(ranking))
    return np.unravel_index(numbers, ranking.stand.shape)


def _binning(ranking: Ranking) -> Values:
    return np.array(ranking.stand.binnings)[_places(ranking)[2]]


def _relay(ranking: Ranking) -> Values:
    return np.array(ranking.stand.relays)[_places(ranking)[3]]


def _rank(ranking: Ranking) -> Values:
    ranks = np.empty(len(ranking), np.int64)
    ranks[ranking.order] = np.arange(1, len(ranking) + 1)
    return ranks


def _standing(ranking: Ranking) -> Values:
    return _texts(standing.meaning for standing in Standing)[ranking.standings]


def _in_window(ranking: Ranking) -> Values:
    window, coverage = ranking.goal.window, ranking.figures.coverage_percent
    inside: Values = (window.low_percent <= coverage) & (coverage <= window.high_percent)
    return inside


def _relative(name: str, place: int) -> Callable[[Ranking], Values]:
    def of(ranking: Ranking) -> Values:
        found: Values = getattr(ranking.figures, name) / ranking.compared_with[place]
        return found

    return of


def _read_noise(ranking: Ranking) -> Values:
    stand = ranking.stand
    by_camera = np.array(
        [[one.binned_read_noise_e(b) for b in stand.binnings] for one in stand.cameras],
        np.float64,
    )
    _, of_camera, of_binning, _ = _places(ranking)
    return by_camera[of_camera, of_binning]


COLUMNS = (
    Column("rank", "1 is the best.", _rank, Shown("Rank", "%d")),
    Column("objective", "As it is catalogued.", _of_lens(lambda one: one.label)),
    Column("magnification", "Engraved.", _of_lens(lambda one: one.magnification, float)),
    Column(
        "numerical_aperture",
        "Engraved.",
        _of_lens(lambda one: one.numerical_aperture, float),
    ),
    Column(
        "immersion",
        "Between lens and sample.",
        _of_lens(lambda one: one.immersion or None),
        Shown("Immersion", None),
    ),
    Column("camera", "As it is catalogued.", _of_camera(lambda one: one.label)),
    Column(
        "camera_kind", "sCMOS, CMOS, CCD, EMCCD.", _of_camera(lambda one: one.kind.value)
    ),
    Column("binning", "Camera pixels added along each axis.", _binning),
    Column(
        "relay",
        "Magnification between lens and camera.",
        _relay,
        Shown("Relay", where_it_tells=True),
    ),
    Column(
        "standing",
        "How it suits the objects; docs/decisions/0043.",
        _standing,
        Shown("Suits?", None),
    ),
    Column("in_window", "Coverage within the window of the network.", _in_window),
    Column(
        "on_pareto_front",
        "No other one beats it in both objects per hour and expected score.",
        lambda ranking: ranking.on_front,
    ),
    Column(
        "expected_iou",
        "Read from the score curve at its coverage; open where the lens blurs too much.",
        _figure("expected_iou"),
        Shown("Expected IoU", "%.2f", where_it_tells=True),
    ),
    Column("expected_iou_low", "Lower end of the interval.", _figure("expected_iou_low")),
    Column("expected_iou_high", "Upper end of the interval.", _figure("expected_iou_high")),
    Column("expected_recall", "Share of the objects that are found.", _figure("recall")),
    Column(
        "objects_per_s",
        "At the given density, else as many as fit (Eq. 3); in an overlap counted once.",
        _figure("objects_per_s"),
        Shown("Objects per hour", "localized", 1 / SECONDS_PER_HOUR),
    ),
    Column(
        "objects_per_s_ceiling",
        "Eq. 3: camera area / object area x 1 / tau.",
        _figure("objects_per_s_ceiling"),
    ),
    Column(
        "pixel_size_um",
        "Camera pitch x binning / (magnification x relay x tube lens ratio).",
        _figure("pixel_um"),
        Shown("Pixel (µm)"),
    ),
    Column(
        "coverage_percent",
        "One pixel, of the mean diameter of the objects.",
        _figure("coverage_percent"),
        Shown("% of diameter"),
    ),
    Column(
        "fov_um.x",
        "Width of the sample in one image, clipped by the field number of the lens.",
        _figure("field_width_um"),
        Shown("Field width (mm)", per=UM_PER_MM),
    ),
    Column(
        "fov_um.y",
        "Height of the sample in one image, clipped by the field number of the lens.",
        _figure("field_height_um"),
        Shown("Field height (mm)", per=UM_PER_MM),
    ),
    Column("image_px.x", "Columns of one image.", _figure("image_columns_px"), whole=True),
    Column("image_px.y", "Rows of one image.", _figure("image_rows_px"), whole=True),
    Column(
        "duration_s",
        "Fields x (tau + move), over all wells and time points.",
        _figure("duration_s"),
        Shown("Hours", per=SECONDS_PER_HOUR),
    ),
    Column("tau_s", "Time per field, over its channels and planes.", _figure("tau_s")),
    Column("exposure_s", "Of one image; of a scanner its scan.", _figure("exposure_s")),
    Column("n_planes", "Of one field.", _figure("n_planes"), whole=True),
    Column("n_fields", "For the objects wanted.", _figure("n_fields"), whole=True),
    Column(
        "storage_bytes",
        "Width x height x bytes x channels x planes x time points x fields.",
        _figure("storage_bytes"),
        Shown("GB", per=BYTES_PER_GB),
        whole=True,
    ),
    Column(
        "compressed_bytes",
        "storage_bytes / compression.",
        _figure("compressed_bytes"),
        whole=True,
    ),
    Column(
        "objects_per_fov", "At the given density, found ones.", _figure("objects_per_fov")
    ),
    Column(
        "objects_per_fov_ceiling",
        "Objects edge to edge (Eq. 3).",
        _figure("objects_per_fov_ceiling"),
    ),
    Column(
        "relative_dose",
        "Light per area for equally bright pixels.",
        _relative("dose", 1),
        Shown("Light dose"),
    ),
    Column(
        "dose_j_per_cm2",
        "The power spread over the field circle of the objective.",
        _figure("dose_j_per_cm2"),
        Shown("J/cm²", where_it_tells=True),
    ),
    Column(
        "relative_brightness",
        "Of a pixel at the same lamp and exposure: NA^4 / M^2 in epi-fluorescence.",
        _relative("brightness", 0),
        Shown("Brightness"),
    ),
    Column(
        "nyquist_um",
        "emission / (4 NA); confocal excitation / (8 NA) (Huygens, SVI).",
        _figure("nyquist_um"),
    ),
    Column(
        "nyquist_ratio",
        "Pixel size over Nyquist: above 1 coarser.",
        _figure("nyquist_ratio"),
        Shown("÷ Nyquist", "%.2g"),
    ),
    Column(
        "rayleigh_um",
        "Rayleigh: 0.61 × emission ÷ NA, two points apart.",
        _figure("rayleigh_um"),
        Shown("Resolution (µm)", "%.2g"),
    ),
    Column("depth_of_field_um", "In focus at once.", _figure("depth_of_field_um")),
    Column(
        "working_distance_mm",
        "Free space before the lens.",
        _of_lens(lambda one: one.working_distance_mm, float),
        Shown("Working distance (mm)"),
    ),
    Column(
        "binned_read_noise_e",
        "Electrons: once for a sum of a CCD, root of the sum of squares elsewhere.",
        _read_noise,
    ),
    Column("read_noise_e", "Data sheet.", _of_camera(lambda one: one.read_noise_e, float)),
    Column(
        "qe_525_percent", "Data sheet.", _of_camera(lambda one: one.qe_525_percent, float)
    ),
    Column("full_well_e", "Data sheet.", _of_camera(lambda one: one.full_well_e, float)),
    Column("bit_depth", "Data sheet.", _of_camera(lambda one: one.bit_depth)),
    Column(
        "frame_rate_hz", "Data sheet.", _of_camera(lambda one: one.frame_rate_hz, float)
    ),
)
"""Every column, in the order of the table on screen."""

TITLES = (
    Column(
        "objective",
        "As it is catalogued.",
        _of_lens(lambda one: one.title),
        Shown("Objective", None),
    ),
    Column(
        "camera",
        "As it is catalogued.",
        _of_camera(lambda one: one.label),
        Shown("Camera", None),
    ),
    Column(
        "binning",
        "Camera pixels added along each axis.",
        lambda ranking: _texts(f"{b}×{b}" for b in ranking.stand.binnings)[
            _places(ranking)[2]
        ],
        Shown("Binning", None),
    ),
)
"""What a row on screen begins with, shorter than in files."""


def shown_columns() -> tuple[Column, ...]:
    """Return the columns on screen: rank, the configuration, then the deciding ones."""
    first, *rest = (column for column in COLUMNS if column.shown is not None)
    last = [column for column in rest if column.name == "immersion"]
    return (first, *TITLES, *(column for column in rest if column not in last), *last)


def table_of(ranking: Ranking, n_rows: int) -> Mapping[str, Values]:
    """Return the first `n_rows` ranks as on screen, by header; NaN and None: not known.

    Columns that tell nothing there (`Shown.where_it_tells`) are left out.
    """
    numbers = ranking.order[:n_rows]
    found: dict[str, Values] = {}
    for column in shown_columns():
        if column.shown is None:
            continue
        values = column.of(ranking)[numbers]
        if values.dtype.kind == "f" and column.shown.per != 1:
            values = values / column.shown.per
        if not column.shown.where_it_tells or _tells(values):
            found[column.shown.label] = values
    return found


def _tells(values: Values) -> bool:
    known = values[np.isfinite(values)]
    # A relay lens of 1 in every row is none.
    return bool(len(known)) and not np.all(known == 1)


def _texts(texts: Iterable[str]) -> Values:
    return np.array(list(texts), dtype=object)


def ranking_fields(ranking: Ranking, ranks: Sequence[int]) -> dict[str, Any]:
    """Return the fields of `rescale4dl plan --json`, with `ranks` (from 0) as its rows."""
    goal, stand = ranking.goal, ranking.stand
    return {
        "diameter_um": goal.diameter_um,
        "window_percent": [goal.window.low_percent, goal.window.high_percent],
        "window_source": goal.window.source,
        "score_source": None if goal.curve is None else goal.curve.source,
        "density_per_um2": goal.density_per_um2,
        "density_source": ranking.density_source,
        "for_structure": goal.for_structure,
        "tolerance_percent": goal.tolerance_percent,
        "timing": asdict(goal.timing),
        "interval_s": goal.interval_s,
        "planes_through_objects": goal.planes_through_objects,
        "height_um": goal.object_height_um,
        "equal_light": goal.equal_light,
        "relative_to": ranking.reference,
        "modality": goal.light.modality.words,
        "emission_nm": goal.light.emission_nm,
        "n_objects_wanted": goal.n_objects_wanted,
        "n_wells": goal.n_wells,
        "overlap_percent": goal.overlap_percent,
        "assumed_field_number_mm": stand.assumed_field_number_mm,
        "n_configurations": len(ranking),
        "configurations": configuration_rows(ranking, ranks),
    }


def configuration_rows(ranking: Ranking, ranks: Sequence[int]) -> list[dict[str, Any]]:
    """Return the configurations of `ranks` (from 0) as JSON has them."""
    rows: list[dict[str, Any]] = [{} for _ in ranks]
    numbers = ranking.order[list(ranks)].tolist()
    for column in COLUMNS:
        values = column.values(ranking)
        group, _, name = column.name.partition(".")
        for row, number in zip(rows, numbers, strict=True):
            if name:
                row.setdefault(group, {})[name] = values[number]
            else:
                row[group] = values[number]
    return rows


def ranking_columns(ranking: Ranking) -> dict[str, list[Any]]:
    """Return the whole ranking as the columns of a CSV file, best first."""
    order = ranking.order.tolist()
    found = {}
    for column in COLUMNS:
        values = column.values(ranking)
        found[column.name.replace(".", "_")] = [values[number] for number in order]
    return found
