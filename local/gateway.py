"""The HTTP API: SAM's own gateway over the template, serving what `sam local start-api` serves.

`LocalApigwService` is no public interface of SAM: the version is pinned, and a test fails when it is changed. Where it
does otherwise than API Gateway, this does as API Gateway.
"""

import base64
from http import HTTPStatus
from typing import Any

from flask import Flask, Request, Response, jsonify
from samcli.lib.providers.provider import Api
from samcli.local.apigw.local_apigw_service import LocalApigwService
from samcli.local.apigw.path_converter import PathConverter
from samcli.local.apigw.route import Route

from local.functions import LocalFunctions
from local.ports import HOST


def gateway_app(api: Api, functions: LocalFunctions, port: int) -> Flask:
    """Turns each request into the event that API Gateway would send, and the function's result into the answer."""
    service = _Gateway(api=api, lambda_runner=functions, port=port, host=HOST)
    service.create()
    app: Flask = service._app  # noqa: SLF001 - SAM gives its application away only by running it itself, until a signal
    _without_head(app, api)
    # Flask sends a caller with two slashes in a row to the path with one; here that is no route.
    app.url_map.merge_slashes = False
    for status in (HTTPStatus.NOT_FOUND, HTTPStatus.METHOD_NOT_ALLOWED):
        app.register_error_handler(status, _no_route)
    return app


class _Gateway(LocalApigwService):
    def _generate_lambda_event(
        self, flask_request: Request, route: Route, method: str, endpoint: str
    ) -> dict[str, Any]:
        """A body that is no text comes in base64."""
        try:
            flask_request.get_data().decode("utf-8")
        except UnicodeDecodeError:
            encoded = _Encoded(flask_request)
            return super()._generate_lambda_event(encoded, route, method, endpoint) | {"isBase64Encoded": True}
        return super()._generate_lambda_event(flask_request, route, method, endpoint)


class _Encoded:
    """A request with its body in base64."""

    def __init__(self, request: Request) -> None:
        self._request = request

    def get_data(self) -> bytes:
        return base64.b64encode(self._request.get_data())

    def __getattr__(self, name: str) -> Any:
        return getattr(self._request, name)


def _without_head(app: Flask, api: Api) -> None:
    """Flask adds HEAD to every GET; an HTTP API has it only where the template does."""
    declared = {PathConverter.convert_path_to_flask(route.path) for route in api.routes if "HEAD" in route.methods}
    for rule in app.url_map.iter_rules():
        if rule.methods is not None and rule.endpoint not in declared:
            rule.methods.discard("HEAD")


def _no_route(_: Exception) -> tuple[Response, int]:
    return jsonify({"message": "Not Found"}), HTTPStatus.NOT_FOUND.value
