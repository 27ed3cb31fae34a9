# shellcheck shell=bash
# Small helpers for every script: messages, the cache folder, installing Debian packages, stamps.

ROOT=$PWD
CACHE=${XDG_CACHE_HOME:-$HOME/.cache}/cnn-notebook

say() { printf '\033[1m▸\033[0m %s\n' "$*" >&2; }

# die WHAT WHAT-TO-DO
die() {
  printf '\033[31m✗ %s\033[0m\n' "$1" >&2
  [ $# -lt 2 ] || printf '  what to do: %s\n' "$2" >&2
  exit 1
}

have() { command -v "$1" >/dev/null 2>&1; }

# quietly LABEL COMMAND…: shows elapsed time while the command runs, its output only if it fails.
quietly() {
  local label=$1 log status=0 started=$SECONDS pid
  shift
  log=$(mktemp)
  "$@" >"$log" 2>&1 </dev/null &
  pid=$!
  if [ -t 2 ]; then
    while kill -0 "$pid" 2>/dev/null; do
      printf '\r\033[K  … %s (%d s)' "$label" $((SECONDS - started)) >&2
      sleep 0.5
    done
    printf '\r\033[K' >&2
  else
    say "$label …"
  fi
  wait "$pid" || status=$?
  if [ "$status" -ne 0 ]; then
    tail -n 60 "$log" >&2
    rm -f "$log"
    return "$status"
  fi
  rm -f "$log"
  if [ -t 2 ] || [ $((SECONDS - started)) -ge 5 ]; then say "$label: done ($((SECONDS - started)) s)"; fi
}

# at_once FUNCTION ARG…: calls it for every argument at the same time, each in a shell of its own; fails if one of them does.
at_once() {
  local call=$1 arg pid pids=() status=0
  shift
  for arg in "$@"; do
    "$call" "$arg" &
    pids+=($!)
  done
  for pid in "${pids[@]}"; do wait "$pid" || status=1; done
  return "$status"
}

is_debian() { have apt-get && have dpkg; }

# apt_install PACKAGE…: as root or through sudo; otherwise says the exact command.
apt_install() {
  local sudo=() missing=() p
  for p in "$@"; do
    [ "$(dpkg-query -W -f='${db:Status-Status}' "$p" 2>/dev/null)" = installed ] || missing+=("$p")
  done
  [ ${#missing[@]} -gt 0 ] || return 0
  if [ "$(id -u)" -ne 0 ]; then
    if have sudo && sudo -n true 2>/dev/null; then
      sudo=(sudo)
    else
      die "these Debian packages are missing: ${missing[*]}" \
        "sudo apt-get update && sudo apt-get install --no-install-recommends ${missing[*]}"
    fi
  fi
  # "update" may fail for one of several sources; what counts is whether the install then works.
  quietly "apt-get update" ${sudo[@]+"${sudo[@]}"} apt-get -q update || true
  quietly "apt-get install ${missing[*]}" ${sudo[@]+"${sudo[@]}"} env DEBIAN_FRONTEND=noninteractive \
    apt-get -q -y --no-install-recommends install "${missing[@]}" ||
    die "apt-get could not install: ${missing[*]}" "read its message above; is the package source reachable?"
}

# version_at_least HAVE WANT
version_at_least() { [ "$(printf '%s\n%s\n' "$2" "$1" | sort -V | head -n1)" = "$2" ]; }

# macOS has shasum, Linux sha256sum.
sha256() { if have sha256sum; then sha256sum; else shasum -a 256; fi; }
hash_of() { cat -- "$@" | sha256 | cut -d' ' -f1; }

# fresh STAMP HASH: true when the stamp file holds just this hash.
fresh() { [ -f "$1" ] && [ "$(cat "$1")" = "$2" ]; }
stamp() { mkdir -p "$(dirname "$1")" && printf '%s' "$2" >"$1"; }
