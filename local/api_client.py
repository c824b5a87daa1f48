"""A client of the HTTP API, as a person's own program would be one."""

import http.client
import json
import time
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

# Longer than the service waits for anything: a sandbox that is free, its start, its function.
PATIENCE_SECONDS = 180


class ApiError(Exception):
    """The API refused, or did not answer. The message names the status and the API's own reason."""


class ApiClient:
    def __init__(self, url: str, token: str) -> None:
        parts = urlsplit(url)
        self._host = parts.hostname or ""
        self._port = parts.port
        self._headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}

    def get(self, path: str) -> Any:
        return self._request("GET", path, None)

    def post(self, path: str, body: dict[str, Any]) -> Any:
        return self._request("POST", path, json.dumps(body))

    def put(self, path: str, body: dict[str, Any]) -> Any:
        return self._request("PUT", path, json.dumps(body))

    def _request(self, method: str, path: str, body: str | None) -> Any:
        while True:
            answer, content = self._exchange(method, path, body)
            if answer.status != HTTPStatus.TOO_MANY_REQUESTS:
                break
            # The gateway, which throttles all callers together, names no time.
            time.sleep(float(answer.headers.get("Retry-After", 1)))
        if answer.status >= HTTPStatus.BAD_REQUEST:
            raise ApiError(f"{method} {path}: {answer.status} {content.decode(errors='replace')[:300]}")
        return json.loads(content)

    def _exchange(self, method: str, path: str, body: str | None) -> tuple[http.client.HTTPResponse, bytes]:
        connection = http.client.HTTPConnection(self._host, self._port, timeout=PATIENCE_SECONDS)
        try:
            connection.request(method, path, body, self._headers)
            answer = connection.getresponse()
            return answer, answer.read()
        except OSError as error:
            raise ApiError(f"{method} {path}: no answer ({error})") from None
        finally:
            connection.close()
