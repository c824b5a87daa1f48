"""Who asks: every route is closed unless it stands on the public list here."""

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response
from aws_lambda_powertools.utilities.data_classes import APIGatewayProxyEventV2

import audit
import problems
from voice_engine.bootstrap import engine
from voice_engine.errors import Unavailable
from voice_engine.profile_key import ProfileId
from voice_engine.settings import settings
from voice_engine.tokens import Identity, TokenRefused

PUBLIC = frozenset({("GET", "/health"), ("GET", "/openapi.json"), ("GET", "/docs")})

ADMINISTRATION = "/api/admin/"

_IDENTITY = "identity"


def authenticate(request: APIGatewayProxyEventV2, app: APIGatewayHttpResolver) -> Response[str] | None:
    """Attach the identity that the bearer token proves; the refusal to answer with where it proves none, or one that
    may not do this."""
    if (request.http_method, request.path) in PUBLIC:
        return None
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        return problems.no_token()
    try:
        identity = engine().tokens.verify(token.strip())
    except TokenRefused as refused:
        return problems.token_refused(refused)
    except Unavailable as unavailable:
        return problems.unavailable(unavailable)
    if request.path.startswith(ADMINISTRATION):
        audit.by(identity.user_id)
        scope = settings().oidc_admin_scope
        if scope not in identity.scopes:
            return problems.forbidden(scope)
    app.append_context(**{_IDENTITY: identity})
    return None


def identity_of(context: dict[str, object]) -> Identity:
    """The identity of the request in hand. Raises KeyError on a route that nobody authenticated."""
    identity = context[_IDENTITY]
    assert isinstance(identity, Identity)  # noqa: S101 - tells the type checker what `authenticate` stored
    return identity


def profile_of(context: dict[str, object], voice: str) -> ProfileId:
    """The voice that the request in hand is about: always one of the person who asks."""
    return ProfileId(identity_of(context).user_id, voice)
