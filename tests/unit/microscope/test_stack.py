"""Planes of a stack: by the objective, by the objects, and for 3D networks."""

import pytest

from rescale4dl_core.microscope.camera import Camera
from rescale4dl_core.microscope.configuration import Configuration
from rescale4dl_core.microscope.goal import Goal
from rescale4dl_core.microscope.objective import Objective
from rescale4dl_core.microscope.stack import stack_of
from rescale4dl_core.window import Window

WINDOW = Window(4, 16, "typed in")
SCMOS = Camera("sCMOS", 6.5, 2048, 2048)


def test_a_sharp_lens_leaves_the_step_to_the_objects():
    """Nuclei 15 um high at 8 %: planes 1.2 um apart, 14 of them through the height."""
    lens = Objective("20x", 20, 0.75)
    stack = stack_of(Configuration(lens, SCMOS, 2), Goal(15.0, WINDOW))
    assert stack.object_z_um == pytest.approx(1.2)
    assert stack.nyquist_z_um == pytest.approx(0.384, abs=0.001)
    assert stack.z_step_um == stack.object_z_um
    assert stack.n_planes == 14  # 15 / 1.2 = 12.5 steps, rounded up, and one more plane
    assert stack.anisotropy == pytest.approx(1.2 / 0.65)
    assert not stack.is_anisotropic


def test_a_weak_lens_resolves_less_along_z_than_the_objects_ask_for():
    """NA 0.2 has an axial Nyquist distance of 6.4 um, 3.96 pixels of 1.625 um."""
    stack = stack_of(Configuration(Objective("4x", 4, 0.2), SCMOS), Goal(15.0))
    assert stack.z_step_um == stack.nyquist_z_um == pytest.approx(6.43, abs=0.01)
    assert stack.is_anisotropic
    assert stack.n_planes == 4


def test_flat_objects_need_fewer_planes_and_an_unknown_aperture_says_so():
    goal = Goal(15.0, WINDOW, height_um=4.0)
    stack = stack_of(Configuration(Objective("?", 20), SCMOS), goal)
    assert stack.nyquist_z_um is None
    assert stack.z_step_um == pytest.approx(0.32)
    assert stack.n_planes == 14  # 4 / 0.32 = 12.5
