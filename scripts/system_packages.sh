#!/usr/bin/env bash
# Installs Debian packages that are missing, where that is permitted: those the tests use, or those named as
# arguments. Where it is not permitted it says what will be skipped and succeeds: the suite then skips those tests.
set -euo pipefail
export DEBIAN_FRONTEND=noninteractive

say() { printf 'system packages: %s\n' "$*" >&2; }

missing=()
need() {
    local package=$1 reason=$2
    shift 2
    "$@" >/dev/null 2>&1 || { missing+=("$package"); say "missing $package: $reason"; }
}

has_postgresql() { compgen -G '/usr/lib/postgresql/*/bin/initdb' || command -v initdb; }
has_library() { ldconfig -p | grep -q "$1"; }
has_font() { fc-list :lang=fa family | grep -q .; }

if [ $# -gt 0 ]; then
    missing=("$@")
else
    need chromium "browser tests" command -v chromium
    need postgresql "tests on PostgreSQL" has_postgresql
    need redis-server "tests of two processes" command -v redis-server
    need nginx "tests behind nginx" command -v nginx
    need libpango-1.0-0 "tests of PDF files" has_library 'libpango-1\.0\.so'
    need libpangoft2-1.0-0 "tests of PDF files" has_library 'libpangoft2-1\.0\.so'
    need fonts-dejavu-core "a system font with Persian letters for browser tests" has_font
fi
[ ${#missing[@]} -gt 0 ] || exit 0

if [ "$(id -u)" = 0 ]; then
    as_root=()
elif sudo -n true 2>/dev/null; then
    as_root=(sudo -n DEBIAN_FRONTEND=noninteractive)
else
    say "not permitted to install (neither root nor sudo without a password): tests that need ${missing[*]} are skipped"
    exit 0
fi
if ! command -v apt-get >/dev/null; then
    say "no apt-get here: tests that need ${missing[*]} are skipped"
    exit 0
fi

say "installing ${missing[*]}"
# Debian would start its own PostgreSQL, Redis and nginx on their usual ports; the tests start theirs on free ones.
policy=/usr/sbin/policy-rc.d
if [ ! -e "$policy" ]; then
    printf '#!/bin/sh\nexit 101\n' | "${as_root[@]}" tee "$policy" >/dev/null
    "${as_root[@]}" chmod +x "$policy"
    trap '"${as_root[@]}" rm -f "$policy"' EXIT
fi
install() {
    "${as_root[@]}" apt-get -qq -o Acquire::Retries=3 update </dev/null &&
        "${as_root[@]}" apt-get -qq -y --no-install-recommends install "${missing[@]}" </dev/null >/dev/null
}
install || say "installing failed: tests that need ${missing[*]} are skipped"
