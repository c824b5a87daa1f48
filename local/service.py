"""The service on this machine: everything that `make start` starts, in order, and ended in the reverse order."""

import socket
import threading
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from local import demo, embedded, folder, gateway_log, keys, ports, terminal
from local.api_client import ApiClient, ApiError
from local.deployment import BY_HAND, LEARNER, Deployment
from local.environment import check_settings, local_settings
from local.errors import StartError
from local.gateway import gateway_app
from local.guardian import Guardian
from local.listener import Listener
from local.sam_template import read_template
from local.sandbox import Result
from local.schedules import Schedules
from local.servers.process import Server

_API_PORT = 3000
_POLL_SECONDS = 0.25
_NO_WINDOWS = {"LEARNING_RATE_LIMIT_MINUTES": "0", "EDIT_BATCH_WINDOW_MINUTES": "0"}


class Stopped(Exception):
    """Asked to stop before everything had started."""


@dataclass(frozen=True, slots=True)
class Options:
    """`port` None: the usual one, or a free one where it is taken. `any_port`: free ports for everything."""

    directory: Path
    port: int | None
    any_port: bool
    fresh: bool


class LocalService:
    """`caller` is the environment of the one who starts it; `stopping` is set to end it."""

    def __init__(self, options: Options, caller: Mapping[str, str], stopping: threading.Event) -> None:
        self._options = options
        self._caller = caller
        self._stopping = stopping
        self._servers: list[Server] = []
        self._has_begun = False

    def run(self) -> None:
        """Start everything, say how to begin, and serve until asked to stop. Nothing is left running afterwards.

        Raises StartError, one line that says what to do, when something cannot start or a server dies.
        """
        with ExitStack() as stack:
            try:
                self._start(stack)
                self._watch()
            except Stopped:
                terminal.say("stopping ...")
        terminal.say("stopped")

    def _start(self, stack: ExitStack) -> None:
        check_settings(self._caller)
        directory = self._options.directory
        stack.enter_context(folder.held(directory))
        if self._options.fresh:
            folder.empty(directory)
        listening = stack.enter_context(self._listen())
        port = listening.getsockname()[1]
        stack.enter_context(gateway_log.kept(directory / "logs"))
        guardian = stack.enter_context(Guardian())
        key = keys.signing_key(directory)
        urls = {each.setting: self._server(each, stack, guardian) for each in embedded.SERVERS}
        settings = local_settings(
            self._caller, mongodb_uri=urls["MONGODB_URI"], redis_url=urls["REDIS_URL"], key_set=keys.key_set(key)
        )
        template = read_template(folder.ROOT / "template.yaml")
        terminal.say("functions ...")
        deployment = Deployment(template, settings, directory / "logs", guardian)
        stack.callback(deployment.close)
        self._prepare(deployment)
        gateway = Listener(gateway_app(template.api, deployment.functions, port), listening, self._show_request)
        gateway.start()
        stack.callback(gateway.stop)
        url, token = f"http://{ports.HOST}:{port}", keys.sign_token(key, user=demo.USER)
        content_id = self._demo(deployment, settings, ApiClient(url, token))
        schedules = Schedules(template.schedules, deployment.functions)
        schedules.start()
        stack.callback(schedules.stop)
        terminal.how_to_begin(url, token, content_id, directory)
        self._has_begun = True

    def _server(self, each: embedded.Embedded, stack: ExitStack, guardian: Guardian) -> str:
        """The url of a server: the caller's own where one is set, else of an embedded one."""
        self._go_on()
        if own := self._caller.get(each.setting):
            terminal.say(f"{each.setting}: your own server")
            return own
        server = embedded.start(each, self._options.directory, any_port=self._options.any_port)
        stack.callback(guardian.forget, server.process.pid)
        stack.callback(server.stop)
        guardian.watch(server.process.pid, server.stop_signal)
        self._servers.append(server)
        terminal.say(f"{server.name}: embedded, on port {server.port}")
        return server.url

    def _prepare(self, deployment: Deployment) -> None:
        self._go_on()
        result = deployment.prepare()
        if "error" in result:
            own = " and ".join(each.setting for each in embedded.SERVERS if self._caller.get(each.setting))
            hint = f": look at what {own} names" if own else ""
            raise StartError(f"the first run of the learner failed, {_reason(result)}{hint}")

    def _listen(self) -> socket.socket:
        """For the API, before anything else is started: by the time it is served nobody else has its port."""
        if self._options.port is not None:
            return ports.listen_as_asked(self._options.port)
        return ports.listen() if self._options.any_port else ports.listen_usually(_API_PORT)

    def _demo(self, deployment: Deployment, settings: Mapping[str, str], client: ApiClient) -> str | None:
        """The id of a content to try a save on. The demo writer's texts are loaded first where they are missing.

        They are learned at once and not window by window.
        """
        self._go_on()
        try:
            if demo.is_missing(client):
                terminal.say("demo texts ...")
                deployment.configure({**settings, **_NO_WINDOWS})
                demo.load(
                    client, lambda: deployment.functions.run(LEARNER, BY_HAND), lambda: not self._stopping.is_set()
                )
                deployment.configure(settings)
            self._go_on()
            return demo.unedited_content(client)
        except ApiError as error:
            raise StartError(f"the demo texts could not be loaded: {error}") from None

    def _show_request(self, method: str, path: str, status: str, milliseconds: float) -> None:
        """A line for each request but those that load the demo."""
        if self._has_begun:
            terminal.request_line(method, path, status, milliseconds)

    def _watch(self) -> None:
        while True:
            self._go_on(_POLL_SECONDS)
            for server in self._servers:
                status = server.process.poll()
                if status is not None:
                    raise StartError(f"{server.name} ended with status {status}: see {server.log}, then start again")

    def _go_on(self, seconds: float = 0.0) -> None:
        if self._stopping.wait(seconds):
            raise Stopped


def _reason(failed: Result) -> str:
    error = failed["error"]
    return f"{error['errorType']}: {error['errorMessage']}"
