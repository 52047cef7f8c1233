"""Run the command line: ``python -m analysis``."""

from analysis.cli.app import main

if __name__ == "__main__":
    main()
