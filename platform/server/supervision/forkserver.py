"""What the forkserver of an installation does before it loads the programs: it imports this module first.

Importing the program takes seconds of processor, so one process, the forkserver of `multiprocessing`, does
it for all: every child of the supervisor is a fork of it, started in milliseconds, and shares what is loaded.
The forkserver ends with the supervisor, and each child with the forkserver. All stand in a process group of
their own: Ctrl-C reaches the whole foreground group, and children wait for the supervisor's SIGTERM instead.
"""

import gc
import os
import signal

from server.supervision.child_process import PARENT_PROCESS
from server.supervision.parent_death import end_with_parent

end_with_parent(signal.SIGTERM, os.getppid())
os.setpgid(0, 0)
os.environ[PARENT_PROCESS] = str(os.getpid())
gc.disable()  # nothing that is loaded becomes garbage; a child looks for its own
