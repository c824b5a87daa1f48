"""Register a draft, save its edit, follow what becomes of it, and read the profile. Needs only Python 3.11.

URL and TOKEN say where the service is and who writes.
"""

import json
import os
import time
import urllib.error
import urllib.request
import uuid

URL = os.environ["URL"]
TOKEN = os.environ["TOKEN"]


class Problem(Exception):
    """The service refused. `body` is the problem of RFC 9457 that it answered."""

    def __init__(self, body):
        super().__init__(f"{body['code']}: {body['detail']} {body.get('errors', '')} (request {body['requestId']})")
        self.body = body


def call(method, path, body=None, tries=5):
    """One request. Sent again with the same key where that can help, so that nothing is done twice."""
    headers = {"Authorization": f"Bearer {TOKEN}", "Content-Type": "application/json"}
    if method == "POST":
        headers["Idempotency-Key"] = str(uuid.uuid4())
    data = None if body is None else json.dumps(body).encode()
    while True:
        tries -= 1
        request = urllib.request.Request(URL + path, data, headers, method=method)
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                text = answer.read()
                return json.loads(text) if text else None
        except urllib.error.HTTPError as refused:
            text, is_problem = refused.read(), refused.headers["Content-Type"] == "application/problem+json"
            # Without a problem it is the gateway that answers, which may be throttled, too.
            if refused.code not in (429, 503) or not tries:
                raise (Problem(json.loads(text)) if is_problem else refused) from None
            time.sleep(int(refused.headers.get("Retry-After", 1)))
        except OSError:
            if not tries:
                raise
            time.sleep(1)


content = call(
    "POST",
    "/api/content",
    {
        "platform": "email",
        "text": "I am writing to let you know that the meeting, which we had planned for Monday, will be on Tuesday.",
    },
)
saved = call(
    "POST",
    f"/api/content/{content['id']}/save-edits",
    {
        "editedText": "Our meeting has moved. It is on Tuesday now.",
        "baseRev": content["rev"],
    },
)
learning = saved["learning"]
while learning["status"] in ("queued", "delayed"):
    time.sleep(0.5)
    learning = call("GET", f"/api/learning/{learning['editId']}")
print("the edit is", learning["status"])

style = call("GET", "/api/profile/style")
print("profile version", style["version"], "score", style["evolutionScore"])
for trait in call("GET", "/api/profile/explain")["traits"]:
    if trait["edits"]:
        print(" ", trait["path"] or trait["trait"], "-", trait["why"])
