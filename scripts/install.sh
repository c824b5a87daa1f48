#!/bin/sh
# Puts uv into .tools/ and the locked packages into .venv/. uv brings its own Python 3.13 where none is found.
set -eu
uv_version=$1

say() { printf '%s\n' "$*" >&2; }
fail() { say "install: $*"; exit 1; }

command -v python3 >/dev/null 2>&1 || fail "python3 is missing. Install Python 3.9 or newer, then run make again."

if [ "$(.tools/bin/uv --version 2>/dev/null | cut -d' ' -f2)" != "$uv_version" ]; then
  say "installing uv $uv_version into .tools/ ..."
  rm -rf .tools
  python3 -m venv .tools >/dev/null 2>&1 ||
    fail "python3 cannot make a virtual environment. On Debian and Ubuntu: apt-get install python3-venv, then run make again."
  .tools/bin/python -m pip install --quiet --disable-pip-version-check "uv==$uv_version" ||
    fail "uv $uv_version could not be installed. Is the package index within reach?"
fi

if ! .tools/bin/uv python find 3.13 >/dev/null 2>&1; then
  say "installing Python 3.13, which is not on this machine ..."
  .tools/bin/uv python install 3.13 ||
    fail "Python 3.13 could not be downloaded. Install it yourself so that python3.13 is on the PATH, then run make again."
fi

say "installing the locked packages into .venv/, about 0.5 GB ..."
# On a terminal uv draws its progress; elsewhere its list of packages would bury everything else.
quiet=--quiet
[ -t 2 ] && quiet=
# Two packages of an earlier lock may have written one file: removing one of them alone would take it from the other.
again=
[ -d .venv ] && again=--reinstall
.tools/bin/uv sync $quiet $again --frozen --python 3.13 ||
  fail "the packages of uv.lock could not be installed. The lines above say which one failed and why."
