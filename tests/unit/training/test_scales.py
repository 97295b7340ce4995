"""One network per pixel size: patches keep their field of view, what is done is kept."""

from dataclasses import replace

import numpy as np
import pytest

from rescale4dl_core.errors import CancelledError, OutputError, TrainingError
from rescale4dl_core.quantities import RescaleFactor
from rescale4dl_core.training.pair_folders import read_sources
from rescale4dl_core.training.recipe import Folder
from rescale4dl_core.training.retrained_scales import at_scale, rescaled, train_scales

FACTORS = (RescaleFactor.coarser(2), RescaleFactor.of(1.0))


@pytest.mark.parametrize(
    ("factor", "side_px"),
    [
        (RescaleFactor.coarser(2), 16),
        (RescaleFactor.finer(2), 64),
        (RescaleFactor.coarser(1.5), 20),
        (RescaleFactor.coarser(100), 4),
    ],
)
def test_a_patch_keeps_its_field_of_view(unet_recipe, factor, side_px):
    assert at_scale(unet_recipe, factor).patches.side_px == side_px


def test_images_and_labels_are_rescaled_together(unet_recipe, disc_folder):
    (source,) = read_sources(unet_recipe, [disc_folder])
    coarse = rescaled(source, RescaleFactor.coarser(2))
    for before, after in zip(source.pairs, coarse.pairs, strict=True):
        assert after.labels.shape == after.pixels.shape == (36, 32)
        shares = [(pair.labels > 0).mean() for pair in (before, after)]
        assert shares[0] == pytest.approx(shares[1], abs=0.03)
        inside, outside = (
            after.pixels[(after.labels > 0) == side] for side in (True, False)
        )
        assert np.median(inside) > 2 * np.median(outside)


def test_scales_are_trained_scored_and_resumed(unet_recipe, disc_folder, tmp_path):
    recipe = replace(
        unet_recipe,
        schedule=replace(unet_recipe.schedule, n_steps=6, validate_every=3),
        test=(Folder("discs", rows="test"),),
    )

    def stop(done, message, /):
        if done > 0.7:
            raise CancelledError("stopped")

    with pytest.raises(CancelledError):
        train_scales(recipe, [disc_folder], FACTORS, tmp_path, command="", progress=stop)
    card = tmp_path / "downsampling_2" / "unet-discs-downsampling_2" / "card.json"
    written = card.stat().st_mtime_ns
    with pytest.raises(OutputError, match="already holds a training"):
        train_scales(recipe, [disc_folder], FACTORS, tmp_path, command="")
    result = train_scales(recipe, [disc_folder], FACTORS, tmp_path, command="", resume=True)
    assert card.stat().st_mtime_ns == written, "what was done is not done again"
    assert [scale.ratio for scale in result.scales] == [1.0, 2.0]
    assert result.has_truth
    fine, coarse = result.scales
    assert coarse.coverage_percent == pytest.approx(2 * fine.coverage_percent, rel=1e-6)
    lines = (tmp_path / "scales.csv").read_text().splitlines()
    assert len(lines) == 3
    assert "<svg" in (tmp_path / "scales.svg").read_text()


def test_a_recipe_without_test_images_is_refused(unet_recipe, disc_folder, tmp_path):
    with pytest.raises(TrainingError, match=r"no test images.*\[\[test\]\]"):
        train_scales(unet_recipe, [disc_folder], FACTORS, tmp_path, command="")
