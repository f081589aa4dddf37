"""How an enumeration is described: what it is, and what each of its members means."""

from collections.abc import Mapping
from enum import EnumType
from typing import TypeAlias

Described: TypeAlias = Mapping[EnumType, tuple[str, Mapping[str, str]]]
"""Enumerations, each with its description and the descriptions of its members by name."""

DAYS_AND_QUANTITY: Mapping[str, str] = {
    "START": "Its first gas day.",
    "END": "The gas day after its last one.",
    "QUANTITY": "Its quantity, as it was made.",
}
"""What lists of contracts, offers and trades alike are ordered by."""
