#!/bin/sh
# A Chromium for the browser tests: Debian's headless shell, else the one that is installed or Debian's, else
# Playwright's own. The shell loads pages in half the processor time; without it the tests are the same.
set -eu
has() { command -v "$1" >/dev/null; }
install() {
    has apt-get && [ "$(id -u)" = 0 ] || return 1
    DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-remove "$1" >/dev/null 2>&1
}
if has chromium-headless-shell || install chromium-headless-shell; then
    exit 0
fi
if has chromium || has chromium-browser || has google-chrome; then
    exit 0
fi
if has apt-get && [ "$(id -u)" = 0 ]; then
    apt-get update -qq && { install chromium-headless-shell || install chromium; } && exit 0
fi
exec "$1" install chromium
