"""Run a command in a fresh process and print its seconds and its peak memory as JSON.

A script of its own, and a small one: the peak memory that a system reports for a child starts at that of the
process which started it.
"""

import json
import resource
import subprocess
import sys
import time


def main() -> int:
    """Run the command of the arguments; its own exit code."""
    start = time.perf_counter()
    done = subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL, check=False)
    seconds = time.perf_counter() - start
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    to_mb = 1e6 if sys.platform == "darwin" else 1e6 / 1024  # macOS counts bytes, Linux KiB
    print(json.dumps({"seconds": seconds, "peak_mb": peak / to_mb}))
    return done.returncode


if __name__ == "__main__":
    sys.exit(main())
