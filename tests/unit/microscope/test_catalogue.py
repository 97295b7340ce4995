"""Tables of objectives and cameras: strict, and clear about what is wrong where."""

import pytest

from rescale4dl_core.errors import CatalogueError
from rescale4dl_core.microscope.camera import CameraKind
from rescale4dl_core.microscope.catalogue import (
    cameras_csv,
    objectives_csv,
    read_cameras,
    read_objectives,
    shipped_cameras,
    shipped_objectives,
)

LENSES = "name,magnification,numerical_aperture,immersion\n"
CAMERAS = "name,pitch_um,rows_px,columns_px,kind\n"


def test_what_ships_reads_and_names_its_sources():
    objectives, cameras = shipped_objectives(), shipped_cameras()
    assert len(objectives) >= 110
    assert len(cameras) >= 35
    assert all("http" in item.source for item in (*objectives, *cameras))
    assert {o.manufacturer for o in objectives} >= {"Nikon", "Zeiss", "Evident", "Leica"}


def test_tables_are_read_back_as_they_were_written():
    objectives, cameras = shipped_objectives(), shipped_cameras()
    assert read_objectives(objectives_csv(objectives), name="a") == objectives
    assert read_cameras(cameras_csv(cameras), name="b") == cameras


def test_an_empty_cell_is_not_known():
    (lens,) = read_objectives(LENSES + "old one,10,,\n", name="a")
    assert lens.numerical_aperture is None
    assert lens.field_number_mm is None
    (camera,) = read_cameras(CAMERAS + "c,6.5,10,20,\n", name="a")
    assert camera.read_noise_e is None
    assert camera.kind is CameraKind.SCMOS


def test_a_table_as_a_german_spreadsheet_saves_it():
    text = "\ufeffName;Magnification;Numerical aperture;Immersion\r\nPlan;20;0,75;Air\r\n"
    (lens,) = read_objectives(text.encode(), name="Linsen.csv")
    assert (lens.magnification, lens.numerical_aperture) == (20, 0.75)


@pytest.mark.parametrize(
    "table",
    [
        "name\tmagnification\tnumerical_aperture\nPlan\t20\t0,75\n",
        'name,magnification,numerical_aperture\nPlan,20,"0,75"\n',
        "name,magnification,numerical_aperture,notes\nPlan,2e1,.75,\u00b5\n",
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "cp1252"])
def test_tabs_and_quoted_decimal_commas_are_read(table, encoding):
    (lens,) = read_objectives(table.encode(encoding), name="a")
    assert (lens.magnification, lens.numerical_aperture) == (20, 0.75)


@pytest.mark.parametrize(
    ("immersion", "index"), [("air", 1.0), ("Water", 1.333), ("oil", 1.515)]
)
def test_a_named_immersion_has_its_index(immersion, index):
    (lens,) = read_objectives(f"{LENSES}lens,40,0.9,{immersion}\n", name="a")
    assert lens.immersion_index == index


@pytest.mark.parametrize(
    ("table", "words"),
    [
        ("name,immersion\na,air\n", "lacks the columns magnification, numerical_aperture"),
        ("name,magnification\na,2\n", "lacks the column numerical_aperture in its first"),
        (LENSES, "no row below its header"),
        (
            LENSES + "a,10,0.3,air\nb,0,0.3,air\n",
            "row 3 .*magnification must be a positive",
        ),
        (LENSES + "a,10,0.3,air\n\nb,,0.3,air\n", "row 4 has no magnification"),
        (LENSES + "a,ten,0.3,air\n", "row 2 has 'ten' as magnification"),
        (LENSES + "a,nan,0.3,air\n", "row 2 has 'nan' as magnification"),
        (LENSES + "a,60,1.4,air\n", "row 2 .*1.4 is impossible in a medium"),
        (LENSES + "a,60,1.2,honey\n", "row 2 names the immersion 'honey'"),
        (LENSES + ",60,0.9,air\n", "row 2 has no name"),
        (LENSES + "a,60,0.9\n", "row 2 has 3 cells and the first row has 4"),
        (LENSES + "a,60,0.9,air\na,60,0.9,air\n", "row 3 repeats a of row 2"),
        (LENSES + "a,1_5,0.3,air\n", "row 2 has '1_5' as magnification, where a number"),
        (LENSES + "a,1e308,0.3,air\n", r"row 2 .*magnification is 1e\+308; plausible are"),
        (LENSES + "a,10,1e-200,air\n", "row 2 .*aperture is 1e-200; plausible are"),
        (LENSES + 'a,"1,000",0.3,air\n', "row 2 has '1,000' as .* Write 1000 or 1.000"),
        (
            "\n\n" + LENSES + "\n,,,\na,10,0.3,air\n\n\nb,bad,0.3,air\n",
            "row 9 has 'bad' as magnification",
        ),
        (
            "name,magnification,numerical_aperture,Magnification\na,2,0.1,3\n",
            "has 2 columns called magnification",
        ),
        (
            "name,magnification,numerical_aperture,field_number\na,2,0.1,22\n",
            "column 'field_number', which is not read; 'field_number_mm' seems to be meant",
        ),
        (",,,\n", "lacks the columns name, magnification"),
        ("", "empty or not a text file"),
        (LENSES + 'a,60,0.9,"air\n', "not a readable CSV"),
    ],
)
def test_a_table_of_objectives_says_what_is_wrong_where(table, words):
    with pytest.raises(CatalogueError, match=words) as caught:
        read_objectives(table, name="lenses.csv")
    assert str(caught.value).startswith("lenses.csv")


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ("c,0,10,10,CCD", "row 2 .*pitch"),
        ("c,6.5,10.5,10,CCD", "row 2 has 10.5 as rows_px, where a whole .* Correct it"),
        ("c,6.5,10,,CCD", "row 2 has no columns_px"),
        ("c,1e300,10,10,CCD", r"row 2 .*pitch .*is 1e\+300; plausible are"),
        ("c,6.5,1e300,10,CCD", r"row 2 .*rows .*; plausible are"),
        ("c,6.5,1e999,10,CCD", "row 2 has 1e999 as rows_px, where a whole"),
        ('c,6.5,"2,048",10,CCD', "row 2 has '2,048' as rows_px, .* Write 2048 or 2.048"),
        ("c,6.5,10,10,film", "row 2 has 'film' as kind; it is one of sCMOS, CMOS, CCD"),
    ],
)
def test_a_table_of_cameras_says_what_is_wrong_where(row, words):
    with pytest.raises(CatalogueError, match=words):
        read_cameras(CAMERAS + row + "\n", name="cameras.csv")


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"name\xff\xfe", "not text in UTF-8"),
        (bytes(range(1, 256)) * 9, "not text in UTF-8"),
        (b"a\0b", "not a text file"),
        (b"n" * 2_000_001, "larger than 2 MB"),
    ],
)
def test_a_file_that_is_no_table_is_refused(data, words):
    with pytest.raises(CatalogueError, match=words):
        read_objectives(data, name="lenses.csv")
