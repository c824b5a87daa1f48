"""Rate limits at the door: who has no operation left is told when there is one again.

The fields are those of draft-ietf-httpapi-ratelimit-headers-06, the form that clients read most.
"""

from collections.abc import Callable
from typing import Any

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver
from aws_lambda_powertools.utilities.data_classes import APIGatewayProxyEventV2

import problems
from identity import PUBLIC, identity_of
from voice_engine.bootstrap import engine
from voice_engine.rate_limit import WINDOW_SECONDS, Operations, Quota

READS = ("GET", "HEAD", "OPTIONS")

type Result = dict[str, Any]


def limited(
    request: APIGatewayProxyEventV2, app: APIGatewayHttpResolver, operations: Operations, resolve: Callable[[], Result]
) -> Result:
    """The answer of `resolve`, or the refusal, with what the person has left. What only reads is not counted here: the
    gateway throttles it."""
    if request.http_method in READS or (request.http_method, request.path) in PUBLIC:
        return resolve()
    quota = engine().rate_limiter.admit(operations, identity_of(app.context).user_id)
    if quota is None:
        return resolve()
    result = resolve() if quota.admitted else problems.as_result(problems.rate_limited(quota), request)
    return {**result, "headers": result["headers"] | _fields(quota)}


def _fields(quota: Quota) -> dict[str, str]:
    return {
        "RateLimit-Limit": str(quota.limit),
        "RateLimit-Remaining": str(quota.remaining),
        "RateLimit-Reset": str(quota.reset_seconds),
        "RateLimit-Policy": f"{quota.limit};w={WINDOW_SECONDS}",
    }
