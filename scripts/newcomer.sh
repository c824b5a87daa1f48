#!/bin/sh
# What a newcomer does in a fresh copy: `make start`, Ctrl-C, and then $1, which is `make test` unless it says something else.
set -eu
log=$(mktemp)

# Two groups of processes, as a terminal has them: Ctrl-C reaches all of the one in front, and nobody else.
cat >"$log.sh" <<'SCRIPT'
set -m
make start >"$1" 2>&1 &
started=$!
until grep -q "Ctrl-C stops everything" "$1"; do
  kill -0 $started 2>/dev/null || exit 1
  sleep 0.5
done
kill -INT -- -$started
status=0
wait $started || status=$?
# Make ends by the signal itself; what it ran has said that all is stopped.
[ $status = 0 ] || [ $status = 130 ]
SCRIPT

step() {
  began=$(date +%s)
  name=$1
  shift
  "$@" || { echo "newcomer: $name failed"; exit 1; }
  echo "newcomer: $name: $(($(date +%s) - began)) s"
}
start() {
  if ! bash "$log.sh" "$log" || [ "$(tail -n 1 "$log")" != stopped ]; then
    cat "$log"
    return 1
  fi
}

step "make start, until it is ready, and Ctrl-C" start
rm -f "$log" "$log.sh"
step "$1" sh -c "$1"
