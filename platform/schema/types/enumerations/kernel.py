"""Enumerations of the kernel: callers, accounts, money, units, jobs, lists and logs."""

from linepack.access import PartyKind, Role, Scope
from linepack.database.paging import Direction
from linepack.identity.account_events.model import AccountEventKind
from linepack.identity.account_events.repository import AccountEventSort
from linepack.identity.administration.selection import AccountSort
from linepack.identity.directory import PartySort
from linepack.identity.repository import ApiKeySort
from linepack.jobs.model import JobState
from linepack.jobs.repository import JobSort
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
            "COMPANY_ADMIN": "Keeps the accounts of its own company.",
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
            "MANAGE": "Keep the accounts of the own party.",
            "ADMINISTER": "Keep parties, accounts and keys of every party.",
        },
    ),
    AccountSort: (
        "What accounts are ordered by.",
        {
            "CREATED_AT": "When it was made.",
            "EMAIL": "The e-mail address.",
            "NAME": "The person's name.",
        },
    ),
    AccountEventSort: (
        "What changes of accounts and keys are ordered by.",
        {"RECORDED_AT": "When it was made."},
    ),
    ApiKeySort: (
        "What API keys are ordered by.",
        {
            "CREATED_AT": "When it was made.",
            "EXPIRES_AT": "When it ceases to be valid.",
            "NAME": "Its name.",
        },
    ),
    JobSort: (
        "What jobs are ordered by.",
        {
            "REQUESTED_AT": "When it was requested.",
            "KIND": "What it does.",
            "STATE": "How it stands.",
        },
    ),
    PartySort: (
        "What parties are ordered by.",
        {"CODE": "The business key.", "NAME": "The name, for people."},
    ),
    AccountEventKind: (
        "What was changed about an account or a key.",
        {
            "CREATED": "The account was made.",
            "DISABLED": "The person may not act any more.",
            "ENABLED": "The person may act again.",
            "ROLES_CHANGED": "The account has other roles.",
            "PASSWORD_RESET": "An administrator had another password made.",
            "PASSWORD_CHANGED": "The person chose another password.",
            "SECOND_FACTOR_ADDED": "The person put a second factor in force.",
            "SECOND_FACTOR_REMOVED": "The person removed its second factor.",
            "SECOND_FACTOR_RESET": "An administrator removed the second factor.",
            "SESSIONS_ENDED": "All sessions of the person were ended at once.",
            "KEY_CREATED": "A key was made.",
            "KEY_ROTATED": "A key was replaced by this one.",
            "KEY_REVOKED": "The key was ended.",
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
