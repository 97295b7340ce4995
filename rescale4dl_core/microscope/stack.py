"""How far apart the planes of a stack may be, and what that means for 3D networks."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rescale4dl_core.microscope.configuration import Configuration
    from rescale4dl_core.microscope.goal import Goal

ANISOTROPIC_ABOVE = 3.0
"""nnU-Net treats a stack as anisotropic where planes are more than 3 pixels apart: it then
leaves the kernel flat at first and resamples along z apart (Isensee et al. 2021)."""


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
        """Whether nnU-Net's rule of 3 treats such a stack as anisotropic."""
        return max(self.anisotropy, 1 / self.anisotropy) > ANISOTROPIC_ABOVE


def stack_of(configuration: Configuration, goal: Goal) -> Stack:
    """Return the planes that show the objects of `goal` with `configuration`.

    As across, an object needs as many planes along z as the target coverage of the window
    asks for; planes closer than Nyquist of the objective add no more.
    """
    optics = configuration.objective.optics(goal.light.emission_nm)
    nyquist_z_um = None if optics is None else goal.light.nyquist_z_um(optics)
    height_um = goal.height_um or goal.diameter_um
    object_z_um = height_um * goal.window.target_percent / 100
    z_step_um = max(nyquist_z_um or 0.0, object_z_um)
    return Stack(
        z_step_um=z_step_um,
        nyquist_z_um=nyquist_z_um,
        object_z_um=object_z_um,
        n_planes=math.ceil(height_um / z_step_um - 1e-9) + 1,
        pixel_um=configuration.pixel_um,
    )
