"""Generated operations over the whole schema: plausible, at the boundary, and hostile, from one seed.

Types are read from the schema, so that a new field or input is generated without being named here. Names of
fields only steer what is plausible: `network` is mostly the market's own, `contractId` mostly a contract seen
in an answer before. What can be sold is small, so that refusals, trades and bids all happen.
"""

import base64
import random
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from graphql import (
    GraphQLEnumType,
    GraphQLField,
    GraphQLInputObjectType,
    GraphQLInputType,
    GraphQLInterfaceType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLOutputType,
    GraphQLSchema,
    GraphQLUnionType,
    get_named_type,
)

NETWORK = "fork"
POINTS = ("a", "b", "x", "y", "j")
FIRST_DAY = date(2026, 10, 1)
DAYS = 260
SEASON = ("2026-12-01", "2027-05-01")
BOOKED = (1, 5, 10, 20, 80)
PRICES = ("0", "0.05", "0.1", "0.2", "0.25", "1", "3.5", "-1")
RATES = ("0", "0", "0.05", "0.1", "-0.1")
TRADED = (1, 1, 1, 2, 3, 5, 10, 50, 101)
SELECTION_DEPTH = 3
THIN_SHARE = 0.94
"""How many operations ask for ids alone: most faults are in doing, and long texts are slow to validate."""
NESTED_SHARE = 0.2
"""How many of the objects inside an answer are asked for: all at once would cost too much."""
KEPT_IDS_MAX = 40

FAR_DAYS = ("0001-01-01", "0001-12-31", "1582-10-04", "1900-01-01", "2100-02-28", "3000-01-01")
LAST_DAYS = ("9999-10-01", "9999-10-02", "9999-11-30", "9999-12-01", "9999-12-30", "9999-12-31")
NO_DAYS = ("2027-02-29", "10000-01-01", "2027-13-01", "", "tomorrow", 20270101)
INTS = (-(2**31), -1, 0, 1, 2, 7, 13, 15, 366, 10**4, 3_000_000, 2**31 - 1, 2**31, 2**63)
FLOATS = (-1.0, -0.0, 0.0, 1e-300, 1e-9, 0.1, 0.5, 1.0, 2.0, 15.0, 15.1, 1e9, 1e300, 1.7976931348623157e308)
QUANTITIES = (0, -1, 1, 10**9, 10**12 - 1, 10**12, 10**12 + 1, 2**63, "7", "1e3", 1.5, "")
DECIMALS = (
    "0",
    "-0",
    "-1",
    "0.000000001",
    "0.0000000001",
    "0.000000000001",
    "999999999999999",
    "1000000000000000",
    "999999999999999999",
    "-999999999999999999.999999999999",
    "1e5",
    "NaN",
    "Infinity",
    "",
    7,
    0.5,
)
TEXTS = (
    "",
    " ",
    "a" * 300,
    "ž" * 64,
    "💧",
    "\u202e",
    "\t\n",
    "a\x07b",
    "' OR 1=1 --",
    "%s{0}",
    "../..",
    "Ａ",
    "\u0000",
    "e\u0301",
)
INSTANTS = (
    "0001-01-01T00:00:00+14:00",
    "0001-01-01T00:00:00-14:00",
    "9999-12-31T23:59:59-14:00",
    "9999-12-31T23:59:59Z",
    "2026-10-25T02:30:00+02:00",
    "2026-11-01T12:00:00",
    "1969-12-31T23:59:59.999999Z",
    "later",
)
PLAIN_PROBLEMS = ("NotFoundProblem", "ForbiddenProblem", "ConflictProblem", "RefusedProblem")
NOWHERE = "00000000-0000-0000-0000-000000000001"


def global_id(kind: str, value: object) -> str:
    """The id of a node as the API writes it."""
    return base64.b64encode(f"{kind}:{value}".encode()).decode()


@dataclass
class Pool:
    """What earlier answers have shown: ids by type, newest last."""

    ids: defaultdict[str, list[str]] = field(default_factory=lambda: defaultdict(list))

    def note(self, value: Any, seen_by: str) -> None:
        """Keep every id in an answer, for all and for who saw it."""
        if isinstance(value, dict):
            for inner in value.values():
                self.note(inner, seen_by)
        elif isinstance(value, list):
            for inner in value:
                self.note(inner, seen_by)
        elif isinstance(value, str) and 40 < len(value) < 100:
            self._note_id(value, seen_by)

    def _note_id(self, text: str, seen_by: str) -> None:
        try:
            kind, _, node_id = base64.b64decode(text, validate=True).decode().partition(":")
            UUID(node_id)
        except ValueError:
            return
        for kept in (self.ids[kind], self.ids[f"{seen_by} {kind}"]):
            if text not in kept:
                kept.append(text)
                del kept[:-KEPT_IDS_MAX]


class Generator:
    """Makes operations; the same seed and the same answers make the same ones."""

    def __init__(self, schema: GraphQLSchema, seed: int) -> None:
        self.random = random.Random(seed)
        self.pool = Pool()
        self.now = datetime.min
        self.caller = ""
        self._schema = schema
        self._hostility = 0.0
        self._is_booking = False
        self._period: tuple[str, str] | None = None

    def operation(self, kind: str, name: str, root: GraphQLField) -> tuple[str, dict[str, Any]]:
        """Return the text and variables of one call of a root field."""
        declared = ", ".join(f"${key}: {argument.type}" for key, argument in root.args.items())
        given = ", ".join(f"{key}: ${key}" for key in root.args)
        head = f"({declared})" if declared else ""
        call = f"{name}({given})" if given else name
        is_thin = self.random.random() < THIN_SHARE
        shown = self._thin(root.type) if is_thin else self.selection(root.type, SELECTION_DEPTH)
        text = f"{kind}{head} {{ {call}{shown} }}"
        self._is_booking = name == "bookCapacity"
        self._period = self._usual_days() if self.random.random() < 0.9 else None
        self._hostility = self.random.choice([0.0, 0.0, 0.0, 0.1, 0.3])
        variables = {key: self.value(argument.type, key) for key, argument in root.args.items()}
        return text, variables

    def _thin(self, shown: GraphQLOutputType) -> str:
        """Select the ids of what was done, and of a refusal its code."""
        named = get_named_type(shown)
        if isinstance(named, GraphQLUnionType):
            made = [one for one in named.types if not one.name.endswith("Problem")]
            parts = [f"... on {one.name} {self._thin(one)}" for one in made]
            return f" {{ __typename ... on Problem {{ code }} {' '.join(parts)} }}"
        if not isinstance(named, GraphQLObjectType):
            return self.selection(shown, 1)
        objects = [
            f"{name} {{ id }}"
            for name, one in named.fields.items()
            if isinstance(inner := get_named_type(one.type), GraphQLObjectType)
            and "id" in inner.fields
            and not one.args
        ]
        if "edges" in named.fields and "pageInfo" in named.fields:
            return " { edges { node { id } } }"
        own = "id" if "id" in named.fields else "__typename"
        is_payload = named.name.endswith("Payload")
        return f" {{ {own} {' '.join(objects if is_payload else [])} }}"

    def selection(self, shown: GraphQLOutputType, depth: int) -> str:
        """Select every field that asks for nothing, to a depth, and some of the objects inside."""
        named = get_named_type(shown)
        if isinstance(named, GraphQLUnionType):
            parts = [
                "... on Problem { code message path }"
                if one.name in PLAIN_PROBLEMS
                else f"... on {one.name} {self.selection(one, depth)}"
                for one in named.types
            ]
            return f" {{ __typename {' '.join(parts)} }}"
        if isinstance(named, GraphQLInterfaceType):
            return " { __typename id }" if named.name == "Node" else " { __typename }"
        if not isinstance(named, GraphQLObjectType):
            return ""
        chosen = [
            f"{name}{inner}"
            for name, one in named.fields.items()
            if not any(isinstance(argument.type, GraphQLNonNull) for argument in one.args.values())
            and (inner := self._inner(one.type, depth)) is not None
        ]
        return f" {{ __typename {' '.join(chosen)} }}"

    def _inner(self, shown: GraphQLOutputType, depth: int) -> str | None:
        named = get_named_type(shown)
        if isinstance(named, GraphQLObjectType | GraphQLUnionType | GraphQLInterfaceType):
            is_chosen = depth > 1 and (depth == SELECTION_DEPTH or self.random.random() < NESTED_SHARE)
            return self.selection(shown, depth - 1) if is_chosen else None
        return ""

    def value(self, wanted: GraphQLInputType, name: str) -> Any:  # noqa: PLR0911 one for each kind of type
        """Return a value for an input called `name`; now and then one of the wrong type."""
        if isinstance(wanted, GraphQLNonNull):
            return None if self.random.random() < 0.003 else self.value(wanted.of_type, name)
        if name == "after" and self.random.random() < 0.9:
            return None
        if self.random.random() < 0.003:
            return self.random.choice([None, [], {}, True, "x", 3, 2.5])
        if isinstance(wanted, GraphQLList):
            count = self.random.choice([0, 1, 1, 2, 3, 5])
            return [self.value(wanted.of_type, name) for _ in range(count)]
        if isinstance(wanted, GraphQLEnumType):
            return self._enum(wanted, name)
        if wanted.name == "PriceInput":
            return self._price(depth=0)
        if isinstance(wanted, GraphQLInputObjectType):
            return self._object(wanted)
        return self._scalar(wanted.name, name)

    def _object(self, wanted: GraphQLInputObjectType) -> dict[str, Any]:
        given: dict[str, Any] = {}
        for name, one in wanted.fields.items():
            is_needed = isinstance(one.type, GraphQLNonNull)
            share = 1.0 if is_needed else 0.6
            if name in ("receipt", "delivery", "file"):
                share = 0.93
            if name in ("after", "prearrangedBidderId"):
                share = 0.1
            if self.random.random() < share:
                given[name] = self.value(one.type, name)
        return given

    def _enum(self, wanted: GraphQLEnumType, name: str) -> Any:
        if name in ("kind", "routeKind") and "PATH" in wanted.values and self.random.random() < 0.6:
            return "PATH"
        if name == "firmness" and self.random.random() < 0.5:
            return "FIRM"
        if wanted.name == "Level" and self.random.random() < 0.6:
            return self.random.choice(["RIGHTS", "FLOW"])
        return self.random.choice([*wanted.values])

    def _scalar(self, kind: str, name: str) -> Any:  # noqa: PLR0911 one for each scalar
        is_hostile = self.random.random() < self._hostility
        match kind:
            case "GasDay":
                return self._day(name, is_hostile=is_hostile)
            case "DateTime":
                return self._instant(is_hostile=is_hostile)
            case "Quantity":
                usual = self.random.choice(BOOKED if self._is_booking else TRADED)
                usual = 1 if name == "minimumQuantity" and self.random.random() < 0.8 else usual
                return self.random.choice(QUANTITIES) if is_hostile else usual
            case "Price" | "Decimal":
                usual_price = self.random.choice(RATES if kind == "Decimal" or "minimum" in name else PRICES)
                return self.random.choice(DECIMALS) if is_hostile else usual_price
            case "Int":
                return self.random.choice(INTS) if is_hostile else self._int(name)
            case "Float":
                usual_float = self.random.choice([0.0, 0.5, 1.0, 1.5, 2.0, 10.0])
                return self.random.choice(FLOATS) if is_hostile else usual_float
            case "Boolean":
                return self.random.random() < 0.3
            case "Cursor":
                return self.random.choice(["0", "1", "500", str(2**53 - 1), "x", str(2**63), "-1"])
            case "ID":
                return self._id(name, is_hostile=is_hostile)
            case _:
                return self._text(name, is_hostile=is_hostile)

    def _int(self, name: str) -> int:
        if name == "first":
            return self.random.choice([1, 5, 20, 100])
        if name == "gasYearMonth":
            return self.random.randint(0, 13)
        if name == "minimumTermDays" and self.random.random() < 0.9:
            return 1
        if name == "horizonDays":
            return self.random.choice([1, 30, 400, 5490, 3_000_000])
        return self.random.choice([0, 1, 2, 30, 60])

    def _usual_days(self) -> tuple[str, str]:
        """Return the season, which is mostly booked, or a month of it, which is mostly traded."""
        if self.random.random() < 0.25:
            return self._days()
        if self._is_booking:
            return SEASON
        start = date.fromisoformat(SEASON[0]) + timedelta(days=31 * self.random.randrange(4))
        return start.isoformat(), (start + timedelta(days=self.random.choice([1, 20, 28, 31]))).isoformat()

    def _days(self) -> tuple[str, str]:
        start = FIRST_DAY + timedelta(days=self.random.randrange(DAYS))
        if self.random.random() < 0.5:
            start = start.replace(day=1)
        length = self.random.choice([1, 1, 2, 7, 28, 30, 31, 90, 151])
        return start.isoformat(), (start + timedelta(days=length)).isoformat()

    def _day(self, name: str, *, is_hostile: bool) -> Any:
        if is_hostile:
            return self.random.choice(self.random.choice([FAR_DAYS, LAST_DAYS, NO_DAYS]))
        if name in ("start", "end") and self._period is not None:
            return self._period[name == "end"]
        if name == "validFrom" and self.random.random() < 0.7:
            return "2026-01-01"
        return self._days()[0]

    def _instant(self, *, is_hostile: bool) -> str:
        if is_hostile:
            return self.random.choice(INSTANTS)
        reach = self.random.choice([1, 3, 24, 24 * 20, 24 * 200])
        return (self.now + timedelta(hours=self.random.randint(-1, reach))).isoformat()

    def _id(self, name: str, *, is_hostile: bool) -> Any:
        if name == "idempotencyKey":
            if is_hostile:
                return self.random.choice([*TEXTS, "same", "same"])
            return f"key-{self.random.getrandbits(64)}"
        if is_hostile:
            kind = self.random.choice([*self.pool.ids] or ["Contract"]).split()[-1]
            known = self.random.choice(self.pool.ids[kind] or [global_id(kind, NOWHERE)])
            unfit = [global_id("Contract", "x"), global_id("", ""), global_id(kind, NOWHERE), "x", "", "é", 5]
            return self.random.choice([known, known, *unfit])
        return self._known(name)

    def _known(self, name: str) -> str:
        stem = name.removesuffix("Id")
        kinds = {
            "contract": "Contract",
            "listing": "Listing",
            "call": "CallForOrders",
            "order": "Order",
            "release": "ReleaseOffer",
            "bid": "Bid",
            "clearing": "NetworkClearing",
            "onlyIfBid": "ClearingBid",
            "overlay": "Overlay",
            "party": "Party",
            "prearrangedBidder": "Party",
            "account": "Account",
            "key": "ApiKey",
            "job": "Job",
        }
        if stem in kinds:
            kind = kinds[stem]
        else:
            kind = self.random.choice([*self.pool.ids] or ["Contract"]).split()[-1]
        own = self.pool.ids[f"{self.caller} {kind}"] if self.random.random() < 0.8 else []
        return self.random.choice(own or self.pool.ids[kind] or [global_id(kind, NOWHERE)])

    def _text(self, name: str, *, is_hostile: bool) -> Any:  # noqa: C901, PLR0911, PLR0912 one for each name
        if is_hostile:
            return self.random.choice(TEXTS)
        match name:
            case "network":
                return NETWORK
            case "receipt" | "from":
                return self.random.choice(["a", "a", "a", "b", "b", *POINTS])
            case "delivery" | "to":
                return self.random.choice(["x", "x", "x", "y", "y", *POINTS])
            case "node" | "via":
                return self.random.choice(POINTS)
            case "edge":
                return self.random.choice(["aj", "bj", "jx", "jy", "no"])
            case "content":
                return self.random.choice(["{}", "[]", "<network/>", "not a network", '{"format": 1}'])
            case "name":
                return self.random.choice(["net.json", "net.net", "net.zip", "A name", "net.geojson"])
            case "email":
                return f"user{self.random.randrange(10**6)}@example.test"
            case "index":
                return self.random.choice(["TTF", "TTF", "ZTP"])
            case "csv":
                day = f"2026-1{self.random.randrange(3)}-0{self.random.randint(1, 9)}"
                header = self.random.choice(["index,day,value", "day,value"])
                return f"{header}\nTTF,{day},{self._number()}\nZTP,{day},{self._number()}\n"
            case "code":
                return self.random.choice([NETWORK, f"P{self.random.randrange(10**6)}", "P1"])
            case _:
                return self.random.choice(["x", "maintenance", "correct horse battery staple"])

    def _number(self) -> Any:
        if self.random.random() < 0.08:
            return self.random.choice([*DECIMALS, None, [], {}])
        return self.random.choice(["0", "1", "2", "0.25", "-1", "100", "0.000000001", "50"])

    def _price(self, depth: int) -> Any:  # noqa: PLR0911 one for each form
        if self.random.random() < self._hostility:
            return self._hostile_price()
        forms = ["flat", "flat", "tiered"]
        if depth < 3:
            forms += ["seasonal", "larger", "sum", "indexed", "none", "two"]
        form = self.random.choice(forms)
        match form:
            case "flat":
                return {form: {"pricePerUnitDay": self._number()}}
            case "tiered":
                return {form: {"tiers": self._tiers()}}
            case "seasonal":
                count = 12 if self.random.random() < 0.9 else 5
                factors = [self.random.choice(["0", "1", "0.5", "2"]) for _ in range(count)]
                return {form: {"base": self._price(depth + 1), "factors": factors}}
            case "larger":
                return {form: {"left": self._price(depth + 1), "right": self._price(depth + 1)}}
            case "sum":
                count = self.random.choice([0, 1, 2, 3])
                return {form: {"parts": [self._price(depth + 1) for _ in range(count)]}}
            case "indexed":
                numbers = {"multiplier": self._number(), "addend": self._number()}
                return {form: {"index": "TTF", **numbers}}
            case "two":
                return {"flat": {"pricePerUnitDay": "1"}, "sum": {"parts": []}}
            case _:
                return self.random.choice([{}, [], "flat", 1, {"flat": None}, {"FLAT": {}}])

    def _hostile_price(self) -> Any:
        """Return prices nested within the limits and beyond them."""
        nested: Any = {"flat": {"pricePerUnitDay": "1"}}
        for _ in range(self.random.choice([3, 9, 20])):
            nested = {"sum": {"parts": [nested]}}
        return nested

    def _tiers(self) -> list[dict[str, Any]]:
        limits: list[Any] = sorted(self.random.sample([5, 10, 30, 50, 70, 90], self.random.randint(1, 3)))
        if self.random.random() < 0.6:
            limits.append(None)
        texts = [None if limit is None else str(limit) for limit in limits]
        return [{"upTo": text, "pricePerUnitDay": self._number()} for text in texts]
