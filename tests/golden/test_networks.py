"""The networks that ship: each answers its test input as it did when it was made."""

import hashlib

import numpy as np
import pytest

from rescale4dl_core.inference.onnx_session import open_session
from rescale4dl_core.inference.store import FOLDER, card_of, shipped_names

MB = 1_000_000
NAMES = shipped_names()


@pytest.mark.parametrize("name", NAMES)
def test_a_network_answers_its_test_input_as_it_did(name):
    folder = FOLDER / name
    session = open_session((folder / "model.onnx").read_bytes(), name=name, provider="cpu")
    answers = session.run(np.load(folder / "test_input.npy"))
    expected = sorted(folder.glob("test_output*.npy"))
    assert len(answers) == len(expected)
    for answer, file in zip(answers, expected, strict=True):
        np.testing.assert_allclose(answer, np.load(file), rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize("name", NAMES)
def test_a_card_describes_the_file_beside_it(name):
    folder, card = FOLDER / name, card_of(name)
    content = (folder / "model.onnx").read_bytes()
    assert card.sha256 == hashlib.sha256(content).hexdigest()
    assert card.size_bytes == len(content)
    assert sum(file.stat().st_size for file in folder.iterdir()) < 10 * MB
    for scores in card.scores:
        images = scores.images
        assert scores.ap50 == pytest.approx(np.mean([one.ap50 for one in images]))
        assert scores.mean_iou == pytest.approx(np.mean([one.mean_iou for one in images]))


@pytest.mark.parametrize("name", NAMES)
def test_a_network_sees_what_its_card_says(name):
    from rescale4dl_core.receptive.graph import theoretical_receptive_field

    content = (FOLDER / name / "model.onnx").read_bytes()
    stated = card_of(name).receptive_fields.theoretical_px
    assert theoretical_receptive_field(content).largest_px == stated


def test_all_networks_together_are_small():
    assert sum(file.stat().st_size for file in FOLDER.rglob("*.*")) < 50 * MB
