#!/usr/bin/env bash
# Makes the virtual environment given as the one argument: the hashed lock first, then deskops itself as an
# editable install. Plain venv and pip, because a fresh machine has nothing else.
set -euo pipefail
cd "$(dirname "$0")/.."
venv=${1:?usage: scripts/make_venv.sh FOLDER}

say() { printf 'setup: %s\n' "$*" >&2; }

find_python() {
    local candidate
    for candidate in "${PYTHON:-}" python3 python3.14 python3.13 python3.12 python3.11; do
        if [ -n "$candidate" ] && "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            echo "$candidate"
            return
        fi
    done
    say "deskops needs Python 3.11 or newer; none was found. Install one, or name it: make setup PYTHON=/path/to/python3"
    return 1
}

python=$(find_python)
if [ ! -x "$venv/bin/python" ] || ! "$venv/bin/python" -m pip --version >/dev/null 2>&1; then
    # Debian keeps ensurepip, which venv needs, in a package of its own.
    if ! "$python" -c 'import ensurepip' 2>/dev/null; then
        scripts/system_packages.sh "python$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')-venv"
    fi
    say "making $venv with $("$python" --version)"
    "$python" -m venv "$venv"
fi

pip=("$venv/bin/python" -m pip --disable-pip-version-check --no-input)
say "installing the locked packages"
"${pip[@]}" install --quiet --require-hashes -r requirements.lock
# The lock holds the build back end too, so that nothing unhashed is fetched to build the editable install.
"${pip[@]}" install --quiet --no-deps --no-build-isolation --editable .
# pip compiles what it installs, not what it finds installed; uncompiled, a start takes thrice as long. Files that
# no Python of this version can read, such as templates, are no failure.
"$venv/bin/python" -m compileall -qq -j 0 "$venv/lib" || true
say "ready: $venv/bin/deskops"
