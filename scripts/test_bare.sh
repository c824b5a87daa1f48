#!/bin/sh
# On a bare Debian with the packages that the README names, an ordinary user runs the README's commands on a copy of HEAD:
# in a chroot where this is root and debootstrap is there, else in a container of podman or docker.
# COMMAND: what comes after `make start`. DEBIAN: the releases to try, in their order. DEBIAN_MIRROR: where they come from.
set -eu
cd "$(dirname "$0")/.."
command=${COMMAND:-make test}
releases=${DEBIAN:-trixie bookworm}
mirror=${DEBIAN_MIRROR:-http://deb.debian.org/debian}
cache=${XDG_CACHE_HOME:-$HOME/.cache}/voice-engine
user=newcomer

say() { printf 'test-bare: %s\n' "$*"; }

engine=
if [ "$(id -u)" = 0 ] && command -v debootstrap >/dev/null && unshare --mount --pid --fork true 2>/dev/null; then
  engine=chroot
elif podman info >/dev/null 2>&1; then
  engine=podman
elif docker info >/dev/null 2>&1; then
  engine=docker
else
  say "skipped: it takes root and debootstrap (apt-get install debootstrap, sudo make test-bare), or podman or docker"
  exit 0
fi

# What is mounted and started for the chroot is gone with these namespaces, whatever ends this script.
if [ "$engine" = chroot ] && [ -z "${IN_OWN_NAMESPACES:-}" ]; then
  IN_OWN_NAMESPACES=1 exec unshare --mount --pid --fork --kill-child --mount-proc sh scripts/test_bare.sh
fi

current='' root='' container=''
finish() {
  status=$?
  trap - EXIT
  [ $status = 0 ] || say "failed: $current"
  [ -z "$container" ] || "$engine" rm --force "$container" >/dev/null
  [ -z "$root" ] || remove_root
  exit $status
}
remove_root() {
  for folder in dev sys proc; do umount --recursive --lazy "$root/$folder" 2>/dev/null || true; done
  if grep -q " $root/" /proc/self/mountinfo; then
    say "$root stays: it has something of this machine mounted in it"
  else
    rm -rf --one-file-system "$root"
  fi
}
step() {
  current=$1
  shift
  step_began=$(date +%s)
  "$@"
  say "$current: $(($(date +%s) - step_began)) s"
}
# Shows what a command printed only if it fails.
quietly() { "$@" >"$cache/log" 2>&1 || { cat "$cache/log"; return 1; }; }
inside() { if [ "$engine" = chroot ]; then chroot "$root" "$@"; else "$engine" exec --interactive "$container" "$@"; fi; }
# Files of this machine, by their path below $1, to the same place below $2 inside.
carry() { [ ! -e "$1/$3" ] || tar -C "$1" -chf - "$3" | inside tar -C "$2" -xf -; }
repository() { git -c safe.directory="$PWD" "$@"; }

# Debian's essential packages and apt. What was fetched once is kept.
fetch() {
  for release in $releases; do
    base=$cache/debian-$release
    [ ! -d "$base" ] || return 0
    rm -rf --one-file-system "$base.part"
    if quietly debootstrap --variant=minbase "$release" "$base.part" "$mirror"; then
      mv "$base.part" "$base"
      return 0
    fi
    say "Debian $release cannot be had from $mirror"
  done
  return 1
}
begin_chroot() {
  fetch
  root=$(mktemp -d "$cache/root-XXXXXX")
  chmod 755 "$root"
  cp -a "$base/." "$root"
  mount -t proc proc "$root/proc"
  for folder in sys dev; do mount --rbind --make-rslave "/$folder" "$root/$folder"; done
  cp -L --remove-destination /etc/resolv.conf "$root/etc/resolv.conf"
  printf '127.0.0.1 localhost\n::1 localhost\n' >"$root/etc/hosts"
}
begin_container() {
  for release in $releases; do
    if container=$("$engine" run --detach --init "docker.io/library/debian:$release" sleep infinity); then return 0; fi
    say "Debian $release cannot be had by $engine"
  done
  return 1
}
install_packages() {
  quietly inside apt-get update
  # shellcheck disable=SC2086 # a list of names
  quietly inside env DEBIAN_FRONTEND=noninteractive apt-get install --yes $packages
}
copy_head() {
  inside useradd --create-home --shell /bin/bash $user
  inside mkdir /home/$user/voice-engine
  repository archive HEAD | inside tar -C /home/$user/voice-engine -xf -
}

# How this machine reaches the package index: its own certificates, the files of pip and uv, and their variables.
REACHING='^(PIP_(INDEX_URL|EXTRA_INDEX_URL|TRUSTED_HOST|CERT|PROXY|DEFAULT_TIMEOUT)|UV_INDEX(_[A-Z0-9_]+)?|UV_(DEFAULT_INDEX|EXTRA_INDEX_URL|INSECURE_HOST|NATIVE_TLS|SYSTEM_CERTS|HTTP_TIMEOUT|PYTHON_INSTALL_MIRROR)|SSL_CERT_(FILE|DIR)|(REQUESTS|CURL)_CA_BUNDLE|(https?|all|no)_proxy|(HTTPS?|ALL|NO)_PROXY)$'
copy_index_settings() {
  for path in etc/pip.conf etc/xdg/pip etc/uv usr/local/share/ca-certificates; do carry / / "$path"; done
  for path in .config/pip .config/uv .pip; do carry "$HOME" /home/$user "$path"; done
  quietly inside update-ca-certificates
  for variable in $(env | sed -n 's/^\([A-Za-z_][A-Za-z0-9_]*\)=.*/\1/p' | grep -E "$REACHING"); do
    value=$(printenv "$variable")
    case $value in /*.pem | /*.crt) inside test -e "$value" || carry / / "${value#/}" ;; esac
    printf "export %s='%s'\n" "$variable" "$(printf '%s' "$value" | sed "s/'/'\\\\''/g")"
  done | inside tee /etc/profile.d/package-index.sh >/dev/null
  inside chown -R $user:$user /home/$user
}
# A shell as after a login: it has nothing of this environment.
be_the_newcomer() { inside su - $user -c "cd voice-engine && sh scripts/newcomer.sh '$command'"; }

began=$(date +%s)
trap finish EXIT
trap 'exit 130' INT TERM
mkdir -p "$cache"
# Left by one that was killed.
find "$cache" -maxdepth 1 -name 'root-*' -mtime +0 -exec rm -rf --one-file-system {} +
current="to read the README"
# shellcheck disable=SC2016 # Markdown
packages=$(sed -n 's/.*`apt-get install \([^`]*\)`.*/\1/p' README.md)
[ -n "$packages" ]
[ -z "$(repository status --porcelain)" ] || say "what is not committed is not tested"
if [ "$engine" = chroot ]; then step "a bare Debian in a chroot" begin_chroot; else step "a bare Debian by $engine" begin_container; fi
say "it is Debian $(inside cat /etc/debian_version); HEAD is $(repository rev-parse --short HEAD)"
step "apt-get install $packages" install_packages
step "a copy of HEAD for an ordinary user" copy_head
step "how this machine reaches the package index" copy_index_settings
step "what a newcomer does" be_the_newcomer
say "passed in $(($(date +%s) - began)) s"
