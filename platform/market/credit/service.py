"""The commands of operators on credit: limits, suspensions, payments.

Each takes the network's lock, so that it comes before or after every duty that is taken on.
"""

from dataclasses import dataclass
from decimal import Decimal
from typing import Final
from uuid import UUID

from capacity.contracts import repository as contracts
from capacity.contracts.contract import Contract
from capacity.contracts.pricing.calculation import number_fault
from capacity.rights.model import Firmness, RouteKind
from linepack.access import PartyKind, Scope
from linepack.commands.handling import IdempotentCommand, handles, handles_once
from linepack.gasday import GasDay
from linepack.identity.repository import parties_by_id
from linepack.ids import ContractId, CreditLimitId, CreditPaymentId, NetworkId, PartyId
from linepack.money import Money
from linepack.problems import NotFound
from market.commands.access import require_operator
from market.commands.validation import Faults
from market.context import MarketContext
from market.credit import repository
from market.credit.events import CreditLimitSet, CreditPaymentRecorded, of_suspension
from market.credit.model import CreditFactor, CreditLimit, CreditPayment, Suspension
from market.products.model import Runtime

TEXT_LENGTH_MAX: Final = 200
FACTORS_MAX: Final = 20
FACTOR_MAX: Final = Decimal(100)


@dataclass(frozen=True, slots=True, kw_only=True)
class SetCreditLimit:
    """Set a limit (`market.credit.model`) from a gas day on; `party_id` is a shipper's, None for each."""

    network_id: NetworkId
    code: str
    party_id: PartyId | None
    valid_from: GasDay
    amount: Decimal | None
    framework: str
    factors: tuple[CreditFactor, ...] = ()
    kind: RouteKind | None = None
    firmness: Firmness | None = None
    runtime: Runtime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SetCreditSuspension:
    """Let a shipper take on no new duty on a network, or let it again."""

    network_id: NetworkId
    party_id: PartyId
    is_suspended: bool
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordCreditPayment(IdempotentCommand):
    """Record what the holder of a contract paid for it; a negative amount takes payments back."""

    contract_id: ContractId
    amount: Decimal
    reference: str


@handles(Scope.OPERATE)
async def set_credit_limit(command: SetCreditLimit, context: MarketContext) -> CreditLimit:
    """Set a limit.

    What was taken on before stays, also where it is more than the limit allows. Raises Forbidden, NotFound
    (another operator's network), or InvalidInput with every fault.
    """
    published = await context.market.published(command.network_id)
    require_operator(context, published)
    faults = Faults()
    faults.gas_day(command.valid_from, "validFrom")
    code, framework = command.code.strip(), command.framework.strip()
    _check_text(faults, "code", code)
    _check_text(faults, "framework", framework)
    if command.amount is not None:
        faults.price(command.amount, "amount", may_be_negative=False)
    _check_factors(faults, command.factors)
    if command.party_id is not None:
        await _check_shipper(context, faults, command.party_id)
    faults.raise_all()
    await context.lock_network(command.network_id)
    limit = CreditLimit(
        id=CreditLimitId(context.new_id()),
        network_id=command.network_id,
        code=code,
        party_id=command.party_id,
        valid_from=command.valid_from,
        amount=command.amount,
        currency=published.currency,
        framework=framework,
        factors=command.factors,
        kind=command.kind,
        firmness=command.firmness,
        runtime=command.runtime,
    )
    await repository.insert_limit(context.connection, limit)
    context.uow.record(CreditLimitSet.of(limit))
    return limit


@handles(Scope.OPERATE)
async def set_credit_suspension(command: SetCreditSuspension, context: MarketContext) -> Suspension:
    """Suspend a shipper, or resume its credit.

    It may still sell and pay; what bound it before still does. Raises Forbidden, NotFound (another operator's
    network), or InvalidInput with every fault.
    """
    require_operator(context, await context.market.published(command.network_id))
    faults = Faults()
    reason = command.reason.strip()
    _check_text(faults, "reason", reason)
    await _check_shipper(context, faults, command.party_id)
    faults.raise_all()
    await context.lock_network(command.network_id)
    suspension = Suspension(
        network_id=command.network_id,
        party_id=command.party_id,
        is_suspended=command.is_suspended,
        reason=reason,
        recorded_at=context.at,
    )
    await repository.insert_suspension(context.connection, context.new_id(), suspension)
    context.uow.record(of_suspension(suspension))
    return suspension


async def _contract_locked(command: RecordCreditPayment, context: MarketContext) -> Contract:
    contract = await contracts.get(context.connection, context.principal, command.contract_id)
    if contract.operator_id != context.party_id:
        raise NotFound("contract", command.contract_id, path=("contractId",))
    await context.lock_network(contract.network_id)
    return contract


async def _recorded_before(context: MarketContext, payment_id: UUID) -> CreditPayment:
    return await repository.payment(context.connection, CreditPaymentId(payment_id))


@handles_once(Scope.OPERATE, subject=_contract_locked, existing=_recorded_before)
async def record_credit_payment(
    command: RecordCreditPayment, context: MarketContext, contract: Contract, payment_id: UUID
) -> CreditPayment:
    """Record a payment for a contract of the operator's network.

    Raises Forbidden, NotFound (another operator's contract), Conflict, or InvalidInput with every fault.
    """
    faults = Faults()
    reference = command.reference.strip()
    _check_text(faults, "reference", reference)
    paid = await repository.paid(context.connection, [contract.id])
    before = Money(paid.get(contract.id, Decimal(0)), contract.currency)
    _check_payment(faults, Money(command.amount, contract.currency), before)
    faults.raise_all()
    payment = CreditPayment(
        id=CreditPaymentId(payment_id),
        network_id=contract.network_id,
        party_id=contract.holder_id,
        contract_id=contract.id,
        amount=command.amount,
        currency=contract.currency,
        reference=reference,
        recorded_at=context.at,
    )
    await repository.insert_payment(context.connection, payment)
    context.uow.record(CreditPaymentRecorded.of(payment))
    return payment


def _check_payment(faults: Faults, amount: Money, before: Money) -> None:
    if (fault := number_fault(amount.amount, "amount")) is not None:
        faults.add(fault.place, fault.message)
        return
    faults.require(amount.amount != 0, "amount", "must not be 0")
    faults.require(amount == amount.rounded(), "amount", "must be in whole minor units")
    faults.require((before + amount).amount >= 0, "amount", f"only {before} was paid that can be taken back")


def _check_text(faults: Faults, place: str, text: str) -> None:
    faults.require(bool(text), place, "must not be empty")
    faults.require(len(text) <= TEXT_LENGTH_MAX, place, f"has at most {TEXT_LENGTH_MAX} characters")


def _check_factors(faults: Faults, factors: tuple[CreditFactor, ...]) -> None:
    faults.require(len(factors) <= FACTORS_MAX, "factors", f"are at most {FACTORS_MAX}")
    for number, one in enumerate(factors):
        place = f"factors[{number}]"
        if (fault := number_fault(one.factor, f"{place}.factor")) is not None:
            faults.add(fault.place, fault.message)
        else:
            is_within = 0 <= one.factor <= FACTOR_MAX
            faults.require(is_within, f"{place}.factor", f"must be from 0 to {FACTOR_MAX}")
    products = [(one.firmness, one.runtime) for one in factors]
    faults.require(len(set(products)) == len(products), "factors", "each product has one factor at most")


async def _check_shipper(context: MarketContext, faults: Faults, party_id: PartyId) -> None:
    party = (await parties_by_id(context.connection, [party_id])).get(party_id)
    is_shipper = party is not None and party.kind is PartyKind.SHIPPER
    faults.require(is_shipper, "partyId", "there is no shipper with this id")
