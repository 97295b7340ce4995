"""The parts of simulated fields, against geometry and brute force."""

import numpy as np
import pytest
from scipy import ndimage

from rescale4dl_core.demo.round_objects import RoundObject
from rescale4dl_core.training.simulated.bacteria_phase import (
    Body,
    ColonyPlan,
    dense_cells,
    draw,
)
from rescale4dl_core.training.simulated.cocci_fluorescence import Stain, add_light
from rescale4dl_core.training.simulated.field import scatter_cocci
from rescale4dl_core.training.simulated.phase_contrast import (
    PhaseContrast,
    height_px,
    image_of,
)

OPTICS = PhaseContrast(
    transmission=0.4, halo_sigma_px=(6.0, 20.0), far_share=0.5, psf_sigma_px=0.8
)
RING = Stain(
    100, wall=1, caps=0, inside=0, septum=0, septum_closed=1, wall_sigma_px=1, one_sided=0
)
COCCUS = RoundObject(30.0, 32.0, 15.0, 1.0, 0.0, ())


def disc(radius_px, side=61):
    rows, columns = np.indices((side, side)) - side // 2
    return (np.hypot(rows, columns) <= radius_px).astype(np.int32)


def test_a_disc_is_as_high_as_wide_in_the_middle_and_round_at_its_side():
    height = height_px(disc(20))
    assert height[30, 30] == pytest.approx(40, abs=1.5)
    for off_px in (5, 10, 15):
        expected = 2 * np.sqrt(20**2 - off_px**2)
        assert height[30, 30 + off_px] == pytest.approx(expected, rel=0.06)
    assert (height[disc(20) == 0] == 0).all()


def test_two_bodies_that_touch_have_a_groove_between_them():
    labels = np.zeros((40, 60), np.int32)
    labels[10:30, 10:30], labels[10:30, 30:50] = 1, 2
    profile = height_px(labels)[20, 10:50]
    assert profile[19] < 0.6 * profile[10]
    np.testing.assert_allclose(profile, profile[::-1])


def test_the_groove_is_shallower_where_neighbours_are_pressed_together():
    labels = np.zeros((40, 60), np.int32)
    labels[10:30, 10:30], labels[10:30, 30:50] = 1, 2
    grooves = [height_px(labels, contact)[20, 29] for contact in (0, 0.3, 0.6)]
    assert grooves == sorted(grooves)
    assert grooves[2] > 1.5 * grooves[0]
    lone = np.where(labels == 1, labels, 0)
    np.testing.assert_allclose(height_px(lone, 0.6), height_px(lone))


def test_an_even_delay_is_invisible_in_phase_contrast():
    for delay_rad in (0.0, 1.3):
        image = image_of(np.full((32, 40), delay_rad), OPTICS)
        np.testing.assert_allclose(image, 0.4**2, rtol=1e-5)


def test_the_image_is_that_of_the_two_beams_convolved_by_hand():
    rng = np.random.default_rng(1)
    phase_rad = ndimage.gaussian_filter(rng.normal(size=(96, 96)), 4, mode="wrap") * 4
    light = np.exp(1j * phase_rad)
    ring = 0
    for sigma_px in OPTICS.halo_sigma_px:
        blurred = [
            ndimage.gaussian_filter(part, sigma_px, mode="wrap", truncate=6)
            for part in (light.real, light.imag)
        ]
        ring = ring + 0.5 * (blurred[0] + 1j * blurred[1])
    expected = np.abs(light - ring - 0.4j * ring) ** 2
    expected = ndimage.gaussian_filter(expected, OPTICS.psf_sigma_px)
    np.testing.assert_allclose(image_of(phase_rad, OPTICS), expected, atol=2e-4)


def test_a_cell_is_dark_with_a_bright_halo_and_lighter_in_a_crowd():
    lone = np.where(disc(6, 201), 0.4, 0.0)
    rows, columns = np.indices((201, 201))
    crowd = np.where(
        np.hypot((rows - 100 + 8) % 16 - 8, (columns - 100 + 8) % 16 - 8) <= 6, 0.4, 0.0
    )
    image, crowded = image_of(lone, OPTICS), image_of(crowd, OPTICS)
    assert image[100, 100] < 0.3 * image[5, 5]
    assert image[100, 110] > 1.1 * image[5, 5]
    assert crowded[100, 100] > 1.2 * image[100, 100]


@pytest.mark.parametrize("width_px", [7.0, 13.0])
def test_cells_of_a_colony_are_as_wide_as_planned_and_nearly_fill_it(width_px):
    plan = ColonyPlan(width_px, 3 * width_px, 12 * width_px, bend=0.2, filling=1.0)
    labels = dense_cells(np.random.default_rng(3), (240, 240), plan)
    assert 0.6 < (labels > 0).mean() < 0.95
    widths = []
    for number in np.unique(labels[labels > 0]):
        edge_px = ndimage.distance_transform_edt(np.pad(labels == number, 1))
        widths.append(2 * edge_px.max() - 1)
    assert np.median(widths) == pytest.approx(width_px, rel=0.17)


def test_a_straight_rod_has_the_area_of_a_capsule():
    axis_px = np.stack([np.full(200, 40.5), np.linspace(30, 90, 200)], axis=1)
    labels = np.zeros((80, 120), np.int32)
    assert draw(labels, Body(axis_px, np.full(200, 8.0)), 4, 0.0)
    assert (labels == 4).sum() == pytest.approx(60 * 16 + np.pi * 64, rel=0.03)


def test_a_rod_on_another_one_or_outside_is_refused_and_leaves_no_trace():
    axis_px = np.stack([np.full(50, 20.0), np.linspace(10, 50, 50)], axis=1)
    labels = np.zeros((40, 60), np.int32)
    body = Body(axis_px, np.full(50, 4.0))
    assert draw(labels, body, 1, 0.1)
    before = labels.copy()
    assert not draw(labels, body, 2, 0.1)
    assert not draw(labels, Body(axis_px - [500, 0], body.radius_px), 3, 0.1)
    np.testing.assert_array_equal(labels, before)


def test_cocci_overlap_by_little_and_touch_where_asked_to():
    rng = np.random.default_rng(2)
    cocci = scatter_cocci(rng, (200, 200), 60, 8.0, share_touching=0.9)
    assert 40 < len(cocci) <= 60
    places = np.array([(one.row_px, one.column_px) for one in cocci])
    apart_px = np.hypot(*(places[:, None] - places[None]).transpose(2, 0, 1))
    np.fill_diagonal(apart_px, np.inf)
    assert apart_px.min() > 8.0
    assert (apart_px.min(axis=1) < 2.4 * 8).mean() > 0.7


def test_a_stained_wall_is_a_ring_of_the_light_that_geometry_gives():
    light = np.zeros((64, 64))
    add_light(light, COCCUS, RING, 0.0)
    ring_radius_px = 15 - 1.5
    expected = 100 * 2 * np.pi * ring_radius_px * np.sqrt(2 * np.pi)
    assert light.sum() == pytest.approx(expected, rel=0.02)
    assert light[30, 32] < 1e-6
    assert light[30, 32 + 13] == pytest.approx(100, rel=0.15)


def test_an_open_septum_reaches_in_from_both_sides_only():
    wall_less = {"wall": 0, "caps": 0, "inside": 0, "septum": 1, "wall_sigma_px": 1}
    lights = []
    for closed in (1.0, 0.4):
        light = np.zeros((64, 64))
        stain = Stain(100, septum_closed=closed, one_sided=0, **wall_less)
        add_light(light, COCCUS, stain, 0.0)
        lights.append(light)
    whole, half_open = lights
    assert whole[30, 32] == pytest.approx(100)
    assert half_open[30, 32] == 0
    assert half_open[30 - 12, 32] == pytest.approx(whole[30 - 12, 32])
