"""`rescale4dl app`: opens the Streamlit app on this machine."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rescale4dl_core.cli.options import add_json
from rescale4dl_core.cli.output import Answer
from rescale4dl_core.errors import ReadingError

if TYPE_CHECKING:
    import argparse

    from rescale4dl_core.progress import Progress

APP = Path(__file__).resolve().parents[2] / "app.py"


def add_to(commands: Any) -> None:
    """Add the command to the parser."""
    parser = commands.add_parser("app", help="opens the app in the browser")
    parser.add_argument("--port", type=int, default=8501, help="port on this machine")
    add_json(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace, progress: Progress) -> Answer:
    """Serve the app until the user stops it; it listens on this machine only.

    Raises
    ------
    ReadingError
        If the app is not beside the package, as it is in a checkout.
    """
    if not APP.is_file():
        raise ReadingError(
            f"The app was looked for at {APP} and is not there; it is part of a checkout "
            "of the project. Clone the project and run the command of its README."
        )
    url = f"http://127.0.0.1:{args.port}"
    command = [sys.executable, "-m", "streamlit", "run", str(APP)]
    command += ["--server.port", str(args.port)]
    if args.json:
        command += ["--server.headless", "true"]
    print(f"The app is at {url}; stop it with Ctrl+C.", file=sys.stderr)
    done = subprocess.run(command, cwd=APP.parent, stdout=sys.stderr, check=False)
    fields = {"url": url, "exit_code": done.returncode}
    return Answer(fields, (f"The app at {url} has stopped.",))
