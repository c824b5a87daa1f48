"""The endpoint at which functions invoke functions: SAM's own local Lambda service, in this process.

boto3 finds it by AWS_ENDPOINT_URL_LAMBDA. An event (`InvocationType=Event`) is answered 202 at once and runs after.
"""

from flask import Flask
from samcli.local.lambda_service.local_lambda_http_service import LocalLambdaHttpService

from local.functions import LocalFunctions
from local.ports import HOST


def invocations_app(functions: LocalFunctions, port: int) -> Flask:
    service = LocalLambdaHttpService(lambda_runner=functions, port=port, host=HOST)
    service.create()
    app: Flask = service._app  # noqa: SLF001 - SAM gives its application away only by running it itself, until a signal
    return app
