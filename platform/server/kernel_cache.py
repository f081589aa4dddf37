"""Where compiled kernels are kept: beside the code, else in the user's cache, else under the data directory.

numba refuses to load a kernel that it can keep nowhere, so that a user without a home directory could not
start from a read-only folder. It reads the place from the environment when it is loaded, so this comes first.
"""

import os
from collections.abc import MutableMapping
from pathlib import Path
from typing import Final

PLACE: Final = "NUMBA_CACHE_DIR"
CODE: Final = Path(__file__).parents[1] / "capacity"


def provide(environment: MutableMapping[str, str], code: Path = CODE) -> None:
    """Name a place for kernels in the environment, unless there is one or numba finds one by itself."""
    home = environment.get("HOME") or os.path.expanduser("~")  # noqa: PTH111
    users = Path(environment.get("XDG_CACHE_HOME") or Path(home) / ".cache") / "numba"
    if PLACE not in environment and not (_can_be_written(code) or _can_be_written(users)):
        data = Path(environment.get("LINEPACK_DATA_DIR") or ".linepack")
        environment[PLACE] = str(data.resolve() / "kernels")


def _can_be_written(folder: Path) -> bool:
    """Return whether files can be made in a folder, or the folder itself where it is missing."""
    nearest = next(one for one in (folder, *folder.parents) if os.path.isdir(one))  # noqa: PTH112
    return os.access(nearest, os.W_OK | os.X_OK)
