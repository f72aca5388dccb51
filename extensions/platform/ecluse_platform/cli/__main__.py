"""`python -m ecluse_platform.cli` is the `ecluse` command."""

from __future__ import annotations

from ecluse_platform.cli.entry import main

if __name__ == "__main__":
    main()
