"""Times the engine and its peers side by side: the same steps on the same numbers, one thread each, in one run.

    compare.py --rounds COUNT

Every program prints one line of JSON for each kind of step, see `problem.py`. They take turns, round after round, so that
whatever else the computer does hits all of them; what is told is the median of the rounds and their range. A peer whose
losses are not ours is an error: then the times would compare different things.

Writes `measured.md`, the tables, and `measured.txt`, every number as `name = value`, both in microseconds.
"""

import argparse
import json
import os
import platform
import shutil
import statistics
import subprocess
import sys
from pathlib import Path

FOLDER = Path(__file__).resolve().parent
PROJECT = FOLDER.parent.parent
CRITERION = PROJECT / "target/peers/criterion"
BENCH = ["cargo", "bench", "--package", "hnn-benches"]
# This library's program, which runs first: what the others compute must agree with it.
OURS = "rust"
# Relative difference of losses and gradients that rounding explains. The notebook's differences have a step of 1e-7, which
# leaves them 9 digits.
TOLERANCE = 1e-7
# The kinds of steps as the programs name them, each with its title and how many of which matrix products it is made of, as
# `benches/engine.rs` names those.
WORKS = {
    "notebook": (
        "the notebook's step",
        {"64x128x128": 2, "32x128x128": 2, "32x128x128t": 2, "128tx32x128": 2},
    ),
    "unreported": (
        "the notebook's, unreported",
        {"32x128x128": 2, "32x128x128t": 2, "128tx32x128": 2},
    ),
    "hnn": (
        "exact Hamiltonian step, tanh",
        {"32x128x128": 4, "32x128x128t": 4, "128tx64x128": 2},
    ),
    "lnn": ("structured Lagrangian step, SiLU", {}),
}


class Measured:
    """Everything measured: microseconds of several rounds."""

    def __init__(self):
        # By kind of step and program: how the program calls itself, and its times.
        self.steps = {}
        # The losses and the gradient of this library, by kind of step.
        self.ours = {}
        # By benchmark of `benches/engine.rs`.
        self.engine = {}

    def add_steps(self, program, printed):
        for line in map(json.loads, printed.splitlines()):
            work, numbers = line["work"], [*line["losses"], line["gradient_norm"]]
            ours = self.ours.setdefault(work, numbers)
            far = [a for a, b in zip(ours, numbers) if not abs(a - b) <= TOLERANCE * abs(a)]
            if far or len(ours) != len(numbers):
                sys.exit(
                    f"{program} computes something else in the step `{work}`: the first losses and the norm of the first "
                    f"gradient are {numbers}, and ours {ours}"
                )
            _, times = self.steps.setdefault((work, program), (line["peer"], []))
            times.append(line["microseconds"])

    def add_engine(self):
        for file in CRITERION.rglob("new/estimates.json"):
            name = file.parent.parent.relative_to(CRITERION).as_posix()
            nanoseconds = json.loads(file.read_text())["median"]["point_estimate"]
            self.engine.setdefault(name, []).append(nanoseconds / 1000)

    def of(self, work):
        """The programs that took this kind of step: name, title and times."""
        return [(name, *told) for (of, name), told in sorted(self.steps.items()) if of == work]

    def median(self, work, program):
        _, times = self.steps.get((work, program), (None, None))
        return times and statistics.median(times)

    def fastest_peer(self, work):
        """The fastest of the other programs: its median and its name."""
        peers = [(statistics.median(times), name) for name, _, times in self.of(work) if name != OURS]
        return min(peers, default=(None, None))

    def table(self):
        lines = ["| step | program | µs | range | to the fastest peer |", "| --- | --- | ---: | ---: | ---: |"]
        for work, (title, _) in WORKS.items():
            fastest, _ = self.fastest_peer(work)
            for _, peer, times in self.of(work):
                median, low, high = spread(times)
                ratio = f"{median / fastest:.2f}" if fastest else ""
                lines.append(f"| {title} | {peer} | {median:.0f} | {low:.0f} to {high:.0f} | {ratio} |")
        lines += ["", "| benchmark | µs | range |", "| --- | ---: | ---: |"]
        for name, times in sorted(self.engine.items()):
            median, low, high = spread(times)
            lines.append(f"| `{name}` | {median:.1f} | {low:.1f} to {high:.1f} |")
        return "\n".join(lines)

    def facts(self):
        """Every number by its name."""
        facts = {}

        def add(name, times, digits):
            for ending, value in zip(["", "_low", "_high"], spread(times)):
                facts[name + ending] = f"{value:.{digits}f}"

        for work, (_, products) in WORKS.items():
            for program, title, times in self.of(work):
                facts[f"{work}_{program}_program"] = title
                add(f"{work}_{program}", times, 0)
            ours = self.median(work, OURS)
            if not ours:
                continue
            fastest, peer = self.fastest_peer(work)
            if peer:
                facts[f"{work}_fastest_peer"] = peer
                facts[f"{work}_ratio"] = f"{ours / fastest:.2f}"
            # The products by themselves, as `general_mat_mul` takes them.
            times = [(count, self.engine.get(f"product/{name}")) for name, count in products.items()]
            if times and all(times for _, times in times):
                total = sum(count * statistics.median(times) for count, times in times)
                facts[f"{work}_products"] = f"{total:.0f}"
                facts[f"{work}_products_percent"] = f"{100 * total / ours:.0f}"
        for program, _, unreported in self.of("unreported"):
            if whole := self.median("notebook", program):
                share = 100 * (1 - statistics.median(unreported) / whole)
                facts[f"report_{program}_percent"] = f"{share:.0f}"
        for name, times in sorted(self.engine.items()):
            add(name.replace("/", "_").replace("-", "_"), times, 1)
        return facts


def spread(times):
    return statistics.median(times), min(times), max(times)


def machine():
    """The processor as it calls itself, where the system tells, and the system."""
    model = platform.machine()
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
        model = next(line.split(":")[1].strip() for line in lines if line.startswith("model name"))
    except (OSError, StopIteration):
        pass
    return f"{model}, {sys.platform}"


def programs():
    """What is run, by name."""
    found = {
        OURS: [*BENCH, "--quiet", "--bench", "peers"],
        "numpy": [sys.executable, FOLDER / "numpy_steps.py"],
        "jax": [sys.executable, FOLDER / "jax_steps.py"],
    }
    for folder in os.get_exec_path():
        python = shutil.which("python3", path=folder)
        if python and subprocess.run([python, "-c", "import torch"], capture_output=True).returncode == 0:
            return found | {"torch": [python, FOLDER / "torch_steps.py"]}
    print(
        "skipped: PyTorch, which no Python on this computer has (`apt-get install python3-torch libopenblas0` on Debian)",
        file=sys.stderr,
    )
    return found


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, required=True, help="how often each is run")
    rounds = parser.parse_args().rounds
    # On one processor alone, where the system can.
    processor = str(os.cpu_count() - 1)
    pin = ["taskset", "--cpu-list", processor] if shutil.which("taskset") else []

    def run(name, words):
        print(f"round {number} of {rounds}: {name}", file=sys.stderr)
        environment = os.environ | {"CRITERION_HOME": str(CRITERION)}
        ended = subprocess.run([*pin, *words], cwd=PROJECT, env=environment, capture_output=True, text=True)
        if ended.returncode != 0:
            sys.exit(f"failed to time {name}: {ended.stderr.strip()}")
        return ended.stdout

    measured, peers = Measured(), programs()
    for number in range(1, rounds + 1):
        for name, words in peers.items():
            measured.add_steps(name, run(name, words))
        run("the engine's benchmarks", [*BENCH, "--quiet", "--bench", "engine", "--", "--quick", "--quiet"])
        measured.add_engine()
    place = f"pinned to processor {processor}" if pin else "not pinned"
    head = f"{machine()}; one thread each, {place}; median of {rounds} rounds, and their range."
    facts = {"machine": machine(), "rounds": rounds} | measured.facts()
    (FOLDER / "measured.md").write_text(f"{head}\n\n{measured.table()}\n")
    (FOLDER / "measured.txt").write_text("".join(f"{name} = {value}\n" for name, value in facts.items()))
    print(head, measured.table(), sep="\n\n")


if __name__ == "__main__":
    main()
