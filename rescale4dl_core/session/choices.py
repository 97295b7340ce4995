"""What the user has decided, page by page; all of it together is `Choices`."""

from __future__ import annotations

from dataclasses import dataclass, field, fields, replace
from typing import Any

from rescale4dl_core.advice.coverage_rule import Purpose
from rescale4dl_core.errors import QuantityError
from rescale4dl_core.measuring.measurement import Aggregate, Estimator
from rescale4dl_core.microscope.camera import Camera  # noqa: TC001 read by type
from rescale4dl_core.microscope.configuration import (
    Configuration,  # noqa: TC001 read by type
)
from rescale4dl_core.microscope.light import Modality
from rescale4dl_core.microscope.objective import Objective  # noqa: TC001 read by type
from rescale4dl_core.planning.gain import Detector, Route
from rescale4dl_core.planning.sampling import Optics
from rescale4dl_core.planning.timing import FieldTiming
from rescale4dl_core.segmentation.threshold import (
    ClassicalSettings,  # noqa: TC001 read by type
)
from rescale4dl_core.window import DEFAULT_TOLERANCE_PERCENT
from rescale4dl_core.worded import Worded

MOST_KEPT = 4
"""Plans that are compared side by side."""


@dataclass(frozen=True, slots=True)
class KeptPlan:
    """All that the throughput page asks for: kept to compare, or passed on as a link."""

    name: str = ""
    timing: FieldTiming = field(default_factory=FieldTiming)
    what_if_ratio: float | None = None
    route: Route = Route.MAGNIFICATION
    detector: Detector = Detector.SCMOS
    camera_rows_px: int = 2048
    camera_columns_px: int = 2048
    n_objects_wanted: int = 1000
    n_wells: int = 1
    overlap_percent: float = 0.0
    bytes_per_pixel: int = 2
    power_mw: float | None = None
    interval_s: float | None = None

    @classmethod
    def of(cls, choices: Choices, name: str = "") -> KeptPlan:
        """Return what `choices` hold now."""
        own = {key: getattr(choices, key) for key in SHARED_WITH_CHOICES}
        plan = choices.plan
        return cls(name, power_mw=plan.power_mw, interval_s=plan.interval_s, **own)

    def applied_to(self, choices: Choices) -> Choices:
        """Return `choices` with this plan; all else stays, a power it has none of too."""
        changed: dict[str, Any] = {key: getattr(self, key) for key in SHARED_WITH_CHOICES}
        plan = replace(
            choices.plan,
            power_mw=self.power_mw or choices.plan.power_mw,
            interval_s=self.interval_s,
        )
        return replace(choices, plan=plan, **changed)


SHARED_WITH_CHOICES = tuple(
    f.name for f in fields(KeptPlan) if f.name not in ("name", "power_mw", "interval_s")
)
"""Settings that stand in `Choices` itself; the others in its `plan`."""


@dataclass(frozen=True, slots=True)
class PlanChoices:
    """Choices of the planner pages; the defaults are what they start with."""

    own_microscope: bool = False
    """Whether the user's own tables are ranked, or the catalogue that ships."""

    objectives: tuple[Objective, ...] = ()
    cameras: tuple[Camera, ...] = ()
    """Of the user's own microscope; none: the catalogue's."""

    makers: tuple[str, ...] = ()
    """Manufacturers of objectives that are let through; none: all."""

    immersions: tuple[str, ...] = ()
    camera_names: tuple[str, ...] = ()
    only_in_window: bool = False
    binnings: tuple[int, ...] = (1, 2, 4)
    relay: float = 1.0
    tube_lens_mm: float | None = None
    """Of the stand; None: each objective on the stand of its own maker."""

    # None would let the largest chip win with dark corners: see decision 0045.
    assumed_field_number_mm: float = 22.0
    """Where the field number of an objective is unknown."""

    modality: Modality = Modality.WIDEFIELD
    excitation_nm: float = 488.0
    power_mw: float | None = None
    interval_s: float | None = None
    """From one time point to the next; None: as fast as it goes."""

    channel_names: tuple[str, ...] = ()
    """In the software of the microscope; where there are fewer, "Channel 1" and so on."""

    objective_device: str = ""
    camera_device: str = ""
    stage_device: str = ""
    """Devices in Micro-Manager; empty: as most configurations call them."""

    centre_x_um: float = 0.0
    centre_y_um: float = 0.0
    """Where the stage puts the middle of the grid; with several wells, of A1."""

    dwell_us: float = 1.0
    """Time that a point scanner spends on one pixel."""

    taken_exposure_s: float | None = None
    """Of the sample; None: that of the timing."""

    # Exposed alike, the lens with the least light came first: see decision 0044.
    equal_light: bool = True
    """Where the aperture of the sample is known: expose for equally bright pixels."""

    compression: float = 1.0
    """Raw bytes / compressed bytes."""

    diameter_um: float | None = None
    """Typed in where the pixel size of the sample is unknown."""

    height_um: float | None = None
    """Of the objects along the axis of the microscope; None: as high as wide."""

    planes_through_objects: bool = False
    """Whether each objective takes as many planes as it needs through an object."""

    in_report: bool = True
    """Whether the report holds the plan."""

    chosen: Configuration | None = None
    """What is booked: simulated, exported and reported; None: the first one ranked."""

    kept: tuple[KeptPlan, ...] = ()
    """Plans of the throughput page, to compare."""

    def __post_init__(self) -> None:
        for name, value, low, high in (
            ("relay lens", self.relay, 0.01, 100),
            ("focal length of the tube lens (mm)", self.tube_lens_mm, 1, 10_000),
            ("assumed field number (mm)", self.assumed_field_number_mm, 1, 1000),
            ("excitation wavelength (nm)", self.excitation_nm, 100, 3000),
            ("power at the sample (mW)", self.power_mw, 1e-9, 1e6),
            ("time between time points (s)", self.interval_s, 1e-3, 1e8),
            ("x of the centre (µm)", self.centre_x_um, -1e7, 1e7),
            ("y of the centre (µm)", self.centre_y_um, -1e7, 1e7),
            ("exposure of the sample (s)", self.taken_exposure_s, 1e-6, 1e5),
            ("dwell time of a pixel (µs)", self.dwell_us, 1e-3, 1e6),
            ("compression", self.compression, 1, 1000),
            ("diameter of the objects (µm)", self.diameter_um, 1e-3, 1e6),
            ("height of the objects (µm)", self.height_um, 1e-3, 1e6),
            *(("binning", binning, 1, 64) for binning in self.binnings),
        ):
            if value is not None and not low <= value <= high:
                raise QuantityError(
                    f"The value for {name} must lie between {low:g} and {high:g}; got "
                    f"{value!r}. Correct it and try again."
                )
        if len(self.kept) > MOST_KEPT:
            raise QuantityError(
                f"{len(self.kept)} plans are kept for comparison, and up to {MOST_KEPT} "
                "fit side by side. Remove one."
            )


@dataclass(frozen=True, slots=True)
class LookChoices:
    """Choices of the look before booking; the defaults are what it starts with."""

    brightest_e: float | None = None
    """Photoelectrons in the brightest pixels of the sample image; None: read from its
    noise."""

    exposure_ratio: float | None = None
    """Exposure time of the new configuration / that of the sample; None: as planned."""

    offset_counts: float | None = None
    """Counts of the sample's camera without light; None: not known."""

    def __post_init__(self) -> None:
        for name, value, low, high in (
            ("photoelectrons of the brightest pixels", self.brightest_e, 1, 1e7),
            ("exposure against the sample's", self.exposure_ratio, 1e-3, 1e3),
            ("camera offset (counts)", self.offset_counts, -1e6, 1e6),
        ):
            if value is not None and not low <= value <= high:
                raise QuantityError(
                    f"The value for {name} must lie between {low:g} and {high:g}; got "
                    f"{value!r}. Correct it and try again."
                )


@dataclass(frozen=True, slots=True)
class NetworkChoices:
    """Choices of the networks page; the defaults are what it starts with."""

    name: str | None = None
    """Of a shipped network; None: the one that suits the objects best."""

    provider: str = "auto"
    """ "auto", "cpu" or "cuda"."""

    advises: bool = True
    """Whether the recommendation goes by a network that was chosen or swept."""


LARGEST_TOLERANCE_PERCENT = 50.0
LARGEST_RATIO = 1000.0


@dataclass(frozen=True, slots=True)
class SweepChoices:
    """Choices of the sweep page; the defaults are what it starts with."""

    tolerance_percent: float = DEFAULT_TOLERANCE_PERCENT
    """How much of the best score may be given up for coarser pixels."""

    ratios: tuple[float, ...] = ()
    """New / old pixel sizes to try; none: the default series."""

    stability: bool | None = None
    """Whether perturbed versions are run too; None: where no image has a mask."""

    difference_percent: float = 5.0
    """Difference in mean size between two conditions, to be detected."""

    power_percent: float = 80.0
    """Chance to detect it."""

    def __post_init__(self) -> None:
        if not 0 <= self.tolerance_percent <= LARGEST_TOLERANCE_PERCENT:
            raise QuantityError(
                "The tolerance (%) must lie between 0 and "
                f"{LARGEST_TOLERANCE_PERCENT:g}; got {self.tolerance_percent!r}. Correct "
                "it and try again."
            )
        for name, value, low, high in (
            ("difference in size (%)", self.difference_percent, 0.1, 100),
            ("chance to detect it (%)", self.power_percent, 50, 99.9),
        ):
            if not low <= value <= high:
                raise QuantityError(
                    f"The {name} must lie between {low:g} and {high:g}; got {value!r}. "
                    "Correct it and try again."
                )
        for ratio in self.ratios:
            if not 1 / LARGEST_RATIO <= ratio <= LARGEST_RATIO:
                raise QuantityError(
                    f"A scale of the sweep must lie between 1/{LARGEST_RATIO:g} and "
                    f"{LARGEST_RATIO:g}; got {ratio!r}. Correct it and try again."
                )


class ObjectSource(Worded):
    """The ways to tell the app where the objects are."""

    MASK = "mask", "mask file"
    NETWORK = "network", "network"
    SEGMENTED = "segmented", "threshold and watershed"
    DRAWN = "drawn", "diameters drawn by hand"


@dataclass(frozen=True, slots=True)
class Choices:
    """What the user has decided; the defaults are what the app starts with."""

    purpose: Purpose = Purpose.COUNTING
    estimator: Estimator | None = None
    """None: chosen by the shape of the objects."""

    aggregate: Aggregate = Aggregate.MEAN
    object_source: ObjectSource | None = None
    """None: the mask where an image has one, the segmentation elsewhere."""

    classical: ClassicalSettings | None = None
    """None: suggested for each image by its brightness."""

    timing: FieldTiming = field(default_factory=FieldTiming)
    camera_rows_px: int = 2048
    camera_columns_px: int = 2048
    numerical_aperture: float | None = None
    immersion_index: float = 1.0
    emission_nm: float = 520.0

    what_if_ratio: float | None = None
    """New / old pixel size that the throughput page tries; None: as recommended."""

    route: Route = Route.MAGNIFICATION
    detector: Detector = Detector.SCMOS
    n_objects_wanted: int = 1000
    n_wells: int = 1
    overlap_percent: float = 0.0
    bytes_per_pixel: int = 2

    view_ratios: tuple[float, ...] = ()
    """New / old pixel sizes seen side by side; none: chosen by the size of the objects."""

    view_field_px: int = 128
    """Side of the field seen side by side, in px of the sample."""

    view_row_percent: float = 50.0
    view_column_percent: float = 50.0
    """Where the middle of that field lies on the sample, from the top left corner."""

    view_outlines: bool = True

    network: NetworkChoices = field(default_factory=NetworkChoices)
    sweep: SweepChoices = field(default_factory=SweepChoices)
    plan: PlanChoices = field(default_factory=PlanChoices)
    look: LookChoices = field(default_factory=LookChoices)

    def __post_init__(self) -> None:
        for name, value, low, high in (
            ("camera rows (px)", self.camera_rows_px, 1, 1_000_000),
            ("camera columns (px)", self.camera_columns_px, 1, 1_000_000),
            ("numerical aperture", self.numerical_aperture, 0.01, 2),
            ("refractive index of the immersion", self.immersion_index, 1, 4),
            ("emission wavelength (nm)", self.emission_nm, 100, 3000),
            ("ratio of pixel sizes", self.what_if_ratio, 1 / 1000, 1000),
            ("objects wanted", self.n_objects_wanted, 1, 1_000_000_000),
            ("wells", self.n_wells, 1, 100_000),
            ("overlap (%)", self.overlap_percent, 0, 90),
            ("bytes per pixel", self.bytes_per_pixel, 1, 8),
            ("side of the field (px)", self.view_field_px, 8, 4096),
            ("place of the field (%)", self.view_row_percent, 0, 100),
            ("place of the field (%)", self.view_column_percent, 0, 100),
            *(
                ("ratio of pixel sizes", ratio, 1 / 1000, 1000)
                for ratio in self.view_ratios
            ),
        ):
            if value is not None and not low <= value <= high:
                raise QuantityError(
                    f"The value for {name} must lie between {low:g} and {high:g}; got "
                    f"{value!r}. Correct it and try again."
                )
        if self.numerical_aperture is not None:
            Optics(self.numerical_aperture, self.immersion_index, self.emission_nm)
