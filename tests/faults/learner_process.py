"""Runs the learner in a process of its own that can be killed: one fork for each line of environment on stdin.

Everything is imported before the fork, so a run costs a fork and not a start of Python. For each line it prints the
process id, and when that has ended its wait status.
"""

import json
import os
import signal
import sys

import voice_engine.bootstrap
import voice_engine.language
from tests.engine_fixtures import LambdaContext
from tests.waiting import PATIENCE_SECONDS


def learn(environment: dict[str, str]) -> None:
    os.environ.update(environment)
    from learner_handler import handler  # reads the environment when it is imported

    handler({"source": "schedule"}, LambdaContext())


def main() -> None:
    voice_engine.language.detect("The model is loaded once, before any fork.")
    for line in sys.stdin:
        pid = os.fork()
        if pid == 0:
            # A run that hangs ends by itself, and fails the test that waits for it.
            signal.alarm(int(PATIENCE_SECONDS))
            status = 1
            try:
                learn(json.loads(line))
                status = 0
            finally:
                os._exit(status)
        print(pid, flush=True)
        print(os.waitpid(pid, 0)[1], flush=True)


if __name__ == "__main__":
    main()
