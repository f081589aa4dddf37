"""The user that PostgreSQL runs as: that of this process, or one made for it, because it refuses root."""

import os
import pwd
import shutil
import stat
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from linepack.monitoring.logging import logger
from server.errors import CannotStart

SERVER_USER = "linepack-postgres"


def postgres_identity() -> tuple[int | None, int | None, list[int] | None]:
    """Return user, group and groups that PostgreSQL runs as: None for those of this process."""
    if os.geteuid() != 0:
        return None, None, None
    user = _server_user(SERVER_USER)
    return user.pw_uid, user.pw_gid, []


@cache
def _server_user(name: str) -> pwd.struct_passwd:
    """Return the user of a name, added if it can be, else nobody; raises CannotStart."""
    found = _user(name)
    if found is None and (useradd := shutil.which("useradd")):
        options = ("--system", "--no-create-home", "--home-dir", "/")
        # It fails where the accounts cannot be written, and where another process has just added this one.
        subprocess.run([useradd, *options, name], check=False, capture_output=True)
        found = _user(name)
    found = found or _user("nobody")
    if found is None:
        raise CannotStart("PostgreSQL does not run as root, and there is no other user to run it as")
    return found


def _user(name: str) -> pwd.struct_passwd | None:
    try:
        return pwd.getpwnam(name)
    except KeyError:
        return None


def make_private(directory: Path, *, for_server_user: bool = True) -> None:
    """Make a directory that only one user may enter; raises CannotStart if another user owns it."""
    directory.mkdir(mode=0o700, exist_ok=True)
    user, group, _ = postgres_identity() if for_server_user else (None, None, None)
    found = directory.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid not in (os.geteuid(), user):
        raise CannotStart(f"{directory} is not a directory of the user who runs the server")
    directory.chmod(0o700)
    if user is not None and group is not None:
        os.chown(directory, user, group)


def let_postgres_user_reach(package: Path, binary: Path, directory: Path) -> None:
    """Let the server's user pass through (not list) the folders above its programs and its data."""
    for folder in {*binary.resolve().parents, directory, *directory.parents}:
        mode = folder.stat().st_mode
        if not mode & stat.S_IXOTH:
            user = _server_user(SERVER_USER).pw_name
            logger.warning("folder_opened_for_passage", folder=str(folder), user=user)
            folder.chmod(mode | stat.S_IXOTH)
    readable = stat.S_IROTH | stat.S_IXOTH
    if binary.stat().st_mode & readable != readable:
        for path in _files_of(package):
            mode = path.stat().st_mode
            path.chmod(mode | stat.S_IROTH | (stat.S_IXOTH if mode & stat.S_IXUSR else 0))


def _files_of(package: Path) -> Iterator[Path]:
    for top in (package, package.with_name(f"{package.name}.libs")):
        yield top
        yield from top.rglob("*")
