"""HTTP API requests as API Gateway hands them to a function (payload format 2.0)."""

import json
import secrets
from typing import Any
from urllib.parse import parse_qs, unquote


def request_event(
    method: str, target: str, *, body: Any = None, headers: dict[str, str] | None = None
) -> dict[str, Any]:
    """`body` is sent as JSON, or as it is where it is a str. The gateway decodes the path, and puts a comma between the
    values of a parameter that comes twice."""
    encoded, _, query = target.partition("?")
    path = unquote(encoded)
    text = body if body is None or isinstance(body, str) else json.dumps(body)
    named = {name.lower() for name in headers or {}}
    sent = {"content-type": "application/json"} if text is not None and "content-type" not in named else {}
    event: dict[str, Any] = {
        "version": "2.0",
        "routeKey": f"{method} {path}",
        "rawPath": path,
        "rawQueryString": query,
        "headers": sent | (headers or {}),
        "requestContext": {
            "accountId": "123456789012",
            "apiId": "api",
            "domainName": "localhost",
            "domainPrefix": "localhost",
            "http": {
                "method": method,
                "path": path,
                "protocol": "HTTP/1.1",
                "sourceIp": "127.0.0.1",
                "userAgent": "tests",
            },
            "requestId": secrets.token_hex(8),
            "routeKey": f"{method} {path}",
            "stage": "$default",
            "time": "24/Nov/2026:00:00:00 +0000",
            "timeEpoch": 1795478400000,
        },
        "isBase64Encoded": False,
    }
    if text is not None:
        event["body"] = text
    if query:
        found = parse_qs(query, keep_blank_values=True)
        event["queryStringParameters"] = {name: ",".join(values) for name, values in found.items()}
    return event
