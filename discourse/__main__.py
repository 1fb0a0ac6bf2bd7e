"""The command `discourse`, also as `python -m discourse`."""

import sys


def main() -> None:
    """Runs the command line; Ctrl-C while it is still being loaded ends it in one line too."""
    try:
        from discourse.cli import main as run

        run()
    except KeyboardInterrupt:
        print("discourse: interrupted", file=sys.stderr)
        sys.exit(130)


if __name__ == "__main__":
    main()
