"""The `make sam-…` commands: what `sam local` needs around it."""

import argparse
import os
import sys

from local.errors import StartError


def main() -> int:
    from local.containers import commands

    known = {
        "build": commands.build_all,
        "up": commands.up,
        "down": commands.down,
        "events": commands.make_events,
        "image": commands.make_image,
    }
    parser = argparse.ArgumentParser(prog="make sam-…", description=__doc__)
    parser.add_argument("command", choices=known)
    name = parser.parse_args().command
    try:
        known[name](os.environ)
    except StartError as error:
        print(f"make sam-{name}: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
