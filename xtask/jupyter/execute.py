"""Executes notebooks from their source alone and writes the executed copies.

    execute.py [--afresh] [--at-once N] --into FOLDER NOTEBOOK...

Every notebook gets a kernel of its own, started in the notebook's folder. Recorded outputs are thrown away first,
so what the copies hold was computed now. Every notebook is tried; the exit code is 1 if a cell failed. How long each
took is printed and left in `seconds.json` beside the copies: it judges nothing.

A copy that is there, and was executed from the same cells, library, compiler and kernel, is left as it is: it would be the
same. Not with `--afresh`.

The library is compiled once, new for this run, by the first cell of the first notebook, as it is for a reader. Each of
the N notebooks executed at the same time then has a copy of that build folder to itself.
"""

import argparse
import asyncio
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import nbformat
from jupyter_client.kernelspec import KernelSpecManager
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError

KERNEL = "rust"
# Seconds after which a cell or the start of a kernel counts as hanging, not as slow: the longest cell takes some tens
# on an idle computer.
HANGING = 3600
PROJECT = Path(__file__).resolve().parents[2]
# What an output follows from besides the cells and the programs: the library, what it reads, and how it is executed.
INPUTS = ["Cargo.toml", "Cargo.lock", ".cargo", "src", "recorded", "xtask/jupyter"]
COLOUR = re.compile(r"\x1b\[[0-9;]*m")


def main():
    arguments = parse_arguments()
    arguments.into.mkdir(parents=True, exist_ok=True)
    executed = Executed(arguments.into)
    if not arguments.afresh:
        arguments.notebooks = [notebook for notebook in arguments.notebooks if not executed.holds(notebook)]
    failures = []
    # Outside the project: cargo would take a build folder inside it for a part of the workspace.
    if arguments.notebooks:
        with tempfile.TemporaryDirectory() as builds:
            failures = asyncio.run(execute_all(arguments, Path(builds), executed))
    for failure in failures:
        print(failure, file=sys.stderr)
    sys.exit(1 if failures else 0)


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--afresh", action="store_true", help="execute what has not changed as well")
    parser.add_argument("--into", type=Path, required=True, help="folder of the executed copies")
    parser.add_argument("--at-once", type=int, default=2, help="notebooks executed at the same time")
    parser.add_argument("notebooks", type=Path, nargs="+")
    return parser.parse_args()


class Executed:
    """The executed copies in a folder, and what each was executed from."""

    def __init__(self, folder):
        self.folder = folder
        self.file = folder / "executed-from.json"
        try:
            self.digests = json.loads(self.file.read_text())
        except (OSError, ValueError):
            self.digests = {}
        kernel = KernelSpecManager().get_kernel_spec(KERNEL).to_json()
        compiler = subprocess.run(["rustc", "-vV"], check=True, capture_output=True, text=True).stdout
        self.common = hashlib.sha256(f"{kernel}{compiler}{sys.version}".encode())
        for top in INPUTS:
            below = sorted((PROJECT / top).rglob("*"))
            for path in [PROJECT / top, *below]:
                if path.is_file():
                    self.common.update(f"\0{path.relative_to(PROJECT).as_posix()}\0".encode() + path.read_bytes())

    def digest(self, recorded):
        whole = self.common.copy()
        whole.update(json.dumps(read(recorded)).encode())
        return whole.hexdigest()

    def holds(self, recorded):
        """Whether the copy of a notebook is what executing it would write."""
        holds = (self.folder / recorded.name).exists() and self.digests.get(recorded.name) == self.digest(recorded)
        if holds:
            print(f"{recorded.stem}: executed before, from the same cells, library and compiler", flush=True)
        return holds

    def note(self, recorded, *, is_whole):
        """Notes that the copy is whole, or that it is not any more."""
        self.digests.pop(recorded.name, None)
        if is_whole:
            self.digests[recorded.name] = self.digest(recorded)
        self.file.write_text(json.dumps(self.digests, indent=1))


async def execute_all(arguments, builds, executed):
    """Executes the notebooks. Returns what went wrong, a message for each that failed."""
    first = builds / "0"
    seconds = {"the library": await compile_library(arguments.notebooks[0], environment(first))}
    free = asyncio.Queue()
    free.put_nowait(first)
    for number in range(1, min(arguments.at_once, len(arguments.notebooks))):
        # With the times of the files: cargo compares them with those of the sources.
        free.put_nowait(shutil.copytree(first, builds / f"{number}", symlinks=True))

    async def execute_in_turn(recorded):
        build = await free.get()
        try:
            started = time.monotonic()
            executed.note(recorded, is_whole=False)
            failure = await execute(recorded, arguments.into / recorded.name, environment(build))
            executed.note(recorded, is_whole=failure is None)
            seconds[recorded.stem] = time.monotonic() - started
            print(f"{recorded.stem}: {'failed after ' if failure else ''}{seconds[recorded.stem]:.1f} s", flush=True)
            return failure
        finally:
            free.put_nowait(build)

    # The long ones stand last in the alphabet: begun first, they leave nobody waiting for one alone.
    outcomes = await asyncio.gather(*map(execute_in_turn, reversed(arguments.notebooks)))
    (arguments.into / "seconds.json").write_text(json.dumps(seconds))
    return [failure for failure in outcomes if failure is not None]


def environment(build):
    """The environment of a kernel that compiles in `build`. No configuration of the user's: the notebook runs as in a
    fresh installation."""
    build.mkdir(exist_ok=True)
    return os.environ | {"EVCXR_TMPDIR": str(build), "EVCXR_CONFIG_DIR": str(build.parent / "no-configuration")}


async def compile_library(recorded, environment):
    """Executes the first code cell of a notebook, which compiles the library. Should that fail, it fails again, and is
    reported, when the notebook is executed. Returns how many seconds it took."""
    notebook = read(recorded)
    notebook.cells = [cell for cell in notebook.cells if cell.cell_type == "code"][:1]
    started = time.monotonic()
    try:
        await client(notebook, recorded).async_execute(env=environment)
    except (CellExecutionError, CellTimeoutError, DeadKernelError, RuntimeError):
        return 0.0
    seconds = time.monotonic() - started
    print(f"the library compiled in {seconds:.1f} s", flush=True)
    return seconds


async def execute(recorded, copy, environment):
    """Executes one notebook. Returns what went wrong, or None."""
    notebook = read(recorded)
    reached = None

    def remember(cell, cell_index):
        nonlocal reached
        reached = cell_index

    try:
        await client(notebook, recorded, on_cell_start=remember).async_execute(env=environment)
        return None
    except CellTimeoutError:
        problem = f"hangs: no answer after {HANGING} s"
    except DeadKernelError:
        problem = "ended the kernel"
    except CellExecutionError:
        problem = f"failed:\n{error_output(notebook.cells[reached])}"
    except RuntimeError as error:
        problem = f"could not be executed: {error}"
    finally:
        nbformat.write(notebook, copy)
    name = f"{recorded.parent.name}/{recorded.name}"
    if reached is None:
        return f"{name}: {problem}"
    first_line = next(iter(notebook.cells[reached].source.strip().splitlines()), "")
    return f"{name}: cell {reached + 1} (`{first_line}` ...) {problem}"


def client(notebook, recorded, **hooks):
    """Executes `notebook` in the folder of the recorded one."""
    return NotebookClient(
        notebook,
        kernel_name=KERNEL,
        timeout=HANGING,
        startup_timeout=HANGING,
        resources={"metadata": {"path": str(recorded.parent)}},
        **hooks,
    )


def read(recorded):
    """The notebook without what it recorded."""
    notebook = nbformat.read(recorded, as_version=4)
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs = []
            cell.execution_count = None
    return notebook


def error_output(cell):
    """What the kernel said about the error of a cell, without colours."""
    lines = []
    for output in cell.outputs:
        if output.output_type == "error":
            lines += output.traceback or [output.evalue]
        elif output.output_type == "stream" and output.name == "stderr":
            lines.append(output.text)
    return COLOUR.sub("", "\n".join(lines)).strip()


if __name__ == "__main__":
    main()
