"""Executes notebooks from their source alone and writes the executed copies.

    execute.py [--timeout SECONDS] [--limit SECONDS] [--at-once N] --into FOLDER NOTEBOOK...

Every notebook gets a kernel of its own, started in the notebook's folder. Recorded outputs are thrown away first,
so what the copies hold was computed now. Every notebook is tried; the exit code is 1 if a cell failed, or if a reader
would wait for a notebook longer than the limit: for the compilation of the library and all of its cells. On a
computer that is busy with other work that is only said.

The library is compiled once, new for this run, by the first cell of the first notebook, as it is for a reader. Each of
the N notebooks executed at the same time then has a copy of that build folder to itself.
"""

import argparse
import asyncio
import os
import re
import shutil
import sys
import tempfile
import time
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError

KERNEL = "rust"
# Programs that want to run, for each processor, from which on a computer counts as busy; two notebooks make two.
BUSY = 3
COLOUR = re.compile(r"\x1b\[[0-9;]*m")


def main():
    arguments = parse_arguments()
    arguments.into.mkdir(parents=True, exist_ok=True)
    # Outside the project: cargo would take a build folder inside it for a part of the workspace.
    with tempfile.TemporaryDirectory() as builds:
        failures = asyncio.run(execute_all(arguments, Path(builds)))
    for failure in failures:
        print(failure, file=sys.stderr)
    sys.exit(1 if failures else 0)


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--into", type=Path, required=True, help="folder of the executed copies")
    parser.add_argument("--timeout", type=int, default=900, help="seconds one cell may take")
    parser.add_argument("--limit", type=int, default=180, help="seconds a whole notebook may take")
    parser.add_argument("--at-once", type=int, default=2, help="notebooks executed at the same time")
    parser.add_argument("notebooks", type=Path, nargs="+")
    return parser.parse_args()


async def execute_all(arguments, builds):
    """Executes the notebooks. Returns what went wrong, a message for each that failed."""
    first = builds / "0"
    compilation = await compile_library(arguments.notebooks[0], arguments.timeout, environment(first))
    free = asyncio.Queue()
    free.put_nowait(first)
    for number in range(1, min(arguments.at_once, len(arguments.notebooks))):
        # With the times of the files: cargo compares them with those of the sources.
        free.put_nowait(shutil.copytree(first, builds / f"{number}", symlinks=True))

    async def execute_in_turn(recorded):
        build = await free.get()
        try:
            copy = arguments.into / recorded.name
            return await execute(recorded, copy, arguments, compilation, environment(build))
        finally:
            free.put_nowait(build)

    outcomes = await asyncio.gather(*map(execute_in_turn, arguments.notebooks))
    return [failure for failure in outcomes if failure is not None]


def is_busy_elsewhere():
    """Whether far more is running on this computer than the notebooks would explain: then their times say nothing."""
    if not hasattr(os, "getloadavg"):
        return False
    return os.getloadavg()[0] > BUSY * os.cpu_count()


def environment(build):
    """The environment of a kernel that compiles in `build`. No configuration of the user's: the notebook runs as in a
    fresh installation."""
    build.mkdir(exist_ok=True)
    return os.environ | {"EVCXR_TMPDIR": str(build), "EVCXR_CONFIG_DIR": str(build.parent / "no-configuration")}


async def compile_library(recorded, timeout, environment):
    """Executes the first code cell of a notebook, which compiles the library. Should that fail, it fails again, and is
    reported, when the notebook is executed. Returns how many seconds it took."""
    notebook = read(recorded)
    notebook.cells = [cell for cell in notebook.cells if cell.cell_type == "code"][:1]
    started = time.monotonic()
    try:
        await client(notebook, recorded, timeout).async_execute(env=environment)
    except (CellExecutionError, CellTimeoutError, DeadKernelError, RuntimeError):
        return 0.0
    seconds = time.monotonic() - started
    print(f"the library compiled in {seconds:.1f} s", flush=True)
    return seconds


async def execute(recorded, copy, arguments, compilation, environment):
    """Executes one notebook. Returns what went wrong, or None."""
    timeout = arguments.timeout
    name = f"{recorded.parent.name}/{recorded.name}"
    notebook = read(recorded)
    reached = None

    def remember(cell, cell_index):
        nonlocal reached
        reached = cell_index

    started = time.monotonic()
    problem = None
    try:
        await client(notebook, recorded, timeout, on_cell_start=remember).async_execute(env=environment)
    except CellTimeoutError:
        problem = f"took longer than {timeout} s"
    except DeadKernelError:
        problem = "ended the kernel"
    except CellExecutionError:
        problem = f"failed:\n{error_output(notebook.cells[reached])}"
    except RuntimeError as error:
        problem = f"could not be executed: {error}"
    finally:
        nbformat.write(notebook, copy)
    seconds = time.monotonic() - started
    if problem is None:
        cells = sum(cell.cell_type == "code" for cell in notebook.cells)
        whole = compilation + seconds
        print(f"{name}: {cells} code cells in {seconds:.1f} s, {whole:.1f} s with the compilation", flush=True)
        if whole > arguments.limit and is_busy_elsewhere():
            print(f"{name}: that is above the limit of {arguments.limit} s, on a computer too busy to judge by", flush=True)
        elif whole > arguments.limit:
            return f"{name}: took {whole:.1f} s with the compilation, and a reader waits {arguments.limit} s at the most"
        return None
    print(f"{name}: failed after {seconds:.1f} s", flush=True)
    if reached is None:
        return f"{name}: {problem}"
    first_line = next(iter(notebook.cells[reached].source.strip().splitlines()), "")
    return f"{name}: cell {reached + 1} (`{first_line}` ...) {problem}"


def client(notebook, recorded, timeout, **hooks):
    """Executes `notebook` in the folder of the recorded one."""
    return NotebookClient(
        notebook,
        kernel_name=KERNEL,
        timeout=timeout,
        startup_timeout=120,
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
