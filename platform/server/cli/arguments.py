"""Arguments and options that several commands share."""

from datetime import datetime
from typing import Annotated

import typer

Code = Annotated[str, typer.Argument(help="Code of the network.")]
Start = Annotated[datetime, typer.Option(formats=["%Y-%m-%d"], help="First gas day.")]
End = Annotated[datetime, typer.Option(formats=["%Y-%m-%d"], help="Gas day after the last.")]
Receipt = Annotated[str | None, typer.Option(help="Where gas enters; the hub, if left out.")]
Delivery = Annotated[str | None, typer.Option(help="Where gas exits; the hub, if left out.")]
Quantity = Annotated[int, typer.Option(min=1, help="Whole commercial units of the network.")]
