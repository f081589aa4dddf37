"""Drafts of network clearings: what clearing the bids as they are would award, for the operator alone."""

from collections.abc import Mapping
from typing import Annotated, Any, Self

import strawberry
from strawberry import relay

from linepack.ids import ClearingBidId, ClearingId, JobId
from linepack.jobs import model as jobs
from linepack.problems import NotFound
from market.network_clearings import commands, service
from schema.jobs.jobs import JOB_ID, Job, JobPayload, JobResult
from schema.market.clearing_bids import ClearingBid
from schema.market.clearings import ClearingOutcome, outcome_of
from schema.types.commands import run
from schema.types.context import Info
from schema.types.nodes import reference, uuid_of
from schema.types.permissions import MayOperate
from schema.types.scalars import Quantity


@strawberry.type
class DraftedBid:
    """What a bid would be awarded, and why."""

    awarded: Quantity = strawberry.field(description="The quantity it would be awarded; 0 for nothing.")
    text: str = strawberry.field(description="Why, in words.")
    bid_id: strawberry.Private[ClearingBidId]
    bid: ClearingBid | None = reference(ClearingBid, "bid_id", "The bid, as it is now.")

    @classmethod
    def of(cls, value: Mapping[str, Any]) -> Self:
        """Show what an outcome says of a bid."""
        bid_id = ClearingBidId(uuid_of("ClearingBid", relay.GlobalID("ClearingBid", value["bid"]), "bid"))
        return cls(awarded=Quantity(value["awarded"]), text=value["why"], bid_id=bid_id)


@strawberry.type
class ClearingDraft(ClearingOutcome):
    """What a draft has found; nothing is awarded by it."""

    bids: list[DraftedBid] = strawberry.field(description="All bids, in the order of arrival.")

    @classmethod
    def of(cls, job: jobs.Job) -> Self | None:
        """Show the result of a job; None until it has one."""
        if job.kind != service.NETWORK_CLEARING or job.result is None:
            return None
        bids = [DraftedBid.of(one) for one in job.result["awards"]]
        return cls(bids=bids, **outcome_of(job.input["inputs"], job.result))


@strawberry.input
class DraftClearingInput:
    """A clearing that takes bids, or waits for its award."""

    clearing_id: relay.GlobalID = strawberry.field(description="The id of the clearing.")


@strawberry.type
class ClearingDraftQueries:
    """Queries of drafts, for the operator of the network."""

    @strawberry.field(permission_classes=[MayOperate])
    async def clearing_draft(
        self, info: Info, job: Annotated[relay.GlobalID, strawberry.argument(description=JOB_ID)]
    ) -> ClearingDraft | None:
        """What a job of `draftClearing` has found; null until it is done, and for other jobs."""
        stored = (await Job.visible(info, JobId(uuid_of("Job", job, "job")))).job
        if stored.operator_id != info.context.caller().party_id:  # bids are sealed from all others
            raise NotFound("job", stored.id, path=("job",))
        return ClearingDraft.of(stored)


@strawberry.type
class ClearingDraftMutations:
    """Asking for drafts."""

    @strawberry.mutation(permission_classes=[MayOperate])
    async def draft_clearing(self, info: Info, input: DraftClearingInput) -> JobResult:  # noqa: A002
        """Clear the bids as they are now, and award nothing; `clearingDraft` returns the result.

        The same bids on the same network with the same rights are one job.
        """
        clearing_id = ClearingId(uuid_of("NetworkClearing", input.clearing_id, "clearingId"))
        command = commands.DraftClearing(clearing_id, info.context.services.settings.solver)
        return JobPayload(job=Job.of(await run(info, service.draft_clearing, command)))
