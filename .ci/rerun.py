"""Executes notebooks in Jupyter and compares their outputs with the committed ones.

usage: rerun.py JAVA FOLDER NOTEBOOK...    (FOLDER holds rapaio-jupyter-kernel.jar)

Everything is compared: printed text, the text beside each picture, and the pictures themselves.
"""

import asyncio
import json
import os
import pathlib
import sys
import time

import jupyter_client
import nbclient
import nbformat

KERNEL = "rapaio-jupyter-kernel"
START_SECONDS = 60
ANSWER_SECONDS = 8
CELL_SECONDS = 240
TRIES = 8


def install_kernel(java, folder):
    """Tells Jupyter how to start the kernel; only the class path is ours. What it logs goes into a file."""
    quietly = f'exec "$0" "$@" >>"{folder}/kernel.log" 2>&1'
    kernel = {
        "argv": ["sh", "-c", quietly, java, "--add-modules", "jdk.incubator.vector", "-Xmx2g", "-jar",
                 str(folder / "rapaio-jupyter-kernel.jar"), "{connection_file}"],
        "display_name": "Java",
        "language": "java",
        "interrupt_mode": "message",
        "env": {"RJK_CLASSPATH": os.environ["VBAR_CLASSPATH"]},
    }
    (folder / "kernels/rapaio-jupyter-kernel/kernel.json").write_text(json.dumps(kernel))
    os.environ["JUPYTER_PATH"] = str(folder)


def shown(cell):
    """What a cell shows: all printed text, and the data of every display, in order."""
    printed = "".join(o["text"] for o in cell.outputs if o["output_type"] == "stream" and o["name"] == "stdout")
    displays = [dict(o["data"]) for o in cell.outputs if o["output_type"] in ("display_data", "execute_result")]
    return {"printed": printed, "displays": displays}


def listening():
    """The ports of this machine on which something listens."""
    tables = [pathlib.Path("/proc/net", table).read_text().splitlines()[1:] for table in ("tcp", "tcp6")]
    rows = [line.split() for line in sum(tables, [])]
    return {int(row[1].split(":")[1], 16) for row in rows if row[3] == "0A"}


async def start():
    """A kernel that listens, and a client of it."""
    manager = jupyter_client.AsyncKernelManager(kernel_name=KERNEL)
    await manager.start_kernel()
    end = time.monotonic() + START_SECONDS
    while not {manager.shell_port, manager.control_port, manager.iopub_port} <= listening():
        if time.monotonic() > end:
            await manager.shutdown_kernel(now=True)
            raise TimeoutError(f"the kernel did not start within {START_SECONDS} s; see kernel.log")
        await asyncio.sleep(0.2)
    client = manager.client()
    client.start_channels()
    client.allow_stdin = False
    return manager, client


async def start_answering(path):
    """A kernel that answers. One in four was seen to listen but to answer nothing, ever."""
    for _ in range(TRIES):
        manager, client = await start()
        try:
            await client.wait_for_ready(timeout=ANSWER_SECONDS)
            return manager, client
        except RuntimeError:
            print(f"{path}: the kernel is deaf; trying another", flush=True)
            client.stop_channels()
            await manager.shutdown_kernel(now=True)
    raise TimeoutError(f"{TRIES} kernels did not answer")


async def execute(path):
    """A copy with the outputs of this run."""
    notebook = nbformat.read(path, as_version=nbformat.NO_CONVERT)
    nbformat.validate(notebook)
    if (notebook.nbformat, notebook.nbformat_minor) != (4, 5):
        raise ValueError(f"{path} is not in nbformat 4.5")
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs = []
    manager, client = await start_answering(path)
    try:
        runner = nbclient.NotebookClient(notebook, km=manager, timeout=CELL_SECONDS)
        runner.kc = client
        return await runner.async_execute()
    finally:
        client.stop_channels()
        await manager.shutdown_kernel(now=True)


def near(first, second):
    """Both texts around the first place where they differ."""
    equal = len(os.path.commonprefix([first, second]))
    return [text[max(0, equal - 100) : equal + 200] for text in (first, second)]


def differences(path):
    committed = nbformat.read(path, as_version=nbformat.NO_CONVERT)
    rerun = asyncio.run(execute(path))
    for before, after in zip(committed.cells, rerun.cells, strict=True):
        if before.cell_type != "code":
            continue
        expected, actual = shown(before), shown(after)
        if expected != actual:
            was, now = near(str(expected), str(actual))
            yield f"{path}, {before.id}:\n  committed …{was}…\n  now       …{now}…"


def main():
    java, folder, *paths = sys.argv[1:]
    install_kernel(java, pathlib.Path(folder))
    failed = False
    for path in paths:
        start = time.monotonic()
        try:
            found = list(differences(path))
        except nbclient.exceptions.CellExecutionError as e:
            found = [f"{path}: {e}"]
        print(f"{path}: {'DIFFERS' if found else 'the same'} in Jupyter, {time.monotonic() - start:.0f} s", flush=True)
        for difference in found:
            print(difference)
        failed = failed or bool(found)
    sys.exit(1 if failed else 0)


main()
