"""The networks that ship."""

import json

import numpy as np
import pytest

from rescale4dl_core.errors import NetworkError
from rescale4dl_core.inference import running, store
from rescale4dl_core.inference.opening import open_network
from rescale4dl_core.inference.running import predict_maps
from rescale4dl_core.inference.store import (
    card_of,
    shipped_cards,
    shipped_names,
    shipped_network,
)
from rescale4dl_core.progress import silent


def test_cards_come_back_as_they_were_written(models, card):
    assert shipped_names(models) == ("unet-test-fluo",)
    assert shipped_cards(models) == (card,)


def test_a_shipped_network_is_opened_by_its_name(models, card, monkeypatch):
    monkeypatch.setattr(store, "FOLDER", models)
    network = open_network("unet-test-fluo")
    assert network.card == card
    assert network.digest == card.sha256
    assert network.run(np.zeros((1, 1, 8, 8), np.float32))[0].shape == (1, 3, 8, 8)


def test_an_unknown_name_is_told_with_those_there_are(models):
    with pytest.raises(NetworkError, match=r"no network 'unet'.*are: unet-test-fluo"):
        card_of("unet", models)


def test_an_installation_without_networks_is_told_where_they_belong(tmp_path):
    assert shipped_cards(tmp_path) == ()
    with pytest.raises(NetworkError, match=r"expected in .*pip install"):
        shipped_network("unet-test-fluo", folder=tmp_path)


def test_a_missing_file_is_told_with_its_path(models):
    (models / "unet-test-fluo" / "model.onnx").unlink()
    with pytest.raises(NetworkError, match=r"lacks its file .*model\.onnx"):
        shipped_network("unet-test-fluo", folder=models)


def test_a_file_that_is_not_the_one_of_the_card_is_refused(models):
    path = models / "unet-test-fluo" / "model.onnx"
    path.write_bytes(path.read_bytes() + b"\0")
    with pytest.raises(NetworkError, match=r"not the one that the card .* describes"):
        shipped_network("unet-test-fluo", folder=models)


@pytest.mark.parametrize("text", ["{", '{"name": "unet-test-fluo"}', "[]"])
def test_a_damaged_card_is_refused_with_what_to_do(models, text):
    (models / "unet-test-fluo" / "card.json").write_text(text)
    with pytest.raises(NetworkError, match=r"unet-test-fluo.*[Gg]et the folder"):
        shipped_cards(models)


def test_what_ships_is_whole_small_and_named_as_its_card_says():
    total_bytes = 0
    for card in shipped_cards():
        network = shipped_network(card.name)
        size_bytes = (store.FOLDER / card.name / "model.onnx").stat().st_size
        assert size_bytes == card.size_bytes < 10e6
        assert network.spec.halo_px >= (card.receptive_fields.theoretical_px or 0) / 2
        assert json.loads((store.FOLDER / card.name / "card.json").read_text())
        total_bytes += size_bytes
    assert total_bytes < 50e6


@pytest.mark.parametrize("name", shipped_names())
def test_what_ships_sees_tiles_as_it_sees_the_whole(name, monkeypatch):
    network = shipped_network(name)
    halo_px, step = network.spec.halo_px, network.spec.multiple_px
    shape = (2 * halo_px + 5 * step, 3 * halo_px + 7 * step - 1)
    colours = (3,) if network.spec.input_channels == 3 else ()
    pixels = np.random.default_rng(0).integers(0, 255, (*shape, *colours), np.uint8)
    whole = predict_maps(pixels, network, silent)
    monkeypatch.setattr(running, "LONGEST_TILE_PX", 2 * halo_px + 3 * step)
    for tiled, expected in zip(predict_maps(pixels, network, silent), whole, strict=True):
        np.testing.assert_allclose(tiled, expected, atol=1e-4, rtol=1e-4)
