"""The embedded servers of `make start`, also where two of them are started at once."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
import redis
from pymongo import MongoClient

from local import embedded
from local.servers.process import Server, ServerError, free_port

each = pytest.mark.parametrize("server", embedded.SERVERS, ids=lambda server: server.folder)


def pid(server: Server) -> int:
    """Of the process that answers at the server's address."""
    if server.name == "Valkey":
        with redis.Redis.from_url(server.url) as client:
            return int(client.info("server")["process_id"])
    with MongoClient(server.url) as client:
        return int(client.admin.command("serverStatus")["pid"])


@each
def test_of_two_that_want_one_port_at_once_each_is_reached_at_its_own(
    server: embedded.Embedded, tmp_path: Path
) -> None:
    wanted = replace(server, usual_port=free_port())
    with ThreadPoolExecutor() as starts:
        asked = [starts.submit(embedded.start, wanted, tmp_path / str(number), any_port=False) for number in range(3)]
    try:
        running = [start.result() for start in asked]
        assert [pid(one) for one in running] == [one.process.pid for one in running]
    finally:
        for start in asked:
            if start.exception() is None:
                start.result().stop()


@each
def test_one_whose_port_was_taken_meanwhile_says_that_it_ended(server: embedded.Embedded, tmp_path: Path) -> None:
    port = free_port()

    def attempt(number: int) -> Server | ServerError:
        try:
            return server.start(port=port, directory=tmp_path / str(number) / "data")
        except ServerError as error:
            return error

    with ThreadPoolExecutor() as starts:
        ended = list(starts.map(attempt, range(3)))
    servers = [one for one in ended if isinstance(one, Server)]
    for one in servers:
        one.stop()
    assert len(servers) == 1
    assert all("\n" not in str(error) for error in ended if isinstance(error, ServerError))
