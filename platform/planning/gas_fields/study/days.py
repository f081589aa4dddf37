"""Gas days in a file."""

from datetime import date

from linepack.gasday import GAS_DAY_FIRST, GAS_DAY_LAST
from planning.plans.record import Record, instead


def day_of(record: Record, name: str) -> date | None:
    """Return a gas day, None where it is left out or is none."""
    value = record.values.get(name)
    if value is None:
        return None
    try:
        day = date.fromisoformat(value) if isinstance(value, str) and len(value) == 10 else None
    except ValueError:
        day = None
    if day is None or not GAS_DAY_FIRST <= day <= GAS_DAY_LAST:
        record.fault(name, f"must be a gas day written 2027-01-31{instead(value)}")
        return None
    return day
