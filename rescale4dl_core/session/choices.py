"""What the user has decided about the microscope and the plan."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from rescale4dl_core.errors import QuantityError
from rescale4dl_core.microscope.camera import Camera  # noqa: TC001
from rescale4dl_core.microscope.configuration import Configuration  # noqa: TC001
from rescale4dl_core.microscope.light import Modality
from rescale4dl_core.microscope.objective import Objective  # noqa: TC001
from rescale4dl_core.session.kept_plan import KeptPlan  # noqa: TC001

MOST_KEPT = 4
"""Plans that are compared side by side."""


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

    tolerance_percent: float = 5.0
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


class ObjectSource(StrEnum):
    """The ways to tell the app where the objects are."""

    MASK = "mask file"
    NETWORK = "network"
    SEGMENTED = "threshold and watershed"
    DRAWN = "diameters drawn by hand"
