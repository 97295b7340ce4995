"""Files cut short or with bits flipped: an image or a clear error, never anything else."""

import random

import pytest

from rescale4dl_core.errors import RescaleError
from rescale4dl_core.reading.image import read_image
from rescale4dl_core.reading.opened import Selection


@pytest.mark.parametrize("seed", range(12))
def test_damaged_files_give_an_image_or_a_clear_error(tmp_path, one_of_each, seed):
    rng = random.Random(seed)
    for name, path in one_of_each.items():
        files = [path] if path.is_file() else [p for p in path.rglob("*") if p.is_file()]
        for victim in files:
            whole = victim.read_bytes()
            victim.write_bytes(_damaged(whole, rng))
            assert _outcome(path) in ("read", "ReadingError", "TooLargeError"), name
            victim.write_bytes(whole)


VENDOR_FILES = [
    "nuc_small_new_red.czi",
    "newCZI_compressed.czi",
    "cluster.nd2",
    "LeicaLASX_wavelength-sweep_example.lif",
    "multiseries.ome.tiff",
    "metamorph_A01_w2.tif",
]


@pytest.mark.parametrize("name", VENDOR_FILES)
def test_damaged_vendor_files_give_an_image_or_a_clear_error(tmp_path, shared_data, name):
    whole = (shared_data / "formats" / name).read_bytes()
    victim = tmp_path / name
    for seed in range(20):
        victim.write_bytes(_damaged(whole, random.Random(seed)))
        assert _outcome(victim) in ("read", "ReadingError", "ImageError", "TooLargeError")


def _damaged(whole, rng):
    data = bytearray(whole)
    match rng.randrange(4):
        case 0:
            return bytes(data[: rng.randrange(len(data))])
        case 1:
            for _ in range(8):
                data[rng.randrange(min(len(data), 2048))] ^= 1 << rng.randrange(8)
        case 2:
            for _ in range(20):
                data[rng.randrange(len(data))] = rng.randrange(256)
        case _:
            start = rng.randrange(min(len(data), 4096))
            data[start : start + 4] = b"\xff\xff\xff\x7f"
    return bytes(data)


def _outcome(path):
    try:
        read_image(path, Selection(0, 0, 0, 0))
    except RescaleError as error:
        is_named = str(error).startswith(path.name)
        return type(error).__name__ if is_named else f"no file name in {error}"
    return "read"
