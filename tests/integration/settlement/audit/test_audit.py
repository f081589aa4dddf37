"""The audit of a true market, and of the same market after a superuser was at it."""

import pytest
import time
from tests.integration.settlement.audit.scene import Scene

from settlement.audit.audit import audit
from settlement.reconciliation.reconcile import reconcile

pytestmark = pytest.mark.anyio


async def test_a_true_market_is_audited_without_difference(scene: Scene) -> None:
    async with scene.scenery.database.read() as connection:
        for _ in range(4):
            t=time.perf_counter()
            report = await audit(connection)
            print(time.perf_counter()-t)
            assert list(map(str, report.differences)) == []
            print(report.counts)
            t=time.perf_counter()
            assert list(map(str, await reconcile(connection))) == []
            print(time.perf_counter()-t)
