"""The template's schedules, run by this process as EventBridge Scheduler would run them."""

import threading
from collections.abc import Sequence

from local.functions import LocalFunctions
from local.pool import PoolClosed
from local.sam_template import Schedule


class Schedules:
    def __init__(self, schedules: Sequence[Schedule], functions: LocalFunctions) -> None:
        self._functions = functions
        self._stopping = threading.Event()
        self._threads = [
            threading.Thread(target=self._run, args=(schedule,), name=f"schedule of {schedule.function}", daemon=True)
            for schedule in schedules
        ]

    def start(self) -> None:
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """No run begins after this. One that has begun goes on."""
        self._stopping.set()

    def _run(self, schedule: Schedule) -> None:
        while not self._stopping.wait(schedule.seconds):
            try:
                self._functions.run(schedule.function, schedule.event)
            except PoolClosed:
                return
