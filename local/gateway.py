"""The HTTP API: SAM's own gateway over the template, serving what `sam local start-api` serves.

`LocalApigwService` is no public interface of SAM: the version is pinned, and a test fails when it is changed.
"""

from flask import Flask
from samcli.lib.providers.provider import Api
from samcli.local.apigw.local_apigw_service import LocalApigwService

from local.functions import LocalFunctions
from local.ports import HOST


def gateway_app(api: Api, functions: LocalFunctions, port: int) -> Flask:
    """Turns each request into the event that API Gateway would send, and the function's result into the answer."""
    service = LocalApigwService(api=api, lambda_runner=functions, port=port, host=HOST)
    service.create()
    app: Flask = service._app  # noqa: SLF001 - SAM gives its application away only by running it itself, until a signal
    return app
