"""A session that is saved and reopened is the same session."""

import dataclasses
import io
import zipfile

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays_of

from rescale4dl_core.advice.coverage_rule import Purpose
from rescale4dl_core.images import TYPED_IN, Image, ImageInfo, KnownPixelSize, Sample
from rescale4dl_core.labels import Labels
from rescale4dl_core.measuring.drawn import DrawnDiameter
from rescale4dl_core.measuring.measurement import Aggregate, Estimator
from rescale4dl_core.planning.gain import Route
from rescale4dl_core.planning.timing import FieldTiming
from rescale4dl_core.quantities import PixelSize
from rescale4dl_core.segmentation.threshold import ClassicalSettings, Threshold
from rescale4dl_core.session import session_file
from rescale4dl_core.session.choices import Choices
from rescale4dl_core.session.model import Entry, Session
from rescale4dl_core.session.session_file import load_session, save_session

lengths_um = st.floats(min_value=1e-4, max_value=1e4)
positions_px = st.floats(min_value=0, max_value=1e5)
words = st.text(max_size=20)
pixel_sizes = st.builds(
    KnownPixelSize,
    size=st.none() | st.builds(PixelSize, lengths_um, lengths_um, st.none() | lengths_um),
    source=words,
    notes=st.lists(words, max_size=2).map(tuple),
)
dtypes = st.sampled_from(["u1", "<u2", ">u2", "i4", "f4", "f8", "?"])
shapes = st.tuples(st.integers(1, 12), st.integers(1, 12), st.sampled_from([None, 3]))
lines = st.builds(DrawnDiameter, positions_px, positions_px, st.just(-1.0), positions_px)
choices = st.builds(
    Choices,
    purpose=st.sampled_from(Purpose),
    estimator=st.none() | st.sampled_from(Estimator),
    aggregate=st.sampled_from(Aggregate),
    classical=st.builds(
        ClassicalSettings,
        threshold=st.sampled_from(Threshold),
        manual_level=st.floats(-1e6, 1e6),
        objects_are_bright=st.booleans(),
    ),
    timing=st.builds(
        FieldTiming, exposure_s=st.floats(1e-3, 1e3), n_planes=st.integers(1, 99)
    ),
    numerical_aperture=st.none() | st.floats(0.05, 0.99),
    what_if_ratio=st.none() | st.floats(0.1, 16),
    route=st.sampled_from(Route),
    view_ratios=st.lists(st.floats(0.25, 16), max_size=5).map(tuple),
)


@st.composite
def entries(draw: st.DrawFn) -> Entry:
    rows, columns, colours = draw(shapes)
    shape = (rows, columns, colours) if colours else (rows, columns)
    dtype = np.dtype(draw(dtypes))
    finite = {"allow_nan": False, "allow_infinity": False} if dtype.kind == "f" else {}
    pixels = draw(
        arrays_of.arrays(dtype, shape, elements=arrays_of.from_dtype(dtype, **finite))
    )
    name = draw(words)
    known = draw(pixel_sizes)
    masks = arrays_of.arrays(np.int32, (rows, columns), elements=st.integers(0, 2**31 - 1))
    labels, predicted = draw(st.none() | masks), draw(st.none() | masks)
    return Entry(
        sample=Sample(
            Image.parse(pixels, name=name, known=known),
            ImageInfo(name, "TIFF", "YX", (rows, columns), "uint8", known, ("c",), ()),
            None
            if labels is None
            else Labels.parse(labels, source=draw(words), notes=(draw(words),)),
        ),
        drawn=tuple(draw(st.lists(lines, max_size=2))),
        is_demo=draw(st.booleans()),
        predicted=None
        if predicted is None
        else Labels.parse(predicted, source=draw(words), notes=(draw(words),)),
    )


@st.composite
def sessions(draw: st.DrawFn) -> Session:
    some = draw(st.lists(entries(), min_size=1, max_size=3))
    return Session(tuple(some), draw(st.integers(0, len(some) - 1)), draw(choices))


@given(sessions())
@settings(deadline=None, max_examples=60)
def test_reopening_gives_back_every_pixel_size_source_choice_and_line(session):
    reopened = load_session(save_session(session))
    assert reopened.current == session.current
    assert reopened.choices == session.choices
    assert len(reopened.entries) == len(session.entries)
    for found, saved in zip(reopened.entries, session.entries, strict=True):
        image, original = found.sample.image, saved.sample.image
        assert image.pixels.dtype == original.pixels.dtype
        np.testing.assert_array_equal(image.pixels, original.pixels)
        assert (image.name, image.known) == (original.name, original.known)
        assert found.sample.info == saved.sample.info
        for again, before in (
            (found.sample.labels, saved.sample.labels),
            (found.predicted, saved.predicted),
        ):
            assert (again is None) == (before is None)
            if again is not None:
                np.testing.assert_array_equal(again.pixels, before.pixels)
                assert (again.source, again.notes) == (before.source, before.notes)
        assert (found.drawn, found.is_demo) == (saved.drawn, saved.is_demo)


@given(sessions())
@settings(deadline=None, max_examples=20)
def test_saving_what_was_reopened_gives_the_same_file(session):
    saved = save_session(session)
    assert save_session(load_session(saved)) == saved


def test_large_images_are_stored_as_they_are_and_come_back(monkeypatch):
    monkeypatch.setattr(session_file, "LARGEST_DEFLATED_BYTES", 1000)
    known = KnownPixelSize(None, "unknown")
    pixels = np.zeros((40, 40), np.uint16)
    info = ImageInfo("a", "TIFF", "YX", (40, 40), "uint16", known, ("",), ("",))
    sample = Sample(Image.parse(pixels, name="a", known=known), info)
    labelled = sample.with_labels(Labels.parse(pixels, source="mask"))
    saved = save_session(Session((Entry(labelled),)))
    with zipfile.ZipFile(io.BytesIO(saved)) as archive:
        stored = archive.getinfo("images/0000.npy").compress_type
        deflated = archive.getinfo("labels/0000.npy").compress_type
    assert (stored, deflated) == (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
    assert save_session(load_session(saved)) == saved


def test_a_pixel_size_that_was_typed_in_still_says_so_after_reopening():
    known = KnownPixelSize(PixelSize(0.1, 0.2), TYPED_IN)
    image = Image.parse(np.zeros((4, 5), np.uint16), name="a b µ<i>.tif", known=known)
    info = ImageInfo(image.name, "TIFF", "YX", (4, 5), "uint16", known, (), ())
    session = Session((Entry(Sample(image, info)),))
    assert load_session(save_session(session)).entry.sample.image.known == known


def test_every_choice_is_kept_not_only_those_of_today():
    changed = dataclasses.replace(Choices(), purpose=Purpose.STRUCTURE, emission_nm=610.5)
    reopened = load_session(save_session(Session((), choices=changed)))
    assert reopened.choices == changed
    assert reopened.entries == ()


def test_the_progress_of_saving_and_opening_is_told():
    known = KnownPixelSize(None, "unknown")
    image = Image.parse(np.zeros((9, 9), np.uint8), name="a.tif", known=known)
    info = ImageInfo("a.tif", "TIFF", "YX", (9, 9), "uint8", known, (), ())
    told: list[tuple[float, str]] = []
    saved = save_session(
        Session((Entry(Sample(image, info)),)),
        progress=lambda fraction, message: told.append((fraction, message)),
    )
    load_session(saved, progress=lambda fraction, message: told.append((fraction, message)))
    assert told == [(1.0, "Packing the session"), (0.0, "Opening a.tif")]
