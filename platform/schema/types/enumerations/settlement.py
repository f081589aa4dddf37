"""Enumerations of settlement."""

from schema.types.enumerations.description import Described
from settlement.ledger.model import ChargeCode
from settlement.release_credits.model import ChangeKind

ENUMERATIONS: Described = {
    ChargeCode: (
        "What a charge is for.",
        {
            "RESERVATION": "The right to transport, owed to the operator whether used or not.",
            "RELEASE_CREDIT": "What a replacement shipper pays, credited to the releasing shipper.",
            "SECONDARY_PRICE": "What the buyer of a right owes its seller.",
        },
    ),
    ChangeKind: (
        "Why a release credit changed.",
        {
            "DEFAULTED": "The replacement shipper did not pay.",
            "PAID_LATE": "Money came that had been taken back.",
        },
    ),
}
