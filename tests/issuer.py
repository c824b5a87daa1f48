"""An OIDC issuer for tests: real keys, real signatures."""

import json
import time
from dataclasses import dataclass, field
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import ec
from jwt.algorithms import ECAlgorithm

ISSUER = "https://issuer.example/"
AUDIENCE = "voice-engine"


@dataclass(frozen=True)
class Issuer:
    key_id: str = "k1"
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))

    @property
    def jwks(self) -> str:
        public = json.loads(ECAlgorithm.to_jwk(self.key.public_key()))
        return json.dumps({"keys": [public | {"kid": self.key_id, "alg": "ES256", "use": "sig"}]})

    def token(self, user: str, **claims: Any) -> str:
        """A valid token for `user`; a claim given as None is left out."""
        now = int(time.time())
        whole = {"sub": user, "iss": ISSUER, "aud": AUDIENCE, "iat": now, "exp": now + 600} | claims
        return self.sign({name: value for name, value in whole.items() if value is not None})

    def sign(self, claims: dict[str, Any], algorithm: str = "ES256", key: Any = None) -> str:
        return jwt.encode(claims, key or self.key, algorithm=algorithm, headers={"kid": self.key_id})
