"""The home of the page at `/`: which network it shows, and with which of today's figures."""

from capacity.networks import repository as networks
from schema.context import Services
from server.page import render


async def network_page(services: Services, code: str | None) -> str | None:
    """Return the page of the network `code`, or of the eldest one; None when there is no such network."""
    async with services.database.read() as connection:
        summaries = await networks.list_networks(connection)
    eldest_first = sorted(summaries, key=lambda summary: summary.id)
    shown = next((summary for summary in eldest_first if code in (None, summary.code)), None)
    if shown is None:
        return None
    view = await services.snapshots.current(shown.id)
    network = view.published.network
    today = network.clock.gas_day(services.now())
    utilisation = await services.verifiers.run(
        view.published, lambda verifier: verifier.utilisation(view.rights, today)
    )
    codes = [summary.code for summary in eldest_first]
    return render(network, utilisation, today=today, codes=codes, overlays=view.published.overlays)
