#!/bin/sh
# An nginx for the tests of the proxy in deploy/: the one that is installed, else Debian's.
set -eu
if PATH="$PATH:/usr/sbin" command -v nginx >/dev/null; then
    exit 0
fi
if command -v apt-get >/dev/null && [ "$(id -u)" = 0 ]; then
    apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -qq -y nginx-light >/dev/null && exit 0
fi
echo "There is no nginx, and it can't be installed without root and apt-get. Install it, and try again." >&2
exit 1
