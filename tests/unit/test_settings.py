"""The environment is read once and strictly: what is wrong is named, and no secret is repeated."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voice_engine.settings import Settings, SettingsError, read_settings

KEYS = '{"keys": [{"kty": "oct", "k": "c2VjcmV0", "kid": "k"}]}'
GOOD = {
    "MONGODB_URI": "mongodb://user:hunter2@db.example/?replicaSet=r",
    "REDIS_URL": "redis://:hunter2@cache.example:6379",
    "OIDC_ISSUER": "https://issuer.example/",
    "OIDC_AUDIENCE": "voice-engine",
    "OIDC_JWKS": KEYS,
}


def test_the_defaults_are_those_that_were_promised() -> None:
    settings = read_settings(GOOD)
    assert settings.learning_queue_concurrency == 5
    assert settings.learning_rate_limit_minutes == 5
    assert settings.edit_batch_window_minutes == 5
    assert settings.profile_cache_ttl_seconds == 3600
    assert settings.archetype_cache_ttl_seconds == 86_400
    assert settings.queue_prefix == "bull"


def test_settings_cannot_be_changed() -> None:
    with pytest.raises(ValueError, match="frozen"):
        read_settings(GOOD).queue_prefix = "other"  # type: ignore[misc] # that is the point


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("MONGODB_URI", "https://db.example"),
        ("MONGODB_DATABASE", "a/b"),
        ("MONGODB_TIMEOUT_SECONDS", "0"),
        ("MONGODB_TIMEOUT_SECONDS", "61"),
        ("REDIS_URL", "cache.example:6379"),
        ("REDIS_CLUSTER", "perhaps"),
        ("REDIS_TIMEOUT_SECONDS", "6"),
        ("REDIS_BREAKER_SECONDS", "-1"),
        ("QUEUE_PREFIX", "{bull"),
        ("LEARNING_QUEUE_CONCURRENCY", "five"),
        ("LEARNING_RATE_LIMIT_MINUTES", "-5"),
        ("EDIT_BATCH_WINDOW_MINUTES", "soon"),
        ("LEARNING_CLAIM_SECONDS", "0"),
        ("PROFILE_CACHE_TTL_SECONDS", "1.5"),
        ("ARCHETYPE_CACHE_TTL_SECONDS", "0"),
        ("OIDC_JWKS_URL", "ftp://issuer.example"),
        ("LOG_LEVEL", "LOUD"),
        ("MONGODB_URI", "mongodb://"),
        ("MONGODB_URI", "mongodb+srv://"),
        ("MONGODB_URI", "mongodb://a:b@c@d/"),
        ("REDIS_URL", "redis://cache.example:port"),
        ("OIDC_JWKS", "nonsense"),
        ("OIDC_JWKS", "{}"),
    ],
)
def test_a_malformed_value_is_named(name: str, value: str) -> None:
    with pytest.raises(SettingsError, match=name):
        read_settings(GOOD | {name: value})


@pytest.mark.parametrize("name", ["REDIS_URL", "OIDC_ISSUER", "OIDC_AUDIENCE"])
def test_a_missing_variable_is_named(name: str) -> None:
    environment = {key: value for key, value in GOOD.items() if key != name}
    with pytest.raises(SettingsError, match=name):
        read_settings(environment)
    with pytest.raises(SettingsError, match=name):
        read_settings(GOOD | {name: ""})


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"MONGODB_URI": ""}, "MONGODB_URI_SECRET"),
        ({"MONGODB_URI_SECRET": "arn:aws:secretsmanager:eu-west-1:1:secret:x"}, "MONGODB_URI"),
        ({"OIDC_JWKS": ""}, "OIDC_JWKS_URL"),
        ({"REDIS_IAM_USER": "learner"}, "REDIS_IAM_CACHE"),
        ({"REDIS_IAM_USER": "learner", "REDIS_IAM_CACHE": "cache"}, "AWS_REGION"),
        ({"REDIS_CLUSTER": "true"}, "QUEUE_PREFIX"),
        ({"AWS_SAM_LOCAL": "true", "MONGODB_URI": "", "MONGODB_URI_SECRET": "arn:aws:x"}, "MONGODB_URI_SECRET"),
        (
            {"AWS_SAM_LOCAL": "true", "REDIS_IAM_USER": "u", "REDIS_IAM_CACHE": "c", "AWS_REGION": "r"},
            "REDIS_IAM_USER",
        ),
    ],
)
def test_variables_that_go_together_are_named_together(change: dict[str, str], named: str) -> None:
    with pytest.raises(SettingsError, match=named):
        read_settings(GOOD | change)


@given(
    st.sampled_from([name.upper() for name in Settings.model_fields]), st.text("ABCDEFGHIJ_", min_size=1, max_size=4)
)
def test_a_variable_that_looks_like_ours_and_is_none_stops_the_start(name: str, tail: str) -> None:
    if (
        name.startswith("AWS_")
        or name == "LOG_LEVEL"
        or name + tail in {field.upper() for field in Settings.model_fields}
    ):
        return  # families that other programs use too
    with pytest.raises(SettingsError, match=name + tail):
        read_settings(GOOD | {name + tail: "1"})


def test_a_key_set_address_needs_a_host() -> None:
    with pytest.raises(SettingsError, match="OIDC_JWKS_URL"):
        read_settings(GOOD | {"OIDC_JWKS": "", "OIDC_JWKS_URL": "https://"})


def test_a_slip_of_the_pen_is_answered_with_the_right_name() -> None:
    with pytest.raises(SettingsError, match="did you mean LEARNING_RATE_LIMIT_MINUTES"):
        read_settings(GOOD | {"LEARNING_RATE_LIMIT_MINUTE": "5"})
    with pytest.raises(SettingsError, match="did you mean EDIT_BATCH_WINDOW_MINUTES"):
        read_settings(GOOD | {"EDIT_WINDOW_MINUTES": "5"})


def test_every_problem_is_told_at_once_and_no_secret_is_repeated() -> None:
    wrong = {"MONGODB_URI": "mysql://root:hunter2@db", "REDIS_URL": "hunter2@cache", "QUEUE_PREFIXES": "hunter2"}
    with pytest.raises(SettingsError) as raised:
        read_settings(GOOD | wrong)
    message = str(raised.value)
    assert all(name in message for name in wrong)
    assert "hunter2" not in message
