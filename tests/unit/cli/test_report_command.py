"""`rescale4dl report` writes what `recommend` answers, and refuses in a sentence."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from rescale4dl_core.cli import main

if TYPE_CHECKING:
    from pathlib import Path


def test_the_report_holds_the_answer_of_recommend(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "new folder" / "report.json"
    assert main(["report", "demo", "--out", str(path), "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {"written": str(path)}
    assert main(["recommend", "demo", "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    content = json.loads(path.read_text(encoding="utf-8"))
    written = content["recommendation"]
    assert written == {name: answer[name] for name in written}


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--out", "r.docx"], "ends in '.docx'; a report is written as .html, .pdf, .md"),
        (["--out", "r.md", "--plan", "no.json"], "no.json cannot be read as a plan"),
    ],
)
def test_a_wrong_argument_is_one_sentence_and_no_file(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    arguments: list[str],
    words: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["report", "demo", *arguments]) == 2
    output = capsys.readouterr()
    assert output.out == ""
    assert words in output.err
    assert "Traceback" not in output.err
    assert list(tmp_path.iterdir()) == []
