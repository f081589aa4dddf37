"""The page at `/`: which network it shows, on which gas day, and with which figures."""

from datetime import timedelta

from capacity.networks import repository as networks
from linepack.gasday import GasDay
from linepack.problems import Fault, InvalidInput
from schema.transport.asgi import EXPLORER
from server.page import render
from server.page.pressure_cache import PressureCache
from server.page.render import DAYS_AHEAD_MAX
from server.services import Services


async def network_page(
    services: Services, cache: PressureCache, code: str | None, day: GasDay | None = None
) -> str | None:
    """Return the page of the network `code`, or of the one published first; None if there is none.

    It shows gas day `day`, by default the running one; raises InvalidInput for one that is past or far away.
    """
    async with services.database.read() as connection:
        summaries = await networks.list_networks(connection)
    oldest_first = sorted(summaries, key=lambda summary: summary.id)
    shown = next((summary for summary in oldest_first if code in (None, summary.code)), None)
    if shown is None:
        return None
    view = await services.snapshots.current(shown.id)
    network = view.published.network
    today = network.clock.gas_day(services.now())
    day = day or today
    if not timedelta(0) <= day - today <= timedelta(days=DAYS_AHEAD_MAX):
        raise InvalidInput([Fault("day", f"must be from {today} to {DAYS_AHEAD_MAX} days on, not {day}")])
    utilisation = await services.verifiers.look(
        view.published, lambda verifier: verifier.views.utilisation(view.rights, day)
    )
    # Without flow any pressure would do.
    pressures = await cache.look(view, day) if any(utilisation.values()) else None
    codes = [summary.code for summary in oldest_first]
    return render(
        network,
        utilisation,
        today=today,
        codes=codes,
        overlays=view.published.overlays,
        day=day,
        pressures=pressures,
        explorer=None if services.settings.is_production else EXPLORER,
    )
