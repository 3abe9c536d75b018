#!/bin/sh
# Installs the Debian packages that are missing, or says which: sh requirements/system.sh PACKAGE...
set -eu
command -v dpkg-query >/dev/null || exit 0 # not Debian: what is missing will say so itself
missing=
for package in "$@"; do
  [ "$(dpkg-query --show --showformat '${db:Status-Status}' "$package" 2>/dev/null)" = installed ] ||
    missing="$missing $package"
done
[ -n "$missing" ] || exit 0
if [ "$(id -u)" != 0 ]; then
  printf 'Debian packages are missing. Install them: sudo apt install%s\n' "$missing" >&2
  exit 1
fi
printf 'Installing the Debian packages%s ...\n' "$missing"
export DEBIAN_FRONTEND=noninteractive
apt-get -qq -o DPkg::Lock::Timeout=300 update
# shellcheck disable=SC2086 # each word of the list is a package
apt-get -qq -o DPkg::Lock::Timeout=300 --no-install-recommends --yes install $missing >/dev/null
