"""Change the code in small ways and see whether a test notices; by hand, not in CI.

`pip install "mutmut>=3.8,<4"`, then `python -m benchmarks.mutation PACKAGE [--children N]`
with a package of the core: evaluation, measuring, advice, planning, microscope, rescaling.
It works on a copy of the checkout's last commit in a temporary folder, runs the tests of
that package alone (so what other tests hold counts as surviving here), and prints how many
changes were noticed and every one that was not, with those of words apart.

Functions that numba compiles are left out: mutmut wraps what it changes, and numba does not
compile the wrapper.
"""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[1]
COPIED = (
    *("rescale4dl_core", "pages", "models", "tests", "training", "benchmarks", "docs"),
    *(".streamlit", "app.py", "requirements.txt", "README.md", "CHANGELOG.md"),
    "CONTRIBUTING.md",
)
NOT_CHANGED = ("rescale4dl_core/rescaling/block_sums.py",)
NEEDS_OWN_PROCESS = (
    "tests/unit/rescaling/test_upsample.py::test_a_bare_server_gets_nanopyx_without_a_trace",
)
"""Tests that a wrapped function fails for reasons of its own."""


def _config(package: str) -> str:
    arguments = ["-p", "no:cacheprovider", "-q"]
    arguments += [word for test in NEEDS_OWN_PROCESS for word in ("--deselect", test)]
    return f"""
[tool.mutmut]
source_paths = ["rescale4dl_core/{package}/"]
do_not_mutate = {list(NOT_CHANGED)}
tests_dir = ["tests/unit/{package}/"]
also_copy = {list(COPIED)}
pytest_add_cli_args = {arguments}
"""


def _mutmut(folder: Path, *words: str) -> str:
    command = [sys.executable, "-m", "mutmut", *words]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    return done.stdout


def _change(folder: Path, name: str) -> tuple[str, str]:
    """Return the lines that a mutant takes away, and those that it puts there."""
    lines = _mutmut(folder, "show", name).splitlines()
    before = [line[1:] for line in lines if re.match(r"-(?!--)", line)]
    after = [line[1:] for line in lines if re.match(r"\+(?!\+\+)", line)]
    return "\n".join(before), "\n".join(after)


def _is_of_words(before: str, after: str) -> bool:
    """Whether only a text was changed: mutmut wraps it in XX, or changes its case."""
    return "XX" in after or before.casefold() == after.casefold()


def main() -> None:
    """Run and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("package")
    parser.add_argument("--children", type=int, default=2)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary) / "checkout"
        subprocess.run(["git", "clone", "-q", str(ROOT), str(folder)], check=True)
        with (folder / "pyproject.toml").open("a", encoding="utf-8") as file:
            file.write(_config(args.package))
        _mutmut(folder, "run", "--max-children", str(args.children))
        results = re.findall(
            r"^\s*(\S+): (.+)$", _mutmut(folder, "results", "--all", "true"), re.MULTILINE
        )
        by_state: dict[str, list[str]] = {}
        for name, state in results:
            by_state.setdefault(state, []).append(name)
        print(args.package, {state: len(names) for state, names in by_state.items()})
        words = 0
        for name in by_state.get("survived", []):
            before, after = _change(folder, name)
            if _is_of_words(before, after):
                words += 1
                continue
            print(f"## {name}\n-{before.strip()}\n+{after.strip()}")
        print(f"and {words} changes of words")


if __name__ == "__main__":
    main()
