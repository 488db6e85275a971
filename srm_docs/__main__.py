"""`srm-docs` and `python -m srm_docs`: ready for Ctrl-C before anything large is imported."""

from __future__ import annotations

import sys

from srm_docs import interrupt


def main() -> None:
    """Run the command line."""
    try:
        interrupt.arm()
        from srm_docs.cli import main as run

        run()
    except KeyboardInterrupt:
        sys.stderr.write("Error: Interrupted before anything was begun.\n")
        sys.exit(interrupt.EXIT_CODE)


if __name__ == "__main__":
    main()
