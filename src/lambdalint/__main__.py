"""`python -m lambdalint`."""

from __future__ import annotations

from lambdalint.cli import main

if __name__ == "__main__":
    main()
