"""Enumerations of the kernel: callers, money, units, jobs, lists and logs."""

from linepack.access import PartyKind, Role, Scope
from linepack.database.paging import Direction
from linepack.jobs.model import JobState
from linepack.money import Currency
from linepack.transparency.model import LogName
from linepack.units import CommercialUnit
from schema.types.enumerations.description import Described

ENUMERATIONS: Described = {
    Direction: (
        "In which direction a list goes.",
        {"ASCENDING": "The smallest or earliest first.", "DESCENDING": "The largest or latest first."},
    ),
    PartyKind: (
        "What a company is in this market.",
        {
            "SHIPPER": "Books, trades and uses capacity.",
            "OPERATOR": "Runs a network and sells capacity on it.",
            "BILLING": "Reads settlements to issue invoices.",
            "REGULATOR": "Oversees the market; reads everything.",
            "PLATFORM": "Administers the installation.",
        },
    ),
    Role: (
        "What an account or an API key is; each role allows some scopes.",
        {
            "SHIPPER": "Reads, books, trades and settles for a shipper.",
            "MARKETER": "Reads, books and trades for a shipper.",
            "OPERATOR": "Operates networks and reads what happens on them.",
            "BILLING": "Reads settlements of every party.",
            "REGULATOR": "Reads everything.",
            "ADMIN": "Administers parties, accounts and keys; reads everything.",
        },
    ),
    Scope: (
        "What a caller may do.",
        {
            "READ": "See networks, availability, prices and the own party's contracts.",
            "BOOK": "Buy capacity from the operator.",
            "TRADE": "Sell, release and take capacity of other shippers.",
            "SETTLE": "Read charges and the billing feed; operators and billing also record missed payments.",
            "OPERATE": "Change networks, tariffs, product rules and overlays.",
            "ADMINISTER": "Keep parties, accounts and keys of every party.",
        },
    ),
    Currency: (
        "ISO 4217 code.",
        {"EUR": "Euro.", "GBP": "Pound sterling.", "USD": "United States dollar."},
    ),
    LogName: (
        "Which transparency log.",
        {
            "LEDGER": "The entries of the settlement ledger, by their sequence.",
            "VERDICTS": "What was proved about bookings.",
        },
    ),
    CommercialUnit: (
        "The unit in which capacity is booked, traded and charged.",
        {
            "KWH_PER_H": "Kilowatt-hours per hour.",
            "MWH_PER_D": "Megawatt-hours per gas day.",
            "DTH_PER_D": "Dekatherms per gas day; one is a million British thermal units.",
            "MMSCF_PER_D": "Million standard cubic feet per gas day.",
            "SM3_PER_H": "Standard cubic metres per hour.",
        },
    ),
    JobState: (
        "The state of a job; the last three are final.",
        {
            "QUEUED": "It waits for a worker.",
            "RUNNING": "A worker runs it.",
            "DONE": "Its result is stored.",
            "FAILED": "It ended with an error.",
            "CANCELLED": "It was cancelled.",
        },
    ),
}
