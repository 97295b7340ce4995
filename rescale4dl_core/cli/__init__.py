"""The command line: arguments in, core called, JSON or text out."""

from rescale4dl_core.cli.entry import main

__all__ = ["main"]
