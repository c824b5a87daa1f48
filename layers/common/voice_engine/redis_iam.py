"""Short-lived IAM tokens as the Redis password, for ElastiCache Serverless.

The token is a presigned `connect` request without its scheme, valid 15 minutes; see "Authenticating with IAM" in the
ElastiCache user guide. It matters only while a connection is opened.
"""

import threading
import time
from collections.abc import Callable
from urllib.parse import urlencode

from redis.credentials import CredentialProvider
from redis.exceptions import AuthenticationError

_VALID_SECONDS = 900
# Reused for less than its validity, so that a token never ends on its way to the server.
_REUSED_SECONDS = 600


class ElastiCacheIamCredentials(CredentialProvider):
    """Safe to share between threads."""

    def __init__(
        self, *, user: str, cache: str, region: str | None = None, clock: Callable[[], float] = time.time
    ) -> None:
        """`cache` is the name of the serverless cache, `user` the id of an IAM-enabled ElastiCache user.

        Without `region` it is the one that botocore finds for this process.
        """
        self._user = user
        # ElastiCache signs and compares the name in lower case.
        self._host = cache.lower()
        self._region = region
        # The clock of the wall: a frozen sandbox ages its token too.
        self._clock = clock
        self._lock = threading.Lock()
        self._token = ""
        self._signed_at = float("-inf")

    def get_credentials(self) -> tuple[str, str]:
        """User and token. Raises AuthenticationError where there are no AWS credentials or no region."""
        with self._lock:
            if self._clock() - self._signed_at >= _REUSED_SECONDS:
                signed_at = self._clock()
                self._token = self._signed()
                self._signed_at = signed_at
            return self._user, self._token

    def _signed(self) -> str:
        # Imported here: only an opening connection needs a signature, and botocore is slow to import.
        from botocore.exceptions import BotoCoreError, NoCredentialsError, NoRegionError
        from botocore.model import ServiceId
        from botocore.session import Session
        from botocore.signers import RequestSigner

        # Kept in a variable: the signer holds the session's emitter by a weak reference.
        session = Session()
        query = urlencode({"Action": "connect", "User": self._user, "ResourceType": "ServerlessCache"})
        request = {"method": "GET", "url": f"https://{self._host}/?{query}", "body": {}, "headers": {}, "context": {}}
        try:
            credentials = session.get_credentials()
            if credentials is None:
                raise NoCredentialsError
            region = self._region or session.get_config_variable("region")
            if region is None:
                raise NoRegionError
            emitter = session.get_component("event_emitter")
            signer = RequestSigner(ServiceId("elasticache"), region, "elasticache", "v4", credentials, emitter)
            url: str = signer.generate_presigned_url(request, operation_name="connect", expires_in=_VALID_SECONDS)
        except BotoCoreError as error:
            raise AuthenticationError(f"no IAM token could be signed: {error}") from error
        return url.removeprefix("https://")
