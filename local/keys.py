"""The local issuer: one key pair under .local/keys, the tokens that it signs and the key set that verifies them."""

import json
import os
import time
from pathlib import Path

import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from jwt.algorithms import ECAlgorithm

ISSUER = "http://localhost/voice-engine"
AUDIENCE = "voice-engine"
TOKEN_SECONDS = 7 * 86_400

_KEY_ID = "local"
_ALGORITHM = "ES256"


def new_key() -> ec.EllipticCurvePrivateKey:
    return ec.generate_private_key(ec.SECP256R1())


def signing_key(directory: Path) -> ec.EllipticCurvePrivateKey:
    """The key in `directory`, made there at the first call and readable by its owner alone."""
    path = directory / "keys" / "signing-key.pem"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        _write_once(path, new_key())
    key = serialization.load_pem_private_key(path.read_bytes(), password=None)
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise TypeError(f"{path} holds no elliptic curve key: delete it, and a new one is made")
    return key


def _write_once(path: Path, key: ec.EllipticCurvePrivateKey) -> None:
    pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    # Written aside and linked: of two that start at once one wins, and nobody reads half a key.
    aside = path.with_name(f"{path.name}.{os.getpid()}")
    with os.fdopen(os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(pem)
    try:
        path.hardlink_to(aside)
    except FileExistsError:
        return
    finally:
        aside.unlink()


def key_set(key: ec.EllipticCurvePrivateKey) -> str:
    """The public half as a JSON Web Key Set."""
    public = json.loads(ECAlgorithm.to_jwk(key.public_key()))
    return json.dumps({"keys": [public | {"kid": _KEY_ID, "alg": _ALGORITHM, "use": "sig"}]})


def sign_token(key: ec.EllipticCurvePrivateKey, *, user: str, scope: str = "") -> str:
    """A token for `user`, good for a week."""
    now = int(time.time())
    claims = {"iss": ISSUER, "aud": AUDIENCE, "sub": user, "iat": now, "exp": now + TOKEN_SECONDS}
    if scope:
        claims["scope"] = scope
    return jwt.encode(claims, key, algorithm=_ALGORITHM, headers={"kid": _KEY_ID})
