"""Where the files are that come with the program: its queries, presets of dialects, plugins, templates and assets.

In the repository they are in its top folder; an installed package holds a copy in `phenomena/site`.
"""

from __future__ import annotations

from pathlib import Path

PACKAGE = Path(__file__).parents[1]
SHIPPED = PACKAGE / "site" if (PACKAGE / "site").is_dir() else PACKAGE.parent
