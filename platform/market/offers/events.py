"""What the event of an offer shows of the capacity behind it: everything but whose contract it is."""

from typing import Annotated, Any, Self

from pydantic import BaseModel, ConfigDict, PlainSerializer, PlainValidator

from capacity.rights.model import Firmness
from linepack.gasday import Period
from linepack.ids import NetworkId
from market.offers.model import OfferedCapacity, Routes, routes_from_json, routes_to_json


def _routes(value: Any) -> Routes:
    return routes_from_json(value) if isinstance(value, list) else value


class PublicCapacity(BaseModel):
    """Capacity on offer as everyone may see it."""

    model_config = ConfigDict(frozen=True)

    network_id: NetworkId
    routes: Annotated[Routes, PlainValidator(_routes), PlainSerializer(routes_to_json)]
    firmness: Firmness
    period: Period

    @classmethod
    def of(cls, capacity: OfferedCapacity) -> Self:
        """Return what everyone may see of `capacity`."""
        return cls(
            network_id=capacity.network_id,
            routes=capacity.routes,
            firmness=capacity.firmness,
            period=capacity.period,
        )
