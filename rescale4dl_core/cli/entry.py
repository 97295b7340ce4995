"""The command `rescale4dl`: parse, run one command, print, return the exit code."""

from __future__ import annotations

import argparse
import os
import sys
from typing import TYPE_CHECKING, NoReturn

from rescale4dl_core.cli import (
    app,
    evaluate,
    info,
    measure,
    models,
    plan,
    receptive_field,
    recommend,
    report,
    rescale,
    segment,
    sweep,
    throughput,
    train,
    train_scales,
)
from rescale4dl_core.cli.output import show, terminal_progress
from rescale4dl_core.errors import RescaleError
from rescale4dl_core.version import __version__

if TYPE_CHECKING:
    from collections.abc import Sequence

COMMANDS = (
    info,
    measure,
    rescale,
    models,
    segment,
    receptive_field,
    sweep,
    recommend,
    throughput,
    plan,
    report,
    evaluate,
    train,
    train_scales,
    app,
)
# 130 is what shells give for a program that Ctrl-C ended: 128 + SIGINT.
DONE, INPUT_AT_FAULT, INTERRUPTED = 0, 2, 130


class _Parser(argparse.ArgumentParser):
    """An argument parser that says what is wrong in one sentence."""

    def error(self, message: str) -> NoReturn:
        sentence = f"{message[:1].upper()}{message[1:]}".rstrip(".")
        self.exit(
            INPUT_AT_FAULT,
            f"rescale4dl: {sentence}. See `{self.prog} --help` for what is expected.\n",
        )


def build_parser() -> argparse.ArgumentParser:
    """Return the parser of all commands."""
    parser = _Parser(
        prog="rescale4dl", description="Which pixel size to acquire at, and why."
    )
    parser.add_argument("--version", action="version", version=f"%(prog)s {__version__}")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for command in COMMANDS:
        command.add_to(commands)
    return parser


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command.

    Parameters
    ----------
    argv : sequence of str, optional
        Arguments without the program's name; those of the process by default.

    Returns
    -------
    int
        0 when done, 2 when the input or the arguments are at fault, 130 when the user
        interrupted. A fault of the program itself raises, and Python exits with 1.
    """
    # onnxruntime reads it once, when it is imported; without, it calls home.
    os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")
    try:
        args = build_parser().parse_args(argv)
    except SystemExit as stop:
        return int(stop.code or DONE)
    try:
        show(args.run(args, terminal_progress()), as_json=args.json)
        sys.stdout.flush()
    except BrokenPipeError:
        # Nobody reads on: Python would fail again when it flushes at its end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except RescaleError as error:
        print(f"rescale4dl: {error}", file=sys.stderr)
        return INPUT_AT_FAULT
    except KeyboardInterrupt:
        print("rescale4dl: stopped; nothing half-written is left.", file=sys.stderr)
        return INTERRUPTED
    return DONE
