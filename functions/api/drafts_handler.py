"""The API Lambda for what takes its time: parsing files and accounts."""

from application import application
from routes import analysis, import_page

# A file of 4 MB, in base64 and in JSON.
_BODY_BYTES = 5_600_000

handler = application([analysis, import_page], body_bytes=_BODY_BYTES, operations="drafts")
