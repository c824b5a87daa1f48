"""A secret's text from AWS Secrets Manager, fetched when it is first needed."""

from voice_engine.errors import Unavailable

# Somebody waits for an answer meanwhile; what fails is tried again with the next request.
_CONNECT_SECONDS = 1.0
_READ_SECONDS = 2.0


def fetch_secret(arn: str) -> str:
    """Raises Unavailable when it is not there, the function may not read it, or Secrets Manager does not answer."""
    # boto3 takes a third of a second to import, and a cached read needs no secret.
    import boto3
    from botocore.config import Config
    from botocore.exceptions import BotoCoreError, ClientError

    once = Config(connect_timeout=_CONNECT_SECONDS, read_timeout=_READ_SECONDS, retries={"total_max_attempts": 1})
    try:
        answer = boto3.client("secretsmanager", config=once).get_secret_value(SecretId=arn)
    except (BotoCoreError, ClientError) as error:
        raise Unavailable(f"a secret cannot be read: {type(error).__name__}") from None
    text: str = answer["SecretString"]
    return text
