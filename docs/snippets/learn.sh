#!/bin/sh
# Register a draft, save its edit, follow what becomes of it, and read the profile. Needs curl 7.76 and Python 3.
# URL and TOKEN say where the service is and who writes.
set -eu

answer=$(mktemp)
trap 'rm -f "$answer"' EXIT

# The answer, also where it is a problem; then the exit status is not 0. 429 and 503 are tried again, with the same key.
# It goes through a file, which curl empties before it tries again.
call() {
  method=$1 path=$2 status=0
  shift 2
  curl -sS --fail-with-body --retry 5 --retry-connrefused -o "$answer" -X "$method" "$URL$path" \
    -H "Authorization: Bearer $TOKEN" -H "Content-Type: application/json" "$@" || status=$?
  cat "$answer"
  return $status
}
field() { python3 -c 'import functools, json, sys
print(functools.reduce(lambda value, name: value[name], sys.argv[1].split("."), json.load(sys.stdin)))' "$1"; }
key() { python3 -c 'import uuid; print("Idempotency-Key:", uuid.uuid4())'; }
refused() { echo "$1" >&2; exit 1; }

content=$(call POST /api/content -H "$(key)" -d '{
  "platform": "email",
  "text": "I am writing to let you know that the meeting, which we had planned for Monday, will be on Tuesday."
}') || refused "$content"
saved=$(call POST "/api/content/$(echo "$content" | field id)/save-edits" -H "$(key)" -d '{
  "editedText": "Our meeting has moved. It is on Tuesday now.",
  "baseRev": 0
}') || refused "$saved"
edit=$(echo "$saved" | field learning.editId)

status=$(echo "$saved" | field learning.status)
while [ "$status" = queued ] || [ "$status" = delayed ]; do
  sleep 1
  status=$(call GET "/api/learning/$edit" | field status)
done
echo "the edit is $status"

style=$(call GET /api/profile/style) || refused "$style"
echo "profile version $(echo "$style" | field version) score $(echo "$style" | field evolutionScore)"
