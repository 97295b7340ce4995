"""`rescale4dl app`: opens the Streamlit app on this machine."""

from __future__ import annotations

import ipaddress
import signal
import subprocess
import sys
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from rescale4dl_core.cli.options import add_json
from rescale4dl_core.cli.output import Answer
from rescale4dl_core.errors import ReadingError
from rescale4dl_core.resources import app_folder

if TYPE_CHECKING:
    import argparse

    from rescale4dl_core.progress import Progress

APP = app_folder() / "app.py"

THIS_MACHINE = "127.0.0.1"

_HIGHEST_PORT = 65_535

_STOP_S = 8.0


def add_to(commands: Any) -> None:
    """Add the command to the parser."""
    parser = commands.add_parser("app", help="opens the app in the browser")
    parser.add_argument("--port", type=int, default=8501, help="port on this machine")
    parser.add_argument(
        "--address",
        default=THIS_MACHINE,
        metavar="IP",
        help="address to listen on; by default this machine only, 0.0.0.0 for everybody "
        "who reaches this machine: there is no password",
    )
    parser.add_argument(
        "--headless", action="store_true", help="do not open a browser; --json implies it"
    )
    add_json(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace, progress: Progress) -> Answer:
    """Serve the app until the user stops it.

    Raises
    ------
    ReadingError
        If the app is not there, or the address or port is none.
    """
    if not APP.is_file():
        raise ReadingError(
            f"The app was looked for at {APP} and is not there. Install the program again: "
            "`pip install .` in a checkout of the project."
        )
    address = _address(args.address)
    if not 1 <= args.port <= _HIGHEST_PORT:
        raise ReadingError(
            f"The port is {args.port}; expected 1 to {_HIGHEST_PORT}. Leave --port out "
            "for 8501."
        )
    shown = "localhost" if address.is_unspecified else str(address)
    url = f"http://{f'[{shown}]' if ':' in shown else shown}:{args.port}"
    print(f"The app is at {url}; stop it with Ctrl+C.", file=sys.stderr)
    command = _command(str(address), shown, args.port, headless=args.headless or args.json)
    fields = {"url": url, "exit_code": _serve(command)}
    return Answer(fields, (f"The app at {url} has stopped.",))


def _address(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address:
    try:
        return ipaddress.ip_address(THIS_MACHINE if text == "localhost" else text)
    except ValueError as error:
        raise ReadingError(
            f"The address is {text!r}; expected a number such as {THIS_MACHINE} (this "
            "machine only) or 0.0.0.0 (everybody who reaches it). Give one of these."
        ) from error


def _command(address: str, shown: str, port: int, *, headless: bool) -> list[str]:
    # The settings beside app.py hold in every folder, so the user stays in their own and
    # may give paths from there; -P keeps modules in that folder from being imported.
    command = [sys.executable, "-P", "-m", "streamlit", "run", str(APP)]
    command += ["--server.port", str(port), "--server.address", address]
    # Told where browsers find it, Streamlit asks no server outside for its own address.
    command += ["--browser.serverAddress", shown]
    return [*command, *(("--server.headless", "true") if headless else ())]


def _serve(command: list[str]) -> int:
    with subprocess.Popen(command, stdout=sys.stderr) as server:
        # A container or a service manager tells only this process to stop.
        signal.signal(signal.SIGTERM, lambda *_: server.terminate())
        try:
            return server.wait()
        finally:
            server.terminate()
            with suppress(subprocess.TimeoutExpired):
                server.wait(_STOP_S)
            server.kill()
