"""What the template promises to an operator: limits, logs, network, and settings that the functions can start with."""

from typing import Any

import pytest

from tests.sam.translated import of_type, resolved, resources
from tests.template import functions, routes, template
from voice_engine.settings import read_settings

_GIVEN = {
    "MongoDbUriSecretArn": "arn:aws:secretsmanager:eu-central-1:123456789012:secret:mongodb-AbCdEf",
    "OidcIssuer": "https://issuer.example",
    "OidcAudience": "voice-engine",
    "OidcJwksUrl": "https://issuer.example/keys",
}
_OTHER = {"POWERTOOLS_SERVICE_NAME", "POWERTOOLS_METRICS_NAMESPACE"}


@pytest.mark.parametrize("function", sorted(functions()))
def test_a_function_can_start_with_what_the_template_sets(function: str) -> None:
    variables = resolved(**_GIVEN)[function]["Properties"]["Environment"]["Variables"]
    # The address of the cache is known once it is there.
    given = {name: str(value).replace("${Cache.Endpoint.Port}", "6379") for name, value in variables.items()}
    settings = read_settings(given | {"AWS_REGION": "eu-central-1"})
    assert settings.redis_cluster
    assert settings.queue_prefix.startswith("{")
    assert settings.redis_url.startswith("rediss://")
    assert settings.mongodb_uri_secret == _GIVEN["MongoDbUriSecretArn"]
    unread = {name for name in variables if name.lower() not in type(settings).model_fields} - _OTHER
    assert not unread


def test_no_secret_stands_in_the_template() -> None:
    for properties in of_type("AWS::Lambda::Function").values():
        assert properties["Environment"]["Variables"]["MONGODB_URI"] == ""


def test_the_gateway_serves_the_routes_as_they_are_written_and_asks_no_authorizer() -> None:
    paths: dict[str, dict[str, Any]] = resources()["Api"]["Properties"]["Body"]["paths"]
    served = {(method.upper(), path) for path, methods in paths.items() for method in methods}
    assert served == {*routes(), ("OPTIONS", "/{proxy+}")}
    for methods in paths.values():
        for operation in methods.values():
            assert "security" not in operation
            assert operation["x-amazon-apigateway-integration"]["payloadFormatVersion"] == "2.0"


def test_the_gateway_has_limits_and_an_access_log() -> None:
    (stage,) = of_type("AWS::ApiGatewayV2::Stage").values()
    assert stage["DefaultRouteSettings"].keys() == {"ThrottlingRateLimit", "ThrottlingBurstLimit"}
    assert stage["AccessLogSettings"]["DestinationArn"] == {"Fn::GetAtt": ["AccessLog", "Arn"]}


def test_every_log_is_kept_for_a_limited_time() -> None:
    logs = of_type("AWS::Logs::LogGroup")
    assert all(properties["RetentionInDays"] == {"Ref": "LogRetentionDays"} for properties in logs.values())
    written = {
        properties["LoggingConfig"]["LogGroup"]["Ref"] for properties in of_type("AWS::Lambda::Function").values()
    }
    assert written < logs.keys()


def test_the_learner_runs_every_minute_and_reports_a_failed_run() -> None:
    (schedule,) = of_type("AWS::Scheduler::Schedule").values()
    assert schedule["ScheduleExpression"] == "rate(1 minute)"
    assert "Name" not in schedule
    (invocation,) = of_type("AWS::Lambda::EventInvokeConfig").values()
    assert invocation["DestinationConfig"]["OnFailure"]["Destination"] == {"Fn::GetAtt": ["FailedLearnerRuns", "Arn"]}


def _in_mode(value: Any, mode: str) -> Any:
    """`value` with what depends on the network mode chosen."""
    match value:
        case {"Fn::If": ["InVpc", in_vpc, otherwise]}:
            return in_vpc if mode == "vpc" else otherwise
        case {"Ref": "NetworkMode"}:
            return mode
    return value


@pytest.mark.parametrize("mode", ["public", "vpc"])
def test_functions_and_cache_are_in_the_same_network(mode: str) -> None:
    assert template()["Conditions"] == {"InVpc": ["NetworkMode", "vpc"]}
    cache = resources()["Cache"]["Properties"]
    assert _in_mode(cache["ConnectionType"], mode) == mode
    networks = {"SubnetIds": {"Ref": "SubnetIds"}, "SecurityGroupIds": {"Ref": "SecurityGroupIds"}}
    nothing = {"Ref": "AWS::NoValue"}
    for name in networks:
        assert _in_mode(cache[name], mode) == (networks[name] if mode == "vpc" else nothing)
    for function in of_type("AWS::Lambda::Function").values():
        assert _in_mode(function["VpcConfig"], mode) == (networks if mode == "vpc" else nothing)
