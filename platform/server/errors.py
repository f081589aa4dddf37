"""Reasons why an installation does not start."""

from pathlib import Path


class CannotStart(RuntimeError):
    """An installation does not start; the message says what to change."""


class DataDirectoryUnusable(CannotStart):
    """The data directory cannot be made or written."""

    def __init__(self, directory: Path, reason: str) -> None:
        super().__init__(f"cannot write in {directory} ({reason}): set LINEPACK_DATA_DIR to another folder")


class NothingInstalled(CannotStart):
    """There is no installation where the settings say."""

    def __init__(self, place: str) -> None:
        super().__init__(f"there is no installation in {place}; `linepack serve` makes one")


class FinderMissing(CannotStart):
    """The finder that the settings name is not installed."""


class DatabaseUnusable(CannotStart):
    """The configured database does not answer, or not as it must."""

    def __init__(self, fault: BaseException) -> None:
        super().__init__(f"cannot use the database of DATABASE_URL: {_reason(fault)}")


class DatabaseLost(CannotStart):
    """The database went away while a command ran, or could not answer it in time."""

    def __init__(self, fault: BaseException) -> None:
        super().__init__(
            "the database went away or could not answer in time, and whether the command took effect is not "
            f"known: {_reason(fault)}"
        )


class TablesOfAnotherVersion(CannotStart):
    """The tables of the database are newer than this version, or older where nothing may change them."""

    def __init__(self, found: str, needed: str) -> None:
        super().__init__(
            f"the tables of the database are of revision {found}, and this version of Linepack works on "
            f"{needed}: take the newer version, whose `linepack serve` upgrades older tables"
        )


class AddressUnusable(CannotStart):
    """No socket can listen on the configured host and port."""

    def __init__(self, host: str, port: int, fault: OSError) -> None:
        place = f"{host} from port {port}"
        super().__init__(f"cannot listen on {place} ({fault.strerror}): set LINEPACK_HOST and LINEPACK_PORT")


def _reason(fault: BaseException) -> str:
    """Return why the database failed; of a statement the first line, where the fault quotes all of it."""
    cause = getattr(fault, "orig", None)
    if cause is None:
        return str(fault) or type(fault).__name__
    statement = (getattr(fault, "statement", None) or "").strip().partition("\n")[0]
    return f"{cause.__cause__ or cause}" + (f" (at: {statement})" if statement else "")
