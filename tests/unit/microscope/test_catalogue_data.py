"""The tables that ship with the package: facts with a source, none impossible."""

from __future__ import annotations

import csv
from importlib.resources import files

import pytest

DATA = files("rescale4dl_core.microscope") / "data"

OBJECTIVE_HEADER = (
    "manufacturer,name,magnification,numerical_aperture,immersion,immersion_index,"
    "working_distance_mm,field_number_mm,tube_lens_mm,correction,source"
)
CAMERA_HEADER = (
    "manufacturer,name,kind,pitch_um,rows_px,columns_px,read_noise_e,qe_525_percent,"
    "full_well_e,bit_depth,frame_rate_hz,source"
)
INDEX = {"air": 1.0, "water": 1.33, "silicone": 1.40, "glycerol": 1.45, "oil": 1.515}
TUBE_LENS_MM = {"Nikon": 200, "Leica": 200, "Evident": 180, "Zeiss": 165}


def rows_of(name: str) -> list[dict[str, str]]:
    return list(csv.DictReader((DATA / name).read_text(encoding="utf-8").splitlines()))


OBJECTIVES = rows_of("objectives.csv")
CAMERAS = rows_of("cameras.csv")


@pytest.mark.parametrize("row", OBJECTIVES, ids=lambda row: row["name"])
def test_an_objective_is_possible_and_says_where_it_was_read(row: dict[str, str]) -> None:
    assert ",".join(row) == OBJECTIVE_HEADER
    assert all(page.startswith("http") for page in row["source"].split(" ; "))
    aperture, index = float(row["numerical_aperture"]), float(row["immersion_index"])
    assert 0.03 <= aperture < index == INDEX[row["immersion"]]
    assert 1 <= float(row["magnification"]) <= 150
    assert float(row["tube_lens_mm"]) == TUBE_LENS_MM[row["manufacturer"]]
    assert not row["working_distance_mm"] or 0.05 <= float(row["working_distance_mm"]) <= 30
    assert not row["field_number_mm"] or 15 <= float(row["field_number_mm"]) <= 30


@pytest.mark.parametrize("row", CAMERAS, ids=lambda row: row["name"])
def test_a_camera_is_possible_and_says_where_it_was_read(row: dict[str, str]) -> None:
    assert ",".join(row) == CAMERA_HEADER
    assert all(page.startswith("http") for page in row["source"].split(" ; "))
    assert row["kind"] in {"sCMOS", "CCD", "EMCCD", "CMOS"}
    assert 1 <= float(row["pitch_um"]) <= 26
    for name, low, high in (
        ("rows_px", 500, 8000),
        ("columns_px", 500, 8000),
        ("read_noise_e", 0.01, 10),
        ("qe_525_percent", 30, 100),
        ("full_well_e", 5000, 200_000),
        ("bit_depth", 8, 16),
        ("frame_rate_hz", 1, 1000),
    ):
        assert not row[name] or low <= float(row[name]) <= high, name


@pytest.mark.parametrize(
    ("code", "engraved_mm"),
    [
        ("MRD70040", 25),  # PLAN APO λD 4x OFN25
        ("MRD70170", 25),  # PLAN APO λD 10x OFN25 DIC N1
        ("MRD70270", 25),  # PLAN APO λD 20x OFN25 DIC N2
        ("MRH20101", 25),  # Plan Fluor 10x/0.30 OFN 25 Ph1 DL
        ("MRD00205", 25),  # Plan Apo λ 20x/0.75 OFN25 DIC N2
        ("MRD01605", 25),  # Plan Apo λ 60x/1.40 Oil OFN25 DIC N2
        ("MRH48430", 22),  # S Plan Fluor ELWD 40x/0.60 OFN22 Ph2
    ],
)
def test_the_field_number_that_nikon_engraves_is_in_the_table(
    code: str, engraved_mm: float
) -> None:
    (row,) = [row for row in OBJECTIVES if code in row["name"]]
    assert float(row["field_number_mm"]) == engraved_mm


def test_the_tables_keep_their_order() -> None:
    order = [
        (row["manufacturer"], float(row["magnification"]), float(row["numerical_aperture"]))
        for row in OBJECTIVES
    ]
    assert order == sorted(order)
    makers = [row["manufacturer"] for row in CAMERAS]
    assert makers == sorted(makers)


@pytest.mark.parametrize("rows", [OBJECTIVES, CAMERAS], ids=["objectives", "cameras"])
def test_nothing_is_listed_twice(rows: list[dict[str, str]]) -> None:
    names = [(row["manufacturer"], row["name"]) for row in rows]
    assert len(set(names)) == len(names)


def test_the_readme_beside_the_tables_counts_them() -> None:
    readme = (DATA / "README.md").read_text(encoding="utf-8")
    assert f"`objectives.csv` ({len(OBJECTIVES)} rows)" in readme
    assert f"`cameras.csv` ({len(CAMERAS)} rows)" in readme
