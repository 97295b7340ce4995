"""How far apart the planes of a stack may be, and what that means for 3D networks."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rescale4dl_core.microscope.configuration import ROUNDING

if TYPE_CHECKING:
    from rescale4dl_core.microscope.configuration import Configuration
    from rescale4dl_core.microscope.goal import Goal
    from rescale4dl_core.planning.sampling import Optics

FLAT_FROM = 2.0
"""Where planes are this many pixels apart or more, nnU-Net's first layers neither look nor
pool across planes (`get_pool_and_conv_props`, github.com/MIC-DKFZ/nnUNet)."""

ANISOTROPIC_ABOVE = 3.0
"""Above this it calls a stack anisotropic, and resamples across planes apart from within
them (`ANISO_THRESHOLD`; Isensee et al. 2021)."""


@dataclass(frozen=True, slots=True)
class Stack:
    """Planes through objects of one height."""

    z_step_um: float
    """The larger of the two below: finer planes show no more."""

    nyquist_z_um: float | None
    """What the objective resolves along z; None where its aperture is unknown."""

    object_z_um: float
    """The same coverage along z as the window's target across."""

    n_planes: int
    """From the bottom of the objects to their top."""

    pixel_um: float

    @property
    def anisotropy(self) -> float:
        """Distance of planes / pixel size."""
        return self.z_step_um / self.pixel_um

    @property
    def is_anisotropic(self) -> bool:
        """Whether nnU-Net's rule of 3 treats such a stack as anisotropic.

        Planes closer together than pixels are not: then two axes are the coarse ones.
        """
        # Rounded, so that the arithmetic makes no more of 3 than 3.
        return round(self.anisotropy, 2) > ANISOTROPIC_ABOVE

    @property
    def starts_flat(self) -> bool:
        """Whether nnU-Net's first layers stay within a plane."""
        return self.anisotropy >= FLAT_FROM


def stack_of(configuration: Configuration, goal: Goal) -> Stack:
    """Return the planes that show the objects of `goal` with `configuration`.

    As across, an object needs as many planes along z as the target coverage of the window
    asks for; planes closer than Nyquist of the objective add no more.
    """
    optics = configuration.objective.optics(goal.light.emission_nm)
    step_um = z_step_um(optics, goal)
    return Stack(
        z_step_um=step_um,
        nyquist_z_um=None if optics is None else goal.light.nyquist_z_um(optics),
        object_z_um=_object_z_um(goal),
        n_planes=planes_through(optics, goal),
        pixel_um=configuration.pixel_um,
    )


def z_step_um(optics: Optics | None, goal: Goal) -> float:
    """Return the distance of planes: the larger of Nyquist's and what the objects ask."""
    nyquist_z_um = 0.0 if optics is None else goal.light.nyquist_z_um(optics)
    return max(nyquist_z_um, _object_z_um(goal))


def planes_through(optics: Optics | None, goal: Goal) -> int:
    """Return how many planes reach from the bottom of an object to its top.

    One where the objective has all of it in focus at once, whatever the pixels.
    """
    height_um = goal.object_height_um
    if optics is not None and optics.wave_depth_um >= height_um:
        return 1
    return math.ceil(height_um / z_step_um(optics, goal) - ROUNDING) + 1


def _object_z_um(goal: Goal) -> float:
    return goal.object_height_um * goal.window.target_percent / 100
