#!/bin/sh
# Makes .venv from one of the hash-locked lists here: sh requirements/install.sh runtime|development
# Does nothing where that is done; rebuilds what was left half done; one at a time.
set -eu
list=$1
python=${PYTHON:-python3}
cd "$(dirname "$0")/.."

say() { printf '%s\n' "$*"; }
refuse() { printf '%s\n' "$*" >&2; exit 1; }

exec 9<.
flock 9

# Written last into a finished .venv: the list's sum, the interpreter, and the folder, which scripts record.
mark() { printf '%s %s %s\n' "$(cksum <"requirements/$1.txt")" "$(.venv/bin/python -V 2>/dev/null)" "$PWD"; }
is_installed() { [ -f ".venv/installed-$1" ] && [ "$(cat ".venv/installed-$1")" = "$(mark "$1")" ]; }

if is_installed "$list" || { [ "$list" = runtime ] && is_installed development; }; then exit 0; fi

[ -w . ] || refuse "This account may not write to $PWD: copy the project to a folder of its own."
command -v "$python" >/dev/null || refuse "$python is not there: install Python 3.11 or newer, or set PYTHON."
"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' ||
  refuse "Duijie needs Python 3.11 or newer, $python is $("$python" -V 2>&1). Try: make run PYTHON=python3.11"
if ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
  sh requirements/system.sh "$("$python" -c 'import sys; print("python%d.%d-venv" % sys.version_info[:2])')"
  "$python" -c 'import ensurepip, venv' || refuse "$python lacks venv: set PYTHON to one that has it."
fi

if ! ls .venv/installed-* >/dev/null 2>&1 || ! .venv/bin/python -c '' 2>/dev/null; then
  rm -rf .venv
  "$python" -m venv .venv
fi
say "Installing the Python packages of requirements/$list.txt (once) ..."
rm -f .venv/installed-*
.venv/bin/python -m pip install -qq --disable-pip-version-check --require-hashes --only-binary :all: \
  --requirement "requirements/$list.txt" || refuse "The packages were not installed: check the network, then repeat."
mark "$list" >".venv/installed-$list"
