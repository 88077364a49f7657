"""Run the notebooks against a server and keep what they find: `python notebooks/run.py [ADDRESS]`.

Without an address the folder above is served, as built, for as long as it takes.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import nbformat
from nbclient import NotebookClient
from traitlets.config import Config

HERE = Path(__file__).parent
NOTEBOOKS = sorted(HERE.glob("*.ipynb"))
METADATA = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}


def run_notebook(path: Path, address: str) -> nbformat.NotebookNode:
    """A notebook with the outputs of a fresh run, in an empty folder. Raises CellExecutionError where a cell fails."""
    notebook = nbformat.read(path, as_version=4)
    with TemporaryDirectory() as folder:
        environment = {**os.environ, "PHENOMENA_ADDRESS": address, "IPYTHONDIR": folder}
        resources = {"metadata": {"path": folder}}
        sockets = Config(KernelManager={"transport": "ipc", "ip": f"{folder}/kernel"})  # no port open to the machine
        client = NotebookClient(
            notebook, config=sockets, resources=resources, record_timing=False, timeout=120, coalesce_streams=True
        )
        client.execute(env=environment)
    notebook.metadata = nbformat.from_dict(METADATA)
    return notebook


def write_notebook(path: Path, notebook: nbformat.NotebookNode) -> None:
    """Check a notebook's form and keep it."""
    nbformat.validate(notebook)
    nbformat.write(notebook, path)


@contextmanager
def serving(folder: Path) -> Iterator[str]:
    """The address of a server of a folder that ends with the block."""
    command = [str(Path(sys.executable).with_name("datasette")), ".", "--host", "127.0.0.1", "--port", "0"]
    environment = {**os.environ, "PYTHONUNBUFFERED": "1"}
    with subprocess.Popen(
        command, cwd=folder, text=True, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    ) as server:
        try:
            assert server.stderr is not None
            found = (re.search(r"running on (http://127\.0\.0\.1:\d+)", line) for line in server.stderr)
            address = next((match[1] for match in found if match), None)
            if address is None:
                sys.exit("notebooks/run.py: the server did not start; run `python build.py`, then `datasette .`")
            yield address
        finally:
            server.terminate()


def run_all(address: str) -> None:
    """Run every notebook; keep all, or none if one fails."""
    done = {path: run_notebook(path, address) for path in NOTEBOOKS}
    for path, notebook in done.items():
        write_notebook(path, notebook)
        sys.stdout.write(f"wrote {path}\n")


def main() -> None:
    """The command."""
    if len(sys.argv) > 1:
        run_all(sys.argv[1])
        return
    with serving(HERE.parent) as address:
        run_all(address)


if __name__ == "__main__":
    main()
