"""The embedded Valkey: it starts, keeps its data, and says in one line why it does not."""

import importlib.metadata
from pathlib import Path

import pytest
import redis

from local.servers import valkey
from local.servers.process import ServerError, free_port
from tests.ports import started, started_again
from tests.valkey_fixtures import StartValkey


def test_what_was_written_survives_a_kill_in_a_folder_of_any_name(tmp_path: Path) -> None:
    directory = tmp_path / 'voice "engine" data\\über'
    server = started(valkey.start, directory=directory)
    with redis.Redis.from_url(server.url) as client:
        for number in range(100):
            client.rpush("list", number)
    server.process.kill()
    server.process.wait()
    again = started_again(valkey.start, server.port, directory=directory)
    with redis.Redis.from_url(again.url) as client:
        assert client.llen("list") == 100
    again.stop()
    again.stop()
    assert again.process.returncode == 0


def test_no_answer_comes_before_its_write_however_long_the_disk_takes(start_valkey: StartValkey) -> None:
    """Killed while a sync was under way, one that syncs by itself lost 19 of 20 answered writes on a busy disk."""
    with redis.Redis.from_url(start_valkey(append_only=True).url, decode_responses=True) as client:
        assert client.config_get("append*") == client.config_get("append*") | {"appendonly": "yes", "appendfsync": "no"}


def test_a_password_is_asked_for_and_is_no_argument_of_the_process(tmp_path: Path) -> None:
    server = started(valkey.start, directory=tmp_path / "data", bind="0.0.0.0", password="open-sesame")
    try:
        with redis.Redis.from_url(server.url) as client:
            assert client.ping()
        with redis.Redis(port=server.port) as stranger, pytest.raises(redis.AuthenticationError):
            stranger.ping()
        assert "open-sesame" not in " ".join(server.process.args)
        assert (tmp_path / "data" / "valkey.conf").stat().st_mode & 0o077 == 0
    finally:
        server.stop()


def test_a_taken_port_is_named(start_valkey: StartValkey, tmp_path: Path) -> None:
    taken = start_valkey().port
    with pytest.raises(ServerError, match=rf"^[^\n]*port {taken}[^\n]* is taken[^\n]*$"):
        valkey.start(port=taken, directory=tmp_path / "other")


def test_a_server_that_dies_at_its_start_names_its_log(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "appendonlydir").write_text("in the way")
    with pytest.raises(ServerError, match=r"^[^\n]*Valkey ended at its start[^\n]*see [^\n]*$") as error:
        valkey.start(port=free_port(), directory=tmp_path / "data")
    log = Path(str(error.value).partition("see ")[2])
    assert "append" in log.read_text().lower()


def test_where_there_is_no_wheel_the_way_out_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def not_installed(name: str) -> None:
        raise importlib.metadata.PackageNotFoundError(name)

    monkeypatch.setattr(importlib.metadata, "files", not_installed)
    with pytest.raises(ServerError, match=r"^[^\n]*REDIS_URL[^\n]*$"):
        valkey.start(port=free_port(), directory=tmp_path / "data")
