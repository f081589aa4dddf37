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
        super().__init__(f"cannot use the database of DATABASE_URL: {fault}")


class AddressUnusable(CannotStart):
    """No socket can listen on the configured host and port."""

    def __init__(self, host: str, port: int, fault: OSError) -> None:
        place = f"{host} from port {port}"
        super().__init__(f"cannot listen on {place} ({fault.strerror}): set LINEPACK_HOST and LINEPACK_PORT")
