"""Credit: limits, and what a shipper owes or may come to owe, as sums that can be added up again."""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Self

import strawberry
from strawberry import relay

from capacity.rights.model import Firmness, RouteKind
from linepack import money
from linepack.ids import ContractId, PartyId
from market.credit import errors, model, queries, service
from market.credit.model import DutyCause, DutyTermKind
from market.products.model import Runtime
from schema.capacity.networks import network_id_of
from schema.identity.parties import Party
from schema.types.commands import caller_of, run
from schema.types.context import Info
from schema.types.domain_values import FromDomain, command_of, shown_as
from schema.types.nodes import reference, uuid_of
from schema.types.permissions import MayOperate, MayRead
from schema.types.problems import Problem, Refusals
from schema.types.scalars import Money, Period, Quantity

CODE = "What the operator calls it; a limit set again under its code takes the place of the one before."
EVERY = "; null for every one."
FACTOR = "By how much a duty counts."
FACTORS = "The factors of its framework: the narrowest applies, the runtime counting more; without one, 1."
FRAMEWORK = "The terms that the factors come from."
IS_SUSPENDED = "Whether it may take on no new duty."
LIMIT_AMOUNT = "How much may be locked; null ends the limit."
REASON = "Why, in one line; the shipper reads it."
SUBJECT = {
    DutyCause.CONTRACT: "Contract",
    DutyCause.BID: "Bid",
    DutyCause.CLEARING_BID: "ClearingBid",
    DutyCause.ORDER: "Order",
}


@strawberry.type
class CreditFactor(FromDomain):
    """By how much the duties of a product count."""

    factor: Decimal = strawberry.field(description=FACTOR)
    firmness: Firmness | None = strawberry.field(description="Of this firmness alone" + EVERY)
    runtime: Runtime | None = strawberry.field(description="Of this standard length alone" + EVERY)


@strawberry.type
class CreditLimit(FromDomain):
    """How much a shipper may owe on a network, from a gas day on."""

    code: str = strawberry.field(description=CODE)
    party_id: strawberry.Private[PartyId | None]
    valid_from: date
    amount: Decimal | None = strawberry.field(description=LIMIT_AMOUNT)
    currency: money.Currency = strawberry.field(description="The currency of the network.")
    framework: str = strawberry.field(description=FRAMEWORK)
    factors: list[CreditFactor] = strawberry.field(description=FACTORS)
    kind: RouteKind | None = strawberry.field(description="For entries, exits or paths alone" + EVERY)
    firmness: Firmness | None = strawberry.field(description="For this firmness alone" + EVERY)
    runtime: Runtime | None = strawberry.field(description="For this standard length alone" + EVERY)
    shipper: Party | None = reference(Party, "party_id", "Whose it is; null where it is for each shipper.")


@strawberry.type
class CreditTerm(FromDomain):
    """One term of what is owed."""

    kind: DutyTermKind = strawberry.field(description="What it is.")
    amount: Decimal = strawberry.field(description="Negative where it relieves.")


@strawberry.type
class CreditLock(FromDomain):
    """What a contract, a bid or an order takes of a limit.

    `amount` is `owed` times `factor`, rounded up to the minor unit; `owed` is the sum of `terms`, 0 or more.
    """

    cause: DutyCause = strawberry.field(description="Why it is owed, or may come to be.")
    subject_id: relay.GlobalID = strawberry.field(description="The id of the contract, bid or order.")
    contract_code: str | None = strawberry.field(description="The code of the contract, if it is one.")
    kinds: list[RouteKind] = strawberry.field(description="Entry, exit or path.")
    firmness: Firmness
    runtime: Runtime = strawberry.field(description="The standard length of the product.")
    period: Period
    quantity: Quantity
    terms: list[CreditTerm] = strawberry.field(description="What adds up to what is owed.")
    owed: Decimal = strawberry.field(description="What is owed, or may come to be.")
    factor: Decimal = strawberry.field(description=FACTOR)
    amount: Money

    @classmethod
    def of(cls, value: model.Lock) -> Self:
        """Show a lock."""
        duty = value.duty
        return shown_as(
            cls,
            duty,
            subject_id=relay.GlobalID(SUBJECT[duty.cause], str(duty.subject_id)),
            contract_code=duty.label or None,
            factor=value.factor,
            amount=Money.of(value.amount),
        )


@strawberry.type
class CreditUsage(FromDomain):
    """A limit in force, and what is locked of it."""

    limit: CreditLimit = strawberry.field(description="The limit.")
    allowed: Money = strawberry.field(description="How much may be locked.")
    used: Money = strawberry.field(description="The sum of the locks.")
    remaining: Money = strawberry.field(description="Negative where more is locked than is allowed by now.")
    locks: list[CreditLock] = strawberry.field(description="Contracts first, then bids and orders.")


@strawberry.type
class CreditSuspension(FromDomain):
    """That a shipper may take on no new duty, or may again; it may sell and pay in any case."""

    is_suspended: bool = strawberry.field(description=IS_SUSPENDED)
    reason: str = strawberry.field(description=REASON)
    recorded_at: datetime


@strawberry.type
class Credit(FromDomain):
    """How a shipper stands on a network; a new duty must pass all limits."""

    party_id: strawberry.Private[PartyId]
    usages: list[CreditUsage] = strawberry.field(description="By the codes of the limits.")
    suspension: CreditSuspension | None = strawberry.field(description="Null where it is not suspended.")
    shipper: Party = reference(Party, "party_id", "The shipper.")


@strawberry.type
class ExceededLimit(FromDomain):
    """A limit that does not pass."""

    limit: CreditLimit = strawberry.field(description="The limit.")
    allowed: Money = strawberry.field(description="How much may be locked.")
    used: Money = strawberry.field(description="How much was locked before.")
    needed: Money = strawberry.field(description="How much more it would have been.")
    missing: Money = strawberry.field(description="By how much that is more than was left.")


@strawberry.type
class CreditExceededProblem(Problem):
    """The credit is not enough: which limits do not pass, by how much, and what quantity would."""

    exceeded: list[ExceededLimit] = strawberry.field(description="Every limit that does not pass.")
    quantity: Quantity
    largest_quantity: Quantity = strawberry.field(description="The largest that would pass; 0 for none.")
    part: int | None = strawberry.field(
        description="The part of a profile, counted from 0, beside the parts before it; else null."
    )

    @classmethod
    def of(cls, value: errors.CreditExceeded) -> Self:
        """Show a refusal."""
        return shown_as(
            cls,
            value,
            code=value.code,
            message=value.message,
            path=list(value.path),
            largest_quantity=value.largest,
        )


@strawberry.input
class CreditFactorInput:
    """By how much the duties of a product count."""

    factor: Decimal = strawberry.field(description=FACTOR)
    firmness: Firmness | None = strawberry.field(default=None, description="Of this firmness alone" + EVERY)
    runtime: Runtime | None = strawberry.field(
        default=None, description="Of this standard length alone" + EVERY
    )


@strawberry.input
class SetCreditLimitInput:
    """How much a shipper, or each one, may owe from a gas day on."""

    network: str
    code: str = strawberry.field(description=CODE)
    party_id: relay.GlobalID | None = strawberry.field(
        default=None, description="The id of the shipper" + EVERY
    )
    valid_from: date
    amount: Decimal | None = strawberry.field(default=None, description=LIMIT_AMOUNT)
    framework: str = strawberry.field(description=FRAMEWORK)
    factors: list[CreditFactorInput] = strawberry.field(default_factory=list, description=FACTORS)
    kind: RouteKind | None = strawberry.field(
        default=None, description="For entries, exits or paths alone" + EVERY
    )
    firmness: Firmness | None = strawberry.field(default=None, description="For this firmness alone" + EVERY)
    runtime: Runtime | None = strawberry.field(
        default=None, description="For this standard length alone" + EVERY
    )


@strawberry.input
class SetCreditSuspensionInput:
    """Whether a shipper may take on new duties."""

    network: str
    party_id: relay.GlobalID = strawberry.field(description="The id of the shipper.")
    is_suspended: bool = strawberry.field(description=IS_SUSPENDED)
    reason: str = strawberry.field(description=REASON)


@strawberry.input
class RecordCreditPaymentInput:
    """What the holder of a contract paid for it."""

    contract_id: relay.GlobalID = strawberry.field(description="The id of the contract.")
    amount: Decimal = strawberry.field(description="Negative to take back what was recorded.")
    reference: str = strawberry.field(description="What the operator finds the payment by.")
    idempotency_key: strawberry.ID


@strawberry.type
class CreditLimitPayload:
    """The limit that was set."""

    limit: CreditLimit = strawberry.field(description="The limit.")


@strawberry.type
class CreditPayload:
    """How the shipper stands now."""

    credit: Credit = strawberry.field(description="How the shipper stands.")


SetCreditLimitResult = Annotated[CreditLimitPayload | Refusals, strawberry.union("SetCreditLimitResult")]
CreditResult = Annotated[CreditPayload | Refusals, strawberry.union("CreditResult")]


@strawberry.type
class CreditQueries:
    """Queries of credit."""

    @strawberry.field(permission_classes=[MayRead])
    async def credit(
        self,
        info: Info,
        network: str,
        party: Annotated[
            relay.GlobalID | None,
            strawberry.argument(description="The id of another party, as its operator."),
        ] = None,
    ) -> Credit:
        """How you stand on a network, or the party named, where you may see its affairs."""
        network_id = await network_id_of(info, network)
        party_id = None if party is None else PartyId(uuid_of("Party", party, "party"))
        return Credit.of(await queries.credit_seen(caller_of(info), network_id, party_id))

    @strawberry.field(permission_classes=[MayRead])
    async def credit_limits(self, info: Info, network: str) -> list[CreditLimit]:
        """Every version of the limits of a network that you may see, in the order in which they were set."""
        network_id = await network_id_of(info, network)
        return [CreditLimit.of(one) for one in await queries.limits_seen(caller_of(info), network_id)]


@strawberry.type
class CreditMutations:
    """Mutations of credit."""

    @strawberry.mutation(permission_classes=[MayOperate])
    async def set_credit_limit(
        self,
        info: Info,
        input: SetCreditLimitInput,  # noqa: A002
    ) -> SetCreditLimitResult:
        """Set how much a shipper, or each one, may owe from a gas day on."""
        factors = (model.CreditFactor(one.factor, one.firmness, one.runtime) for one in input.factors)
        command = command_of(
            service.SetCreditLimit,
            input,
            network_id=await network_id_of(info, input.network),
            party_id=None if input.party_id is None else _party_id(input.party_id),
            factors=tuple(factors),
        )
        limit = await run(info, service.set_credit_limit, command)
        return CreditLimitPayload(limit=CreditLimit.of(limit))

    @strawberry.mutation(permission_classes=[MayOperate])
    async def set_credit_suspension(
        self,
        info: Info,
        input: SetCreditSuspensionInput,  # noqa: A002
    ) -> CreditResult:
        """Let a shipper take on no new duty, or let it again."""
        network_id = await network_id_of(info, input.network)
        party_id = _party_id(input.party_id)
        command = command_of(service.SetCreditSuspension, input, network_id=network_id, party_id=party_id)
        await run(info, service.set_credit_suspension, command)
        credit = await queries.credit_by_id(caller_of(info), network_id, party_id)
        return CreditPayload(credit=Credit.of(credit))

    @strawberry.mutation(permission_classes=[MayOperate])
    async def record_credit_payment(
        self,
        info: Info,
        input: RecordCreditPaymentInput,  # noqa: A002
    ) -> CreditResult:
        """Record what the holder of a contract paid for it, which relieves its credit."""
        contract_id = ContractId(uuid_of("Contract", input.contract_id, "contractId"))
        command = command_of(service.RecordCreditPayment, input, contract_id=contract_id)
        payment = await run(info, service.record_credit_payment, command)
        credit = await queries.credit_by_id(caller_of(info), payment.network_id, payment.party_id)
        return CreditPayload(credit=Credit.of(credit))


def _party_id(stated: relay.GlobalID) -> PartyId:
    return PartyId(uuid_of("Party", stated, "partyId"))
