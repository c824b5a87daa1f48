"""What each role may do, read from the translated template: this much and nothing more."""

from collections.abc import Iterator
from typing import Any

from tests.sam.translated import of_type, resources

type Grant = tuple[str, str]

# Role → what it may do on what. A new permission has to be written down here too.
_STORES = {
    ("secretsmanager:GetSecretValue", "MongoDbUriSecretArn"),
    ("elasticache:Connect", "Cache"),
    ("elasticache:Connect", "CacheUser"),
    ("xray:PutTraceSegments", "*"),
    ("xray:PutTelemetryRecords", "*"),
}
_GRANTED = {
    "ApiRole": _STORES
    | {
        ("logs:CreateLogStream", "ApiLog"),
        ("logs:PutLogEvents", "ApiLog"),
        ("lambda:InvokeFunction", "LearnerFunction"),
    },
    "DraftsRole": _STORES
    | {
        ("logs:CreateLogStream", "DraftsLog"),
        ("logs:PutLogEvents", "DraftsLog"),
        ("lambda:InvokeFunction", "LearnerFunction"),
    },
    "LearnerRole": _STORES
    | {
        ("logs:CreateLogStream", "LearnerLog"),
        ("logs:PutLogEvents", "LearnerLog"),
        ("sqs:SendMessage", "FailedLearnerRuns"),
    },
    "LearnerFunctionEveryMinuteRole": {("lambda:InvokeFunction", "LearnerFunction")},
}


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _name(resource: Any) -> str:
    """The logical id behind a Ref or a GetAtt; a plain ARN stays as it is."""
    if not isinstance(resource, dict):
        return str(resource)
    (target,) = resource.values()
    return target[0] if isinstance(target, list) else target


def _grants(document: dict[str, Any]) -> Iterator[Grant]:
    for statement in _list(document["Statement"]):
        assert statement["Effect"] == "Allow"
        assert not {"NotAction", "NotResource"} & statement.keys()
        for action in _list(statement["Action"]):
            for resource in _list(statement["Resource"]):
                yield action, _name(resource)


def _granted() -> dict[str, set[Grant]]:
    roles = of_type("AWS::IAM::Role")
    granted: dict[str, set[Grant]] = {role: set() for role in roles}
    for role, properties in roles.items():
        for policy in properties.get("Policies", []):
            granted[role] |= set(_grants(policy["PolicyDocument"]))
    for policy in of_type("AWS::IAM::Policy").values():
        for role in policy["Roles"]:
            granted[_name(role)] |= set(_grants(policy["PolicyDocument"]))
    return granted


def test_each_role_may_do_what_it_needs_and_nothing_more() -> None:
    assert _granted() == _GRANTED


def test_no_action_is_a_wildcard() -> None:
    actions = {action for grants in _granted().values() for action, _ in grants}
    assert not [action for action in actions if "*" in action]


def test_the_only_managed_policy_is_the_one_for_a_vpc() -> None:
    for properties in of_type("AWS::IAM::Role").values():
        managed = properties.get("ManagedPolicyArns")
        if managed is None:
            continue
        condition, in_vpc, otherwise = managed["Fn::If"]
        assert condition == "InVpc"
        assert [arn["Fn::Sub"].rpartition("/")[2] for arn in in_vpc] == ["AWSLambdaENIManagementAccess"]
        assert otherwise == {"Ref": "AWS::NoValue"}


def test_every_function_runs_with_a_role_of_its_own() -> None:
    roles = [_name(properties["Role"]) for properties in of_type("AWS::Lambda::Function").values()]
    assert sorted(roles) == sorted(set(roles))
    assert set(roles) < _GRANTED.keys()


def test_each_role_can_be_assumed_by_one_service_alone() -> None:
    for name, properties in of_type("AWS::IAM::Role").items():
        (statement,) = properties["AssumeRolePolicyDocument"]["Statement"]
        services = _list(statement["Principal"]["Service"])
        assert services == (["scheduler.amazonaws.com"] if "EveryMinute" in name else ["lambda.amazonaws.com"])


def test_only_the_gateway_may_invoke_a_function_from_outside() -> None:
    for permission in of_type("AWS::Lambda::Permission").values():
        assert permission["Principal"] == "apigateway.amazonaws.com"
        assert "SourceArn" in permission
    assert resources()["CacheUser"]["Properties"]["AuthenticationMode"] == {"Type": "iam"}
