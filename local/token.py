"""`make token`: prints a token that the service started by `make start` accepts."""

import argparse
import sys

from local.folder import DEFAULT
from local.keys import sign_token, signing_key


def main() -> int:
    parser = argparse.ArgumentParser(prog="make token", description=__doc__)
    parser.add_argument("--user", required=True, help="whose token: its subject")
    parser.add_argument("--scope", default="", help="scopes, separated by spaces, such as admin")
    options = parser.parse_args()
    if not options.user:
        print("name the user: make token USER=ada", file=sys.stderr)
        return 2
    print(sign_token(signing_key(DEFAULT), user=options.user, scope=options.scope))
    return 0


if __name__ == "__main__":
    sys.exit(main())
