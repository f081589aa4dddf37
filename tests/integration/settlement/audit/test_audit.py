"""The audit of a true market, and of the same market after a superuser was at it.

Damage is done without triggers and foreign keys, as only the owner of a database can.
"""

from collections import Counter

import pytest
import sqlalchemy as sa
from tests.integration.settlement.audit.audited_market import AuditedMarket, settle
from tests.integration.settlement.audit.damage import found_after, in_sql

from linepack.ids import NetworkId
from settlement.audit.audit import audit
from settlement.audit.model import AuditSubject, Sample
from settlement.reconciliation.extent import extent
from settlement.reconciliation.reconcile import reconcile

pytestmark = pytest.mark.anyio

BOOKED_FIRST = "(SELECT verdict_id FROM contract WHERE cause = 'booking' ORDER BY id LIMIT 1)"
ANOTHER = "(SELECT document FROM verdict ORDER BY id DESC LIMIT 1)"
CERTIFICATE = f"""
    UPDATE verdict SET document = jsonb_set(document, '{{proofs,0,certificate,flows,0}}', '29')
    WHERE id = {BOOKED_FIRST}
"""
WITHOUT_HASH = "UPDATE event SET payload = payload - 'verdict_hash' WHERE topic = 'contract.booked'"
TRADE = "(SELECT id FROM trade ORDER BY id LIMIT 1)"
WON = "(SELECT bid_id FROM release_award_bid LIMIT 1)"

DAMAGE = {
    "a certificate changed": (
        in_sql(CERTIFICATE),
        ["document hash is", "proofs[0] node a does not balance"],
    ),
    "a certificate changed with the hash that events hold of it": (
        in_sql(CERTIFICATE, WITHOUT_HASH),
        ["certificates hold: verdict of contract LP-", "proofs[0] node a does not balance"],
    ),
    "a certificate put in place of another": (
        in_sql(f"UPDATE verdict SET document = {ANOTHER} WHERE id = {BOOKED_FIRST}", WITHOUT_HASH),
        ["request is Request(", "its contract says Request(", "rights_version is"],
    ),
    "a certificate erased": (
        in_sql(f"UPDATE verdict SET document = '{{}}' WHERE id = {BOOKED_FIRST}"),
        ["its document cannot be read"],
    ),
    "a verdict deleted": (
        in_sql(f"DELETE FROM verdict WHERE id = {BOOKED_FIRST}"),
        ["verdict of contract LP-", "is not stored"],
    ),
    "a verdict put beside the others": (
        in_sql(
            "INSERT INTO verdict SELECT gen_random_uuid(), network_id, party_id, operator_id, revision_id,"
            " rights_version, outcome, level, solver, model_hash, decided_at, document FROM verdict LIMIT 1"
        ),
        ["no contract refers to it"],
    ),
    "a booking taken out of the log of its network": (
        in_sql("UPDATE event SET network_id = NULL WHERE topic = 'contract.booked' AND position = 3"),
        ["was sold, but no event of its network records it"],
    ),
    "an overlay taken out of the log of its network": (
        in_sql(
            "UPDATE event SET network_id = NULL WHERE topic = 'overlay.set' AND payload->>'edge_id' = 'jy'"
        ),
        ["network_id is", "overlay.set capacity:", "model_hash is"],
    ),
    "rights that were sold before others": (
        in_sql(
            "UPDATE movement SET quantity = quantity - 5, period_end = period_end + 30 WHERE sequence = 1"
        ),
        ["model_hash is", "does not balance"],
    ),
    "an edge closed after its capacity was sold, with the event of it": (
        in_sql(
            "UPDATE overlay SET factor = 0 WHERE edge_id = 'jy'",
            "UPDATE event SET payload = jsonb_set(payload, '{factor}', '\"0.0\"')"
            " WHERE topic = 'overlay.set' AND payload->>'edge_id' = 'jy'",
        ),
        ["proofs[", "edge jy cannot carry 20"],
    ),
    "an overlay changed": (
        in_sql("UPDATE overlay SET factor = 1 WHERE edge_id = 'jy'"),
        ["networks = events: overlay", "factor is 1, overlay.set capacity:"],
    ),
    "a withdrawn overlay put in force": (
        in_sql("UPDATE overlay SET withdrawn_at = NULL WHERE edge_id = 'bj'"),
        ["withdrawn_at is None, the last event is overlay.withdrawn"],
    ),
    "a revision changed": (
        in_sql("UPDATE network_revision SET content = content || ' ' WHERE number = 1"),
        ["revision 1 of network fork: content_hash is"],
    ),
    "a policy lowered": (
        in_sql(
            "UPDATE network SET policy = jsonb_set(policy, '{firm_level}', '\"flow\"')",
        ),
        ["network fork: policy.firm_level is flow, policy.set capacity:"],
    ),
    "a policy lowered with its event": (
        in_sql(
            "UPDATE network SET policy = jsonb_set(policy, '{firm_level}', '\"hydraulic\"')",
            "UPDATE event SET payload = jsonb_set(payload, '{firm_level}', '\"hydraulic\"')"
            " WHERE topic = 'policy.set'",
        ),
        ["level is robust, the policy then demanded hydraulic"],
    ),
    "a contract repriced": (
        in_sql(
            "UPDATE contract SET document ="
            " jsonb_set(document, '{network,edges,0,bands,0,price,price_per_unit_day}', '\"0.01\"')"
            " WHERE id = (SELECT id FROM contract ORDER BY id LIMIT 1)"
        ),
        [
            "document.network.edges[0].bands[0].price.price_per_unit_day is 0.01, contract.booked capacity:",
            "trade.concluded market:",
            "says 0.25",
        ],
    ),
    "a contract repriced with all its events": (
        in_sql(
            "UPDATE contract SET document = replace(document::text, '\"0.25\"', '\"0.01\"')::jsonb",
            "UPDATE event SET payload = replace(payload::text, '\"0.25\"', '\"0.01\"')::jsonb",
        ),
        ["prices = tariffs: contract LP-", "price.price_per_unit_day is 0.01, tariff"],
    ),
    "a tariff changed": (
        in_sql("UPDATE tariff SET price = jsonb_set(price, '{price_per_unit_day}', '\"9\"')"),
        ["price.price_per_unit_day is 0.25, tariff", "says 9"],
    ),
    "a tariff deleted": (in_sql("DELETE FROM tariff"), ["prices = tariffs", "is not stored"]),
    "a trade's price": (
        in_sql(f"UPDATE trade SET price_per_unit_day = 99 WHERE id = {TRADE}"),
        ["trades = events: trade", "price_per_unit_day is 99, trade.concluded market:", "its listing says"],
    ),
    "a trade's price with its event": (
        in_sql(
            "UPDATE trade SET price_per_unit_day = 99",
            "UPDATE event SET payload = jsonb_set(payload, '{price_per_unit_day}', '\"99\"')"
            " WHERE topic = 'trade.concluded'",
        ),
        ["price_per_unit_day is 99", "its listing says 0.4", "its order says 0.3"],
    ),
    "a trade's buyer": (
        in_sql(f"UPDATE trade SET buyer_id = operator_id WHERE id = {TRADE}"),
        ["buyer_id is 00000000-0000-0000-0000-000000000008, trade.concluded"],
    ),
    "a trade deleted": (
        in_sql(f"DELETE FROM trade WHERE id = {TRADE}"),
        ["records it, but it is not stored"],
    ),
    "a listing opened again": (
        in_sql("UPDATE listing SET state = 'OPEN', remaining = 1 WHERE state = 'WITHDRAWN'"),
        ["offers = events: listing", "state is OPEN, listing.withdrawn market:"],
    ),
    "what is left of a call grown": (
        in_sql("UPDATE market_call SET remaining = quantity WHERE state = 'EXHAUSTED'"),
        ["offers = events: call", "remaining is 2, call.exhausted market:"],
    ),
    "an order of another party": (
        in_sql("UPDATE market_order SET party_id = operator_id WHERE state = 'OPEN'"),
        ["party_id is 00000000-0000-0000-0000-000000000008, order.placed"],
    ),
    "an award's winning bid": (
        in_sql(f"UPDATE release_bid SET rate = 0.01 WHERE id = {WON}"),
        [
            "awards = replays: bid",
            "rate is 0.01, bid.decided market:",
            "inputs.bids[2].rate is 0.50, evaluating it again says 0.01",
        ],
    ),
    "an award's bidder": (
        in_sql("UPDATE release_bid SET bidder_id = release_id WHERE state = 'LOST'"),
        ["bidder_id is", "bid.decided market:"],
    ),
    "a bid that lost made the winner, with its event": (
        in_sql(
            "UPDATE release_bid SET rate = 9, value = 9 WHERE state = 'LOST'",
            'UPDATE event SET payload = payload || \'{"rate": "9", "value": "9"}\''
            " WHERE topic = 'bid.decided' AND payload->>'state' = 'LOST'",
        ),
        ["awards = replays: award of release", "evaluating it again says"],
    ),
    "the solver of a clearing, so that what it found is not found again": (
        in_sql("""UPDATE clearing_award SET outcome = jsonb_set(outcome, '{solver}', '"another"')"""),
        ["award of clearing", "its content says"],
    ),
    "an award's outcome and its hash": (
        in_sql("UPDATE release_award SET outcome = '{\"fills\": [], \"kills\": []}', hash = repeat('0', 64)"),
        ["outcome.fills is []", f"hash is {'0' * 64}", "release.closed market:"],
    ),
    "an award erased": (
        in_sql("UPDATE release_award SET outcome = '{}', inputs = '{}', seed = 'x'"),
        ["cannot be evaluated again"],
    ),
    "an award made later": (
        in_sql("UPDATE release_award SET awarded_at = awarded_at + interval '30 days'"),
        ["first_day is 2026-10-12, an award at 2026-11-10", "awarded_at[0] is"],
    ),
    "an award deleted": (in_sql("DELETE FROM release_award"), ["there is no award"]),
    "more awarded than was won": (
        in_sql("UPDATE release_award_bid SET quantity = quantity + 1"),
        ["awarded bid."],
    ),
    "interruptible capacity stated otherwise": (
        in_sql("UPDATE interruptible_quantity SET share = 0.5"),
        ["interruptible quantities of network fork: no event records InterruptibleQuantity("],
    ),
    "more set aside": (
        in_sql("UPDATE set_aside SET quantity = 6 WHERE quantity = 5"),
        ["set-aside", "quantity is 6, capacity.set_aside capacity:"],
    ),
    "an offer of another party's contract": (
        in_sql("UPDATE listing SET seller_id = '00000000-0000-0000-0000-000000000004'"),
        ["offers = events: listing", ", its contract", "its listing says"],
    ),
    "an untraded offer of another party's own contract": (
        in_sql(
            "UPDATE listing SET seller_id = contract.holder_id, contract_id = contract.id FROM contract"
            " WHERE listing.state = 'WITHDRAWN' AND contract.holder_id <> listing.seller_id"
        ),
        ["offers = events: listing", "is on contract", "what is held for it on"],
    ),
    "an order to sell put on another party's contract": (
        in_sql(
            "UPDATE market_order SET party_id = contract.holder_id, contract_id = contract.id FROM contract"
            " WHERE market_order.contract_id IS NOT NULL AND contract.holder_id <> market_order.party_id"
        ),
        ["offers = events: order", "is on contract", "what is held for it on"],
    ),
    "a release that was bid for put on another party's contract": (
        in_sql(
            "UPDATE release SET releasing_id = contract.holder_id, contract_id = contract.id FROM contract"
            " WHERE contract.holder_id <> release.releasing_id"
        ),
        ["offers = events: release", "is on contract", "what is held for it on"],
    ),
    "the causes of what was sold": (
        in_sql("UPDATE movement SET cause = 'gift' WHERE sequence = 1"),
        ["movement 1 has the cause 'gift', which no command writes", "its rights cannot be read"],
    ),
}
"""What is done, and what is named of it."""


async def test_a_true_market_is_audited_without_difference(audited: AuditedMarket) -> None:
    async with audited.market_fixture.database.read() as connection:
        report = await audit(connection)
        assert list(map(str, report.differences)) == []
        assert list(map(str, await reconcile(connection))) == []
        counted = await extent(connection)
    assert report.counts == Counter(
        {
            AuditSubject.CERTIFICATES: 7,
            AuditSubject.AWARDS: 3,
            AuditSubject.CONTRACTS: 15,
            AuditSubject.TRADES: 4,
            AuditSubject.PRICES: 7,
            AuditSubject.OFFERS: 12,
            AuditSubject.BIDS: 10,
            AuditSubject.NETWORKS: 8,
        }
    )
    assert (counted.counts["contracts"], counted.counts["verdicts"], counted.counts["awards"]) == (15, 7, 2)


async def test_every_kind_of_damage_is_named_with_its_place(audited: AuditedMarket) -> None:
    unnamed = {}
    for what, (damage, named) in DAMAGE.items():
        found = await found_after(audited.market_fixture.database, damage)
        assert found is not None, f"{what}: the database refuses it"
        missing = [text for text in named if not any(text in one for one in found)]
        if missing:
            unnamed[what] = missing, found
    assert unnamed == {}


async def test_events_without_a_position_are_audited_like_the_others(audited: AuditedMarket) -> None:
    await audited.market_fixture.book(quantity=1)
    async with audited.market_fixture.database.read() as connection:
        report = await audit(connection)
    assert (list(map(str, report.differences)), report.counts[AuditSubject.CERTIFICATES]) == ([], 8)
    await settle(audited.market_fixture)


async def test_a_sample_is_half_the_newest_and_half_drawn(audited: AuditedMarket) -> None:
    said: list[tuple[str, int, int]] = []
    async with audited.market_fixture.database.read() as connection:
        report = await audit(
            connection, sample=Sample(3, seed=7), progress=lambda *progress: said.append(progress)
        )
    assert report.differences == []
    assert (report.counts[AuditSubject.CERTIFICATES], report.counts[AuditSubject.AWARDS]) == (3, 3)
    assert (said[-1], report.counts[AuditSubject.CONTRACTS]) == (("certificates", 3, 3), 15)


def test_a_sample_of_a_few_keeps_the_newest() -> None:
    ids = [NetworkId(number) for number in range(10)]  # type: ignore[arg-type]
    chosen = Sample(4, seed=1).of(ids)
    assert (list(chosen[-2:]), len(set(chosen))) == (ids[-2:], 4)
    assert Sample(4, seed=1).of(ids) == chosen
    assert Sample(20, seed=1).of(ids) == ids
    assert list(Sample(0, seed=1).of(ids)) == []


async def test_one_network_is_audited_for_itself(audited: AuditedMarket) -> None:
    database = audited.market_fixture.database
    async with database.read() as connection:
        one = await audit(connection, network_id=audited.market_fixture.network_id)
        other = await audit(connection, network_id=NetworkId(audited.booked.id))
    assert (one.differences, one.counts[AuditSubject.TRADES]) == ([], 4)
    assert (other.differences, other.counts.total()) == ([], 0)


async def test_a_long_audit_outlives_the_limits_of_a_transaction(audited: AuditedMarket) -> None:
    async with audited.market_fixture.database.read() as connection:
        await audit(connection)
        limit = await connection.execute(sa.text("SHOW idle_in_transaction_session_timeout"))
        assert limit.scalar_one() == "0"
