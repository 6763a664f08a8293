"""Times calls as Measured.java does, and writes their result beside their time."""

import os
import statistics
import time

WARM_UP_SECONDS = 3
TURN_SECONDS = 0.05
TURNS = 21


def microseconds(call):
    """The median over turns of at least 50 ms of the microseconds that a call takes."""
    calls = 0
    start = time.perf_counter()
    while time.perf_counter() - start < WARM_UP_SECONDS:
        call()
        calls += 1
    per_turn = max(1, int(TURN_SECONDS * calls / (time.perf_counter() - start)) + 1)
    times = []
    for _ in range(TURNS):
        turn = time.perf_counter()
        for _ in range(per_turn):
            call()
        times.append(1e6 * (time.perf_counter() - turn) / per_turn)
    return statistics.median(times)


def write(work, system, microseconds, numbers):
    """Writes target/compare/work.system.txt: the time, then the numbers, one a line."""
    os.makedirs("target/compare", exist_ok=True)
    with open(f"target/compare/{work}.{system}.txt", "w") as file:
        for number in [microseconds, *numbers]:
            file.write(f"{float(number)!r}\n")
