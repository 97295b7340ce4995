"""Several images put together into one measurement."""

import math

import numpy as np
import pytest

from rescale4dl_core.errors import LabelImageError, QuantityError
from rescale4dl_core.measuring.dataset import MeasuredImage, summarise
from rescale4dl_core.measuring.drawn import DrawnDiameter, DrawnImage, drawn_measurement
from rescale4dl_core.measuring.measurement import Aggregate, Estimator
from rescale4dl_core.quantities import PixelSize


@pytest.fixture
def image(table_of):
    def build(diameters_px, *, name="a.tif", pixel_size_um=None, **shape):
        size = None if pixel_size_um is None else PixelSize.square(pixel_size_um)
        return MeasuredImage(name, table_of(diameters_px, **shape), (100, 200), size)

    return build


def test_eq_2_counts_spread_and_density(image):
    measurement = summarise(
        [image([10.0], n_border=2), image([20.0, 20.0, 20.0], name="b.tif")]
    )
    assert measurement.diameter_px == 15
    assert measurement.coverage.percent == pytest.approx(100 / 15)
    assert (measurement.n_images, measurement.n_objects, measurement.n_border) == (2, 4, 2)
    assert [
        (i.name, i.n_objects, i.n_border, i.diameter_px) for i in measurement.images
    ] == [
        ("a.tif", 1, 2, 10.0),
        ("b.tif", 3, 0, 20.0),
    ]
    # two objects cut by the border count as one whole object
    assert measurement.density_per_px == (4 + 1) / (2 * 100 * 200)
    np.testing.assert_array_equal(measurement.diameters_px, [10, 20, 20, 20])
    assert measurement.diameter_px_p05 == pytest.approx(11.5)  # 0.15 of the way to 20
    assert measurement.diameter_px_p95 == 20


def test_the_mean_area_is_the_mean_of_the_image_means(image):
    measurement = summarise([image([10.0], area_px=[80]), image([1, 1], area_px=[10, 30])])
    assert measurement.mean_area_px == 50


def test_the_estimator_is_chosen_by_shape_and_the_other_diameter_is_given(image):
    rods = image([22.0, 22.0], skeleton_px=[10.0, 10.0], elongation=4.0)
    measurement = summarise([rods])
    assert measurement.estimator is Estimator.SKELETON
    assert not measurement.estimator_was_chosen_by_user
    assert (measurement.diameter_px, measurement.other_diameter_px) == (10, 22)


def test_the_user_overrides_the_estimator_and_the_reason_says_so(image):
    rods = image([22.0, 22.0], skeleton_px=[10.0, 10.0], elongation=4.0)
    measurement = summarise([rods], estimator=Estimator.EQUIVALENT_CIRCLE)
    assert measurement.estimator_was_chosen_by_user
    assert (measurement.diameter_px, measurement.other_diameter_px) == (22, 10)
    assert measurement.estimator_reason.startswith("Chosen by you: equivalent circle.")
    assert "median elongation 4.00" in measurement.estimator_reason


def test_the_median_within_images_is_an_option(image):
    measurement = summarise([image([10.0, 10.0, 100.0])], aggregate=Aggregate.MEDIAN)
    assert measurement.diameter_px == measurement.images[0].diameter_px == 10


def test_an_image_without_an_object_inside_is_skipped_and_named(image):
    measurement = summarise([image([10.0]), image([], name="empty.tif", n_border=1)])
    assert measurement.diameter_px == 10
    assert measurement.images[1].diameter_px is None
    assert any("No object inside empty.tif: skipped" in note for note in measurement.notes)


def test_objects_cut_by_the_border_are_left_out_and_counted(image):
    notes = summarise([image([10.0], n_border=3)]).notes
    assert any("3 objects cut by the border of the image" in note for note in notes)


def test_lengths_and_areas_on_the_sample_follow_from_the_pixel_size(image):
    measurement = summarise([image([10.0], area_px=[80], pixel_size_um=0.5)])
    assert measurement.diameter_um == 5
    assert measurement.diameter_um_p05 == measurement.diameter_um_p95 == 5
    assert measurement.mean_area_um2 == 20
    assert measurement.density_per_um2 == pytest.approx(1 / (100 * 200 * 0.25))


def test_without_a_pixel_size_nothing_is_said_about_the_sample(image):
    measurement = summarise([image([10.0])])
    assert measurement.diameter_um is None
    assert measurement.diameter_um_p05 is None
    assert measurement.mean_area_um2 is None
    assert measurement.density_per_um2 is None


def test_images_of_another_pixel_size_are_put_on_the_grid_of_the_first(image):
    fine = image([20.0], area_px=[400], pixel_size_um=0.5)
    coarse = image([10.0], area_px=[100], pixel_size_um=1.0, name="coarse.tif")
    measurement = summarise([fine, coarse])
    assert measurement.diameter_px == 20  # 10 px of 1 um are 20 px of 0.5 um
    assert measurement.images[1].diameter_px == 20
    assert measurement.mean_area_px == 400
    assert measurement.density_per_px == pytest.approx(2 / (20_000 + 4 * 20_000))
    assert any(
        "Converted to the pixel size of a.tif (0.5 µm)" in n for n in measurement.notes
    )
    backwards = summarise([coarse, fine])
    assert backwards.diameter_um == measurement.diameter_um == 10


def test_pixel_sizes_that_differ_by_rounding_are_not_reported(image):
    first = image([20.0], pixel_size_um=0.1)
    second = image([20.0], pixel_size_um=0.100001, name="b.tif")
    assert not any("Converted" in note for note in summarise([first, second]).notes)


def test_a_missing_pixel_size_among_known_ones_has_to_be_typed_in(image):
    known = image([20.0], pixel_size_um=0.1)
    with pytest.raises(QuantityError, match=r"pixel size of b\.tif is not known.*Type in"):
        summarise([known, image([20.0], name="b.tif")])


def test_pixels_that_are_not_square_are_pointed_out(table_of):
    flat = MeasuredImage("flat.tif", table_of([10.0]), (10, 10), PixelSize(0.2, 0.8))
    measurement = summarise([flat])
    assert measurement.diameter_um == pytest.approx(10 * 0.4)
    assert any("not square (0.2 x 0.8 µm)" in note for note in measurement.notes)


def test_the_floor_of_the_skeleton_is_said_where_objects_are_that_narrow(image):
    narrow = summarise([image([9.0], skeleton_px=[3.0], elongation=5.0)])
    assert any("never less than 2 px" in note for note in narrow.notes)
    wide = summarise([image([9.0], skeleton_px=[4.0], elongation=5.0)])
    assert not any("never less than 2 px" in note for note in wide.notes)


@pytest.mark.parametrize(
    ("n_border", "message"),
    [(0, r"No object was found"), (4, r"Every object \(4 in all\) is cut")],
)
def test_a_data_set_without_an_object_inside_cannot_be_measured(image, n_border, message):
    with pytest.raises(LabelImageError, match=message):
        summarise([image([], n_border=n_border)])


def test_drawn_and_labelled_images_go_into_one_mean(image):
    line = DrawnDiameter(0.0, 0.0, 3.0, 4.0)
    drawn = DrawnImage("drawn.tif", (line, line), (100, 100), None)
    measurement = summarise([image([15.0]), drawn])
    assert measurement.diameter_px == 10
    assert measurement.density_per_px == 1 / 20_000  # of the labelled image alone
    assert any("Drawn by hand: 2 diameters in drawn.tif" in n for n in measurement.notes)


def test_drawn_images_alone_need_no_shape(image):
    line = DrawnDiameter(0.0, 0.0, 3.0, 4.0)
    drawn = DrawnImage("drawn.tif", (line,), (100, 100), None)
    measurement = summarise([image([], n_border=1), drawn])
    assert measurement.diameter_px == 5
    assert measurement.mean_area_px == pytest.approx(math.pi / 4 * 25)
    assert "drawn by hand" in measurement.estimator_reason


def test_within_an_image_the_mean_is_taken_unless_the_median_is_asked_for(image):
    """The paper prints the mean (Eq. 2): 10, 10 and 100 give 40."""
    measurement = summarise([image([10.0, 10.0, 100.0])])
    assert measurement.diameter_px == measurement.images[0].diameter_px == 40
    assert measurement.aggregate is Aggregate.MEAN


def test_the_median_holds_for_the_other_diameter_too(image):
    rods = image([20.0, 20.0, 80.0], skeleton_px=[10.0, 10.0, 40.0], elongation=4.0)
    measurement = summarise([rods], aggregate=Aggregate.MEDIAN)
    assert measurement.aggregate is Aggregate.MEDIAN
    assert (measurement.diameter_px, measurement.other_diameter_px) == (10, 20)


def test_the_other_diameter_is_put_on_the_grid_of_the_first_image_as_well(image):
    """20 px of 0.5 µm are 10 µm, as are 10 px of 1 µm; so with widths of half of that."""
    rods = {"elongation": 4.0}
    measurement = summarise(
        [
            image([10.0], skeleton_px=[5.0], pixel_size_um=1.0, **rods),
            image([20.0], skeleton_px=[10.0], pixel_size_um=0.5, name="b.tif", **rods),
        ]
    )
    assert (measurement.diameter_px, measurement.other_diameter_px) == (5, 10)


def test_the_spread_is_that_from_the_5th_to_the_95th_percentile(image):
    measurement = summarise([image(np.arange(1.0, 102.0))])
    assert (measurement.diameter_px_p05, measurement.diameter_px_p95) == (6, 96)


def test_sizes_that_were_measured_cannot_be_changed_by_accident(image):
    with pytest.raises(ValueError, match="read-only"):
        summarise([image([10.0])]).diameters_px[0] = 1


def test_one_object_at_the_border_is_not_called_several(image):
    notes = summarise([image([10.0], n_border=1)]).notes
    assert any("1 object cut by the border" in note for note in notes)


def test_drawn_diameters_were_not_chosen_over_another_estimator():
    drawn = DrawnImage("a.tif", (DrawnDiameter(0, 0, 0, 8),), (100, 200), None)
    for measurement in (summarise([drawn]), drawn_measurement([drawn])):
        assert not measurement.estimator_was_chosen_by_user
        assert measurement.estimator is Estimator.EQUIVALENT_CIRCLE
        assert measurement.other_diameter_px is None
        assert measurement.n_border == 0
