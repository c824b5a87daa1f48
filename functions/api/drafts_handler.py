"""The API Lambda for what takes its time: parsing files."""

from application import application
from routes import analysis

# A file of 4 MB, in base64 and in JSON.
_BODY_BYTES = 5_600_000

handler = application([analysis], body_bytes=_BODY_BYTES, operations="drafts")
