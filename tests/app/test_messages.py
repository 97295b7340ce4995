"""What comes from outside is shown letter by letter."""

import pytest

from pages._ui.shared.messages import plain


@pytest.mark.parametrize(
    "name",
    [
        "![x](http://example.com/x.png).tif",
        "[link](http://example.com)",
        "<img src=x onerror=alert(1)>.tif",
        "*cells*_1_.tif",
        "$x^2$ :red[a] :smile: `code` | table",
        "back\\slash",
    ],
)
def test_no_sign_of_markdown_is_left_unescaped(name):
    shown = plain(name)
    letters, unescaped = [], []
    signs = iter(shown)
    for sign in signs:
        if sign == "\\":
            letters.append(next(signs))
        else:
            letters.append(sign)
            unescaped.append(sign)
    assert "".join(letters) == name
    assert not set(unescaped) & set("\\`*_[]()<>#!|~$:&")


def test_ordinary_words_stay_as_they_are():
    assert plain("cells µ 名前 12") == "cells µ 名前 12"
