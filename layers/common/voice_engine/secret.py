"""A secret's text from AWS Secrets Manager, fetched when it is first needed."""


def fetch_secret(arn: str) -> str:
    """Raises botocore's ClientError when the function may not read it or it is not there."""
    # boto3 takes a third of a second to import, and a cached read needs no secret.
    import boto3

    text: str = boto3.client("secretsmanager").get_secret_value(SecretId=arn)["SecretString"]
    return text
