"""The changelog tells of the version that is built."""

import re
from pathlib import Path

from rescale4dl_core.version import __version__

ROOT = Path(__file__).parents[2]


def test_the_newest_dated_section_is_of_this_version():
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    dated = re.findall(r"^## (\S+) - \d{4}-\d\d-\d\d$", text, flags=re.MULTILINE)
    assert dated[0] == __version__
    assert len(set(dated)) == len(dated)
