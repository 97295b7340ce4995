"""The contract of the command line that holds for every command."""

import json
import subprocess
import sys

import pytest

from rescale4dl_core.cli import main


def test_the_module_and_the_console_script_are_the_same_program(capsys):
    assert main(["--version"]) == 0
    from_function = capsys.readouterr().out
    command = [sys.executable, "-m", "rescale4dl_core", "--version"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout == from_function


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ([], "COMMAND"),
        (["fly"], "fly"),
        (["throughput"], "--fov-px"),
        (["throughput", "--fov-px", "12", "--area-px", "1", "--tau-s", "1"], "2048x2048"),
        (["throughput", "--fov-px", "9x9", "--area-px", "x", "--tau-s", "1"], "'x'"),
        (["info", "demo", "--channel", "-1"], "whole number from 0"),
        (["info", "no such file.tif"], "no such file.tif"),
        (["info", "demo", "--pixel-size", "nan"], "nan"),
        (["info", "demo", "--pixel-size", "0"], "positive"),
        (
            ["recommend", "demo", "demo", "--labels", "demo"],
            "one label file for each image",
        ),
        (["recommend", "demo", "demo"], "demo was given 2 times, and its objects would"),
        (["report", "README.md", "./README.md", "--out", "no folder/r.md"], "2 times"),
        (["measure", "demo", "demo"], "Give each file once"),
        (
            ["throughput", "--fov-px", "9x9", "--area-px", "1e-320", "--tau-s", "1"],
            "mean area of an object (px) is 1e-320; plausible",
        ),
        (
            [
                "throughput",
                "--fov-px",
                "9x9",
                "--area-px",
                "1",
                "--tau-s",
                "1e-320",
                "--json",
            ],
            "time per field of view (s) is 1e-320; plausible",
        ),
        (
            ["throughput", "--fov-px", f"1{'0' * 310}x5", "--area-px", "1", "--tau-s", "1"],
            "camera rows (px) is 100000000000… (311 digits)",
        ),
        (["rescale", "demo", "--out", "unused"], "--coarser"),
        (["rescale", "demo", "--coarser", "1", "--out", "unused"], "above 1"),
        (["rescale", "demo", "--finer", "-2", "--out", "unused"], "above 1"),
        (["recommend", "demo", "--na", "1.4"], "1.4"),
    ],
)
def test_a_fault_of_the_input_is_one_sentence_and_exit_code_2(arguments, words, capsys):
    assert main(arguments) == 2
    output = capsys.readouterr()
    assert output.out == ""
    assert output.err.startswith("rescale4dl: ")
    assert output.err.count("\n") == 1
    assert words in output.err
    assert "Traceback" not in output.err


def test_json_is_one_object_and_nothing_else(capsys):
    arguments = ["throughput", "--fov-px", "100x200", "--area-px", "50", "--tau-s", "4"]
    assert main([*arguments, "--json"]) == 0
    output = capsys.readouterr()
    assert isinstance(json.loads(output.out), dict)
    assert output.err == ""


def test_a_reader_that_stops_early_is_no_fault():
    command = [sys.executable, "-m", "rescale4dl_core", "info", "demo", "--json"]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as program:
        program.stdout.close()
        assert program.stderr.read() == ""
    assert program.returncode == 0
