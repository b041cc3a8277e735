# shellcheck shell=sh
# Everything script/demo and script/test need before they can start. Both source it from the root of the repository.
# It asks nothing, works without a terminal, as root and as an ordinary user, and says what it does while it does it.

say() { printf '==> %s\n' "$*" >&2; }

die() {
  printf '\nerror: %s\n' "$*" >&2
  exit 1
}

has() { command -v "$1" >/dev/null 2>&1; }

bin="$PWD/node_modules/.bin"

# Inside `npm test` the dependencies lead PATH. Until they are known to be whole, the system's own Node does the work.
PATH=$(printf '%s' "$PATH" | tr ':' '\n' | grep -Fxv "$bin" | paste -sd : -)

need_node() {
  for program in node npm; do
    has "$program" || die "$program was not found: install Node.js 20 or newer with npm (https://nodejs.org), then run this again."
  done
  node_major=$(node -p 'process.versions.node.split(".")[0]')
  [ "$node_major" -ge 20 ] || die "Node.js $(node --version) is too old: install Node.js 20 or newer, then run this again."
}

# Shows that something happens while a long command runs, terminal or not.
with_ticker() {
  started=$(date +%s)
  (while sleep 10 >/dev/null 2>&1 && kill -0 "$$" 2>/dev/null; do say "... $(($(date +%s) - started)) s, still working"; done) &
  ticker=$!
  status=0
  "$@" || status=$?
  kill "$ticker" 2>/dev/null || true
  wait "$ticker" 2>/dev/null || true
  return "$status"
}

pinned_node_runs() { "$bin/node" --version >/dev/null 2>&1; }

# The pinned Node is built for glibc; elsewhere (Alpine) the system's own will do when it is new enough.
some_node_24() { pinned_node_runs || [ "$node_major" -ge 24 ]; }

# --include=dev: NODE_ENV=production in somebody's shell must not leave the tools out.
need_dependencies() {
  if ! { node script/dependencies-fresh.mjs && some_node_24; }; then
    say 'Installing dependencies with npm ci; the first time takes a minute or two'
    with_ticker npm ci --include=dev --no-audit --no-fund --loglevel=error >&2 || die 'npm ci failed; its own message is above.'
  fi
  some_node_24 ||
    die 'npm did not install the Node.js 24 that Tocsin runs on: allow install scripts (npm config set ignore-scripts false) and delete node_modules, or install Node.js 24 yourself; then run this again.'
  if pinned_node_runs; then PATH="$bin:$PATH"; else PATH="$PATH:$bin"; fi
  export PATH
}

# as_root COMMAND... : fails rather than ask for a password.
as_root() {
  if [ "$(id -u)" = 0 ]; then
    "$@"
  elif has sudo; then
    sudo -n "$@"
  else
    return 1
  fi
}

refresh_apt_once() {
  [ -z "${apt_refreshed:-}" ] || return 0
  apt_refreshed=yes
  with_ticker as_root apt-get update -q >&2 || say 'apt-get update failed; going on with the package lists that are there'
}

# system_install APT DNF APK PACMAN BREW : installs with the package manager that is here; an empty name skips it.
system_install() {
  if has apt-get && [ -n "$1" ]; then
    refresh_apt_once
    with_ticker as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends "$1" >&2
  elif has dnf && [ -n "$2" ]; then
    with_ticker as_root dnf install -y -q "$2" >&2
  elif has apk && [ -n "$3" ]; then
    with_ticker as_root apk add --no-cache "$3" >&2
  elif has pacman && [ -n "$4" ]; then
    with_ticker as_root pacman -Sy --noconfirm --needed "$4" >&2
  elif has brew && [ -n "$5" ]; then
    with_ticker env HOMEBREW_NO_AUTO_UPDATE=1 brew install "$5" >&2
  else
    return 1
  fi
}

has_redis() { has redis-server || has valkey-server; }

need_redis() {
  has_redis && return
  if [ -n "${REDIS_URL:-}" ]; then
    say 'No redis-server here; using REDIS_URL'
    return
  fi
  say 'Installing redis-server with the package manager of this system'
  system_install redis-server valkey redis valkey redis || true
  has_redis ||
    die "redis-server could not be installed from here: install Redis 6.2 or newer (Debian, Ubuntu: sudo apt-get install redis-server; macOS: brew install redis), or set REDIS_URL to a Redis that is already running."
}

chromium_here() {
  for candidate in "${CHROMIUM:-}" chromium chromium-browser google-chrome google-chrome-stable \
    '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome' '/Applications/Chromium.app/Contents/MacOS/Chromium'; do
    if [ -n "$candidate" ] && has "$candidate"; then
      command -v "$candidate"
      return
    fi
  done
  return 1
}

# Exports CHROMIUM, the browser for the tests of the sandbox's page; without one those tests skip themselves.
want_chromium() {
  if ! CHROMIUM=$(chromium_here); then
    say 'Installing chromium for the browser tests'
    system_install chromium '' '' '' '' || true
    CHROMIUM=$(chromium_here) || {
      unset CHROMIUM
      say 'SKIPPED: the browser tests, because no Chromium was found; install one or set CHROMIUM to its program'
      return
    }
  fi
  export CHROMIUM
}
