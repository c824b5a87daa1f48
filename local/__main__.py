"""`make start`: the whole service on this machine, until Ctrl-C."""

import argparse
import os
import signal
import sys
import threading
from pathlib import Path


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make start", description=__doc__)
    parser.add_argument("--directory", type=Path, help="where data, keys and logs are kept (.local)")
    parser.add_argument(
        "--port", type=int, default=os.environ.get("PORT") or None, help="of the API; also PORT=<number>"
    )
    parser.add_argument("--any-port", action="store_true", help="free ports for everything, to run beside another one")
    parser.add_argument("--fresh", action="store_true", help="begin without the data of earlier starts; also FRESH=1")
    options = parser.parse_args()
    fresh = os.environ.get("FRESH", "")
    if fresh not in ("", "0", "1"):
        parser.error(f"FRESH must be 1 or 0, not {fresh!r}")
    options.fresh = options.fresh or fresh == "1"
    return options


def main() -> int:
    given = _options()
    stopping = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stopping.set())
    try:
        from local import folder
        from local.errors import StartError
        from local.service import LocalService, Options
    except ModuleNotFoundError as missing:
        print(f"make start: the package {missing.name} is missing: run make install, then make start", file=sys.stderr)
        return 1
    directory = (given.directory or folder.DEFAULT).resolve()
    # SAM's gateway counts its uses: nothing of that leaves this machine, or the folder.
    os.environ |= {"SAM_CLI_TELEMETRY": "0", "__SAM_CLI_APP_DIR": str(directory / "sam")}
    options = Options(directory=directory, port=given.port, any_port=given.any_port, fresh=given.fresh)
    try:
        LocalService(options, os.environ, stopping).run()
    except StartError as error:
        print(f"make start: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
