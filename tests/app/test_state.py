"""What a user loaded and chose stays his: across pages, and away from other users."""

from pathlib import Path

import numpy as np
from streamlit.testing.v1 import AppTest

from rescale4dl_core.session.session_file import save_session

ROOT = Path(__file__).parents[2]
PAGES = sorted(path.relative_to(ROOT).as_posix() for path in ROOT.glob("pages/[!_]*.py"))


def test_the_sample_and_the_choices_survive_a_walk_through_all_pages(
    app, upload, disks, as_tiff, find
):
    labels, image = disks
    upload([("cells.tif", as_tiff(image))], [("cells_mask.tif", as_tiff(labels))])
    find(app.number_input, "choice_pixel_y").set_value(0.3)
    app.button(key="use_pixel_size").click().run()
    app.switch_page("pages/objects.py").run()
    app.radio(key="choice_aggregate").set_value("median").run()
    for page in PAGES:
        app.switch_page(page).run()
        assert not app.exception
    session = app.session_state["session"]
    assert session.entry.sample.image.name == "cells.tif"
    assert session.entry.sample.image.pixel_size.y_um == 0.3
    assert session.choices.aggregate == "median"
    app.switch_page("pages/objects.py").run()
    assert app.radio(key="choice_aggregate").value == "median"


def test_the_image_shown_stays_while_pages_change(app, upload, disks, as_tiff):
    upload([("a.tif", as_tiff(disks[1])), ("b.tif", as_tiff(disks[1][:200]))])
    app.selectbox(key="choice_image_shown").set_value(1).run()
    for page in ("pages/objects.py", "pages/rescaled_views.py", "pages/sample.py"):
        app.switch_page(page).run()
        assert app.session_state["session"].entry.sample.image.name == "b.tif"
        assert app.selectbox(key="choice_image_shown").value == 1


def test_the_uploads_of_another_session_are_never_seen(app, upload, disks, as_tiff):
    upload([("secret.tif", as_tiff(disks[1]))])
    other = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60).run()
    for page in PAGES:
        other.switch_page(page).run()
        everything = " ".join(
            str(getattr(element, "value", ""))
            for element in (*other.markdown, *other.caption)
        )
        assert "secret" not in everything
    assert other.session_state["session"].entry.is_demo
    assert len(app.session_state["session"].entries) == 1


def test_two_sessions_keep_their_files_in_different_folders(app, upload, disks, as_tiff):
    upload([("a.tif", as_tiff(disks[1]))])
    mine = app.session_state["uploads"].path
    other = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60).run()
    other.file_uploader(key="images").set_value(
        [("a.tif", as_tiff(disks[1]), "image/tiff")]
    )
    other.button(key="open_upload").click().run()
    assert other.session_state["uploads"].path != mine


def test_files_of_a_closed_image_are_deleted(app, upload, disks, as_tiff):
    upload([("a.tif", as_tiff(disks[1]))])
    path = app.session_state["session"].entry.origin.path
    assert path.exists()
    app.button(key="close_image").click().run()
    assert not path.exists()


def test_files_that_could_not_be_opened_are_deleted(app, upload):
    upload([("bad.tif", b"nonsense")])
    assert list(app.session_state["uploads"].path.iterdir()) == []


def test_a_choice_of_a_plane_that_fails_goes_back_to_the_one_shown(
    app, upload, as_tiff, find
):
    stack = (
        np.zeros((3, 16, 16), np.float32) + np.arange(3, dtype=np.float32)[:, None, None]
    )
    stack[2, 0, 0] = np.nan
    upload([("stack.tif", as_tiff(stack))])
    find(app.slider, "choice_plane").set_value(2).run()
    assert "NaN" in app.error[0].value
    assert find(app.slider, "choice_plane").value == 1
    app.run()
    assert not app.error


def test_a_reopened_session_sets_the_widgets_to_its_choices(app):
    app.run()
    app.switch_page("pages/objects.py").run()
    app.radio(key="choice_aggregate").set_value("median").run()
    saved = save_session(app.session_state["session"])
    app.radio(key="choice_aggregate").set_value("mean").run()
    app.file_uploader(key="session_file_0").set_value(("s.zip", saved, "application/zip"))
    app.run()
    app.button(key="open_session").click().run()
    assert app.session_state["session"].choices.aggregate == "median"
    assert app.radio(key="choice_aggregate").value == "median"


def test_values_are_told_again_after_a_run_cut_short():
    from streamlit.testing.v1 import AppTest

    def page():
        import streamlit as st

        from pages._ui.shared.state import page_run, say_values_again, seeded

        say_values_again()
        st.number_input("n", 1, 9, key=seeded("n", 5))
        if "again" not in st.session_state:
            st.session_state["again"] = True
            page_run().cut_short = True
            st.rerun()

    app = AppTest.from_function(page, default_timeout=30).run()
    assert app.number_input[0].value == 5
    assert app.number_input[0].proto.set_value


def test_an_error_half_way_down_the_page_forgets_nothing(app):
    """The browser drops the widgets below the error, so it has to be told of them again."""
    app.run()
    app.switch_page("pages/planner.py").run()
    app.number_input(key="choice_wanted").set_value(5000).run()
    aperture = app.number_input(key="choice_numerical_aperture")
    aperture.set_value(1.3).run()
    assert "impossible in a medium of refractive index 1" in app.error[0].value
    assert "choice_wanted" not in [one.key for one in app.number_input]
    app.number_input(key="choice_numerical_aperture").set_value(0.75).run()
    assert not app.error
    told = app.number_input(key="choice_wanted")
    assert told.value == 5000
    assert told.proto.set_value
    assert told.proto.value == 5000


def test_an_input_that_ends_a_run_is_not_undone(app):
    app.run()
    app.switch_page("pages/throughput.py").run()
    app.slider(key="choice_overlap").set_value(10.0).run()
    assert app.slider(key="choice_overlap").value == 10
    assert not app.slider(key="choice_overlap").proto.set_value
