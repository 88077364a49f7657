"""What ends a build for a reason that its user can change."""

from __future__ import annotations


class BuildError(Exception):
    """The message says what happened, where, and what to do."""
