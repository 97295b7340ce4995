"""What the user has decided about the microscope and the plan."""

from __future__ import annotations

from dataclasses import dataclass

from rescale4dl_core.errors import QuantityError
from rescale4dl_core.microscope.camera import (
    Camera,  # noqa: TC001 session files are read by the types of the fields
)
from rescale4dl_core.microscope.configuration import (
    Configuration,  # noqa: TC001 as above
)
from rescale4dl_core.microscope.light import Modality
from rescale4dl_core.microscope.objective import (
    Objective,  # noqa: TC001 as above
)
from rescale4dl_core.session.kept_plan import (
    KeptPlan,  # noqa: TC001 as above
)

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
