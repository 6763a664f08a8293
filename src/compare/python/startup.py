"""The median wall time from the start of a process to its end, for commands that compute once.

    python startup.py NAME COMMAND...
"""

import statistics
import subprocess
import sys
import time

RUNS = 5

seconds = []
# The first run reads files that the others find in memory.
for _ in range(RUNS + 1):
    start = time.perf_counter()
    subprocess.run(sys.argv[2:], check=True, stdout=subprocess.DEVNULL)
    seconds.append(time.perf_counter() - start)
print(f"start {sys.argv[1]}: first {seconds[0]:.2f} s, median {statistics.median(seconds[1:]):.2f} s")
