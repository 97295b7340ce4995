"""What both pages for data sets do alike."""

import pytest

from pages._ui.data_sets import evaluation, opening, rescaling

EVALUATE = "pages/evaluate_segmentations.py"
RESCALE = "pages/rescale_data_set.py"


@pytest.mark.parametrize("page", [EVALUATE, RESCALE])
def test_an_empty_page_shows_the_folders_it_expects_and_a_way_on(app, page):
    app.run()
    app.switch_page(page).run()
    assert "my_dataset/" in app.code[0].value
    assert any("Next" in link.proto.label for link in app.get("page_link"))
    assert not app.dataframe


@pytest.mark.parametrize("page", [EVALUATE, RESCALE])
def test_no_path_and_no_program_is_taken_where_others_are_served(
    app, monkeypatch, send, predictions, images, page, zipped
):
    for module in (opening, evaluation, rescaling):
        monkeypatch.setattr(module, "paths_may_be_opened", lambda: False)
    send(page, zipped(predictions if page == EVALUATE else images))
    assert not app.error
    assert not app.text_input
    if page == EVALUATE:
        assert app.file_uploader(key="evaluation_metrics").disabled
