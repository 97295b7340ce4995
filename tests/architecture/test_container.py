"""The container starts the program as the program is, and holds all that it needs."""

import json
import re
import tomllib
from pathlib import Path

import yaml

from rescale4dl_core.cli.entry import build_parser

ROOT = Path(__file__).parents[2]
DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
PORT = build_parser().parse_args(["app"]).port


def _last(instruction):
    """Return what the last line of this kind says."""
    return re.findall(rf"^{instruction} (.+)$", DOCKERFILE, flags=re.MULTILINE)[-1]


def test_the_command_is_one_that_the_program_knows():
    program, *arguments = json.loads(_last("CMD"))
    args = build_parser().parse_args(arguments)
    assert program in PROJECT["project"]["scripts"]
    assert (args.command, args.address, args.port) == ("app", "0.0.0.0", PORT)
    assert args.headless


def test_everybody_speaks_of_the_same_port():
    (mapped,) = yaml.safe_load((ROOT / "compose.yaml").read_text(encoding="utf-8"))[
        "services"
    ]["advisor"]["ports"]
    assert mapped == f"{PORT}:{PORT}"
    assert _last("EXPOSE") == str(PORT)
    assert f"http://127.0.0.1:{PORT}/_stcore/health" in DOCKERFILE


def test_it_runs_as_nobody_special_on_a_python_that_is_supported():
    assert _last("USER") not in ("root", "0")
    versions = re.findall(r"^FROM python:3\.(\d+)-slim", DOCKERFILE, flags=re.MULTILINE)
    assert len(set(versions)) == 1
    lowest, above = re.findall(r"3\.(\d+)", PROJECT["project"]["requires-python"])
    assert int(lowest) <= int(versions[0]) < int(above)


def test_the_build_gets_all_that_the_wheel_is_made_of():
    lines = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    sent = {line[1:] for line in lines if line.startswith("!")}
    wheel = PROJECT["tool"]["hatch"]["build"]["targets"]["wheel"]
    needed = {*wheel["only-include"], "app.py", "hatch_build.py", "pyproject.toml"}
    assert sent >= {*needed, "requirements.txt", PROJECT["project"]["readme"]}
    assert all((ROOT / name).exists() for name in sent)
