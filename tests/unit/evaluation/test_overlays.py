"""The picture of a sampling shows what was found, missed and made up."""

import numpy as np

from rescale4dl_core.evaluation.evaluation import evaluate_dataset
from rescale4dl_core.evaluation.folders import find_pairs
from rescale4dl_core.evaluation.kind_of_maps import Kind
from rescale4dl_core.evaluation.overlays import LEGEND, overlay_view, overlays_of
from rescale4dl_core.labels import Labels


def test_an_overlay_colours_what_was_found_missed_made_up_and_confused():
    truth = np.zeros((300, 300), int)
    truth[:100, :100], truth[:100, 200:] = 1, 2
    prediction = np.zeros((300, 300), int)
    prediction[:100, :100] = 7
    prediction[50:100, 200:] = 8
    prediction[200:, 200:] = 9
    view = overlay_view(
        Labels.parse(truth, source="truth"),
        Labels.parse(prediction, source="prediction"),
        Kind.INSTANCE,
    )
    step = view.image_px_per_view_px

    def colour_at(row, column):
        return tuple(view.pixels[int(row / step), int(column / step)].tolist())

    assert colour_at(50, 50) == LEGEND["found"]
    assert colour_at(20, 250) == LEGEND["missed"]
    assert colour_at(250, 250) == LEGEND["made up"]
    assert colour_at(75, 250) == LEGEND["confused"]  # IoU 0.5 is no match
    assert view.shape[0] > view.shape[1]  # the legend


def test_the_overlay_of_a_sampling_shows_the_image_nearest_to_the_median(write_dataset):
    pixels = np.zeros((40, 400), np.uint8)
    for number in range(20):
        pixels[10:20, 20 * number + 5 : 20 * number + 15] = number + 1
    maps = {}
    for name, n_missed in (("best", 0), ("typical", 5), ("worst", 19)):
        maps[f"OG/GT/{name}.tif"] = pixels
        maps[f"OG/Prediction/{name}.tif"] = np.where(pixels <= n_missed, 0, pixels)
    (overlay,) = overlays_of(evaluate_dataset(find_pairs(write_dataset(maps))))
    assert overlay.name == "overlay_OG_typical"


def test_an_image_without_an_object_has_its_picture_too(write_dataset):
    empty = np.zeros((8, 8), np.uint8)
    folder = write_dataset({"OG/GT/a.tif": empty, "OG/Prediction/a.tif": empty})
    overlays = overlays_of(evaluate_dataset(find_pairs(folder)))
    assert [overlay.name for overlay in overlays] == ["overlay_OG_a"]
