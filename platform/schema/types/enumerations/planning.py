"""Enumerations of planning."""

from planning.simulation.steady import Compressibility
from schema.types.enumerations.description import Described

ENUMERATIONS: Described = {
    Compressibility: (
        "How the compressibility factor of a pipe's gas is found.",
        {
            "CONSTANT": "One factor for the whole network.",
            "PAPAY": "By Papay's formula, from the mean pressure of the pipe.",
        },
    ),
}
