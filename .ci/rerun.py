"""Executes notebooks in Jupyter and compares their outputs with the committed ones.

usage: rerun.py JAVA FOLDER NOTEBOOK...    (FOLDER holds rapaio-jupyter-kernel.jar)

Everything is compared: printed text, the text beside each picture, and the pictures themselves.
"""

import json
import os
import pathlib
import sys
import time

import nbclient
import nbformat

START_SECONDS = 20
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


def execute(path):
    """A copy with the outputs of this run. A kernel that does not start is tried again."""
    for attempt in range(1, TRIES + 1):
        notebook = nbformat.read(path, as_version=nbformat.NO_CONVERT)
        nbformat.validate(notebook)
        assert (notebook.nbformat, notebook.nbformat_minor) == (4, 5), path
        for cell in notebook.cells:
            if cell.cell_type == "code":
                cell.outputs = []
        client = nbclient.NotebookClient(notebook, timeout=CELL_SECONDS, startup_timeout=START_SECONDS)
        try:
            return client.execute()
        except (RuntimeError, TimeoutError, nbclient.exceptions.DeadKernelError) as e:
            if isinstance(e, nbclient.exceptions.CellTimeoutError) or attempt == TRIES:
                raise
            print(f"{path}: the kernel did not answer ({e}); trying again", flush=True)


def differences(path):
    committed = nbformat.read(path, as_version=nbformat.NO_CONVERT)
    rerun = execute(path)
    for before, after in zip(committed.cells, rerun.cells, strict=True):
        if before.cell_type != "code":
            continue
        expected, actual = shown(before), shown(after)
        if expected != actual:
            yield f"{path}, {before.id}:\n  committed {str(expected)[:1000]}\n  now       {str(actual)[:1000]}"


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
