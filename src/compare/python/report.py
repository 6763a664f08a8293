"""Checks that all systems computed the same, and prints a table per work.

    python report.py

Reads what the other scripts and programs wrote into target/compare. A result must agree with that by
hand to a relative 1e-9 of its largest number; accuracies are only shown.
"""

import collections
import glob
import os

results = collections.defaultdict(dict)
for path in glob.glob("target/compare/*.*.txt"):
    work, system, _ = os.path.basename(path).rsplit(".", 2)
    with open(path) as file:
        time, *numbers = map(float, file)
    results[work][system] = time, numbers

for work, systems in sorted(results.items()):
    least = min(time for time, _ in systems.values())
    print(f"\n{work}\n")
    print("| system | µs | ÷ fastest | largest difference |")
    print("| --- | --- | --- | --- |")
    for system, (time, numbers) in sorted(systems.items(), key=lambda item: item[1][0]):
        if work == "mnist":
            shown = f"accuracy {numbers[0]:.4f}"
        else:
            expected = systems["by-hand"][1]
            assert len(numbers) == len(expected), (work, system)
            scale = max(map(abs, expected))
            difference = max(abs(a - b) for a, b in zip(numbers, expected)) / scale
            shown = f"{difference:.1e}" if difference <= 1e-9 else f"{difference:.1e} WRONG"
        print(f"| {system} | {time:.4g} | {time / least:.3g} | {shown} |")
