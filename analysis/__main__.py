"""Run the command line: ``python -m analysis``."""

import sys

try:
    from analysis.cli.app import main
except ImportError as error:
    sys.stderr.write(f"A part of the project or of its environment is missing: {error}.\n")
    sys.exit(2)
except KeyboardInterrupt:  # while modules are imported
    sys.stderr.write("interrupted: nothing was done.\n")
    sys.exit(130)

if __name__ == "__main__":
    main()
