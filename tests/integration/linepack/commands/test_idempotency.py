import asyncio
from typing import Any
from uuid import UUID

import pytest

from linepack.commands.idempotency import claim, claim_key
from linepack.commands.unit_of_work import UnitOfWork
from linepack.database.connections import Database
from linepack.ids import new_id
from linepack.problems import Conflict, InvalidInput

pytestmark = pytest.mark.anyio

PARTY = new_id()


class Counter:
    """Stands for the effects of a command: how often it really ran."""

    def __init__(self) -> None:
        self.runs = 0
        self.has_run = asyncio.Event()


async def command(
    database: Database,
    counter: Counter,
    *,
    key: str = "k1",
    quantity: int = 5,
    party: UUID = PARTY,
    fails: bool = False,
) -> dict[str, Any]:
    async with UnitOfWork(database) as uow:
        own = claim(party_id=party, operation="book", key=key, request={"quantity": quantity})
        result = {"contract": f"C-{counter.runs + 1}", "quantity": quantity}
        if (stored := await claim_key(uow, own, result)) is not None:
            return stored
        counter.runs += 1
        counter.has_run.set()
        await asyncio.sleep(0.02)
        if fails:
            raise ZeroDivisionError
        return result


async def test_the_second_call_gets_the_first_result_and_does_not_run(database: Database) -> None:
    counter = Counter()
    first = await command(database, counter)
    second = await command(database, counter)

    assert first == second == {"contract": "C-1", "quantity": 5}
    assert counter.runs == 1


async def test_of_concurrent_calls_with_one_key_one_runs(database: Database) -> None:
    counter = Counter()
    results = await asyncio.gather(*(command(database, counter) for _ in range(12)))

    assert counter.runs == 1
    assert {result["contract"] for result in results} == {"C-1"}


async def test_a_key_used_with_other_input_conflicts(database: Database) -> None:
    counter = Counter()
    await command(database, counter, quantity=5)

    with pytest.raises(Conflict, match="'k1' was used before"):
        await command(database, counter, quantity=6)
    assert counter.runs == 1


async def test_a_failed_call_does_not_use_the_key_up(database: Database) -> None:
    counter = Counter()
    with pytest.raises(ZeroDivisionError):
        await command(database, counter, fails=True)

    assert (await command(database, counter))["contract"] == "C-2"


async def test_when_the_first_of_two_concurrent_calls_fails_the_second_runs(database: Database) -> None:
    counter = Counter()
    failing = asyncio.create_task(command(database, counter, fails=True))
    await counter.has_run.wait()
    succeeding = asyncio.create_task(command(database, counter))
    outcome = await asyncio.gather(failing, succeeding, return_exceptions=True)

    assert isinstance(outcome[0], ZeroDivisionError)
    assert outcome[1] == {"contract": "C-2", "quantity": 5}


async def test_keys_of_different_parties_and_different_keys_are_independent(database: Database) -> None:
    counter = Counter()
    await command(database, counter)
    await command(database, counter, key="k2")
    await command(database, counter, party=new_id())

    assert counter.runs == 3


@pytest.mark.parametrize("key", ["", "x" * 201])
async def test_a_key_of_no_or_excessive_length_is_refused(database: Database, key: str) -> None:
    with pytest.raises(InvalidInput, match="1 to 200 characters"):
        await command(database, Counter(), key=key)
