"""A parent that is killed before its child asks to end with it: `python -m … WAY FOLDER`.

The child waits at the named pipe FOLDER/gate until the test opens it, by which time the parent is dead: in
the start of its interpreter (`sitecustomize`), or between fork and program. A child of `linepack serve` is a
fork of a process that ends with the parent. It writes its process id to
FOLDER/held before that, and FOLDER/log once it works.
"""

import asyncio
import os
import signal
import subprocess
import sys
from importlib import import_module
from pathlib import Path

from server.jobs.process import started
from server.supervision.child_process import begin
from server.supervision.parent_death import ends_with_parent
from server.supervision.supervisor import Program, Supervisor

HOLDING_UP = """
import os, pathlib
folder = pathlib.Path(os.environ["ORPHANS_FOLDER"])
(folder / "held.new").write_text(str(os.getpid()))
(folder / "held.new").rename(folder / "held")
(folder / "gate").read_bytes()
"""
WORKING = (
    "import os, pathlib, time; pathlib.Path(os.environ['ORPHANS_FOLDER'], 'log').touch(); time.sleep(600)"
)


def start_job(folder: Path) -> None:
    """Start the process of a job."""
    hold_up_interpreters(folder)
    question = {"log": str(folder / "log"), "until": str(folder / "until")}

    async def start() -> None:
        async with started("tests.integration.server.jobs.job_functions:wait", question):
            await asyncio.Event().wait()

    asyncio.run(start())


def start_program(folder: Path) -> None:
    """Start a child of `linepack serve`."""
    # As a module: what runs by its name is not found by it in another process.
    child = Program("child", import_module(__spec__.name).held_up_child)

    async def start() -> None:
        async with Supervisor([]) as supervisor:
            await supervisor.run([child], {"ORPHANS_FOLDER": str(folder)})

    asyncio.run(start())


def held_up_child() -> None:
    """Be held up before asking to end with the parent."""
    exec(HOLDING_UP)
    begin("child")
    exec(WORKING)


def start_server(folder: Path) -> None:
    """Start a program that knows nothing of its parent, as embedded servers are."""
    end_with_parent = ends_with_parent(signal.SIGTERM)

    def held_up() -> None:
        exec(HOLDING_UP)
        end_with_parent()

    subprocess.Popen([sys.executable, "-c", WORKING], preexec_fn=held_up)  # noqa: PLW1509 what is tested


def hold_up_interpreters(folder: Path) -> None:
    """Make every interpreter that this process starts wait for the gate."""
    (folder / "sitecustomize.py").write_text(HOLDING_UP)
    os.environ["PYTHONPATH"] = os.pathsep.join([str(folder), os.environ["PYTHONPATH"]])


WAYS = {"job": start_job, "program": start_program, "server": start_server}


if __name__ == "__main__":
    where = Path(sys.argv[2])
    os.environ["ORPHANS_FOLDER"] = str(where)
    WAYS[sys.argv[1]](where)
