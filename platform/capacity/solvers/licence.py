"""Where the user's own licence of Gurobi is, found without opening it and without the network.

Gurobi itself takes the file that GRB_LICENSE_FILE names, else the first `gurobi.lic` in /opt/gurobi1303,
/opt/gurobi130, /opt/gurobi and the home directory (13.0.3, as traced), else the size-limited one inside its
wheel. It does not read the credentials of the web licence service from the environment; we hand them over.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Final

FILE_VARIABLE: Final = "GRB_LICENSE_FILE"
FILE_NAME: Final = "gurobi.lic"
INSTALLED: Final = (Path("/opt/gurobi1303"), Path("/opt/gurobi130"), Path("/opt/gurobi"))
WEB_VARIABLES: Final = {
    "GRB_WLSACCESSID": "WLSAccessID",
    "GRB_WLSSECRET": "WLSSecret",
    "GRB_LICENSEID": "LicenseID",
}
"""Variables of the web licence service, and Gurobi's parameters for them."""
_NETWORKED: Final = ("TOKENSERVER", "WLS", "CLOUD", "COMPUTESERVER", "CSMANAGER")


class LicenceKind(StrEnum):
    """What a licence is."""

    LOCAL = "of this machine"
    NETWORKED = "given out over the network"
    SIZE_LIMITED = "size-limited, inside the wheel"


@dataclass(frozen=True, slots=True)
class Licence:
    """A licence as it is found.

    `place` is the file or the variables that name it. `parameters` are those that Gurobi starts with.
    """

    kind: LicenceKind
    place: str
    parameters: Mapping[str, str | int] = field(default_factory=dict, repr=False)


def users_licence(
    environment: Mapping[str, str] = os.environ, installed: tuple[Path, ...] = INSTALLED
) -> Licence | None:
    """Return the user's own licence, None if there is none.

    A file that GRB_LICENSE_FILE names counts even where it is missing: the user means it to be there.
    """
    if named := environment.get(FILE_VARIABLE):
        return _of_file(Path(named))
    if all(environment.get(variable) for variable in WEB_VARIABLES):
        return _of_web_service(environment)
    home = [Path(environment["HOME"])] if environment.get("HOME") else []
    for folder in (*installed, *home):
        # Not Path.is_file: a home that may not be looked into, as another user's, is one without a licence.
        if os.path.isfile(folder / FILE_NAME):  # noqa: PTH113
            return _of_file(folder / FILE_NAME)
    return None


def wheels_licence() -> Licence:
    """Return the size-limited licence, for development only."""
    return Licence(LicenceKind.SIZE_LIMITED, "the gurobipy wheel")


def _of_file(path: Path) -> Licence:
    try:
        names = [line.partition("=")[0].strip().upper() for line in path.read_text().splitlines()]
    except (OSError, ValueError):
        names = []
    is_networked = any(name.startswith(_NETWORKED) for name in names)
    return Licence(LicenceKind.NETWORKED if is_networked else LicenceKind.LOCAL, str(path))


def _of_web_service(environment: Mapping[str, str]) -> Licence:
    given = {name: environment[variable] for variable, name in WEB_VARIABLES.items()}
    number = given["LicenseID"]
    parameters: dict[str, str | int] = {**given, "LicenseID": int(number) if number.isdigit() else -1}
    return Licence(LicenceKind.NETWORKED, ", ".join(WEB_VARIABLES), parameters)
