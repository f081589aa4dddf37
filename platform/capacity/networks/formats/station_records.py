"""A compressor station as a JSON object; members stand in the order of the model's fields."""

from dataclasses import asdict, fields
from typing import Any

from capacity.networks.formats.record_reader import RecordReader
from capacity.networks.stations import (
    Configuration,
    Drive,
    DriveKind,
    PistonCompressor,
    Station,
    TurboCompressor,
)

_TURBO_MEMBERS = tuple(field.name for field in fields(TurboCompressor))
_PISTON_MEMBERS = tuple(field.name for field in fields(PistonCompressor))
_DRIVE_MEMBERS = tuple(field.name for field in fields(Drive))
_CONFIGURATION_MEMBERS = tuple(field.name for field in fields(Configuration))
_STATION_MEMBERS = tuple(field.name for field in fields(Station))


def station_record(station: Station) -> dict[str, Any]:
    """Return a station as a JSON object, without what it does not have."""
    return {
        member: [{name: value for name, value in part.items() if value is not None} for part in parts]
        for member, parts in asdict(station).items()
        if parts
    }


def read_station(reader: RecordReader) -> Station:
    """Return the station of a record."""
    reader.refuse_unknown(_STATION_MEMBERS)
    return Station(
        turbos=tuple(_read_turbo(child) for child in reader.children("turbos")),
        pistons=tuple(_read_piston(child) for child in reader.children("pistons")),
        drives=tuple(_read_drive(child) for child in reader.children("drives")),
        configurations=tuple(_read_configuration(child) for child in reader.children("configurations")),
    )


def _read_turbo(reader: RecordReader) -> TurboCompressor:
    reader.refuse_unknown(_TURBO_MEMBERS)
    return TurboCompressor(
        id=reader.text("id", required=True),
        drive=reader.text("drive", required=True),
        speed_min_per_min=reader.positive("speed_min_per_min"),
        speed_max_per_min=reader.positive("speed_max_per_min"),
        head=reader.numbers("head"),
        efficiency=reader.numbers("efficiency"),
        surge=reader.numbers("surge"),
        choke=reader.numbers("choke"),
    )


def _read_piston(reader: RecordReader) -> PistonCompressor:
    reader.refuse_unknown(_PISTON_MEMBERS)
    return PistonCompressor(
        id=reader.text("id", required=True),
        drive=reader.text("drive", required=True),
        speed_min_per_min=reader.positive("speed_min_per_min"),
        speed_max_per_min=reader.positive("speed_max_per_min"),
        displacement_m3=reader.positive("displacement_m3"),
        efficiency=reader.positive("efficiency"),
        ratio_max=reader.positive("ratio_max"),
        flow_reduction=reader.number("flow_reduction") or 0.0,
        torque_max_kn_m=reader.number("torque_max_kn_m"),
    )


def _read_drive(reader: RecordReader) -> Drive:
    reader.refuse_unknown(_DRIVE_MEMBERS)
    return Drive(
        id=reader.text("id", required=True),
        kind=reader.choice("kind", DriveKind) or DriveKind.GAS_TURBINE,
        power=reader.numbers("power"),
        energy_rate=reader.numbers("energy_rate"),
    )


def _read_configuration(reader: RecordReader) -> Configuration:
    reader.refuse_unknown(_CONFIGURATION_MEMBERS)
    return Configuration(reader.text("id", required=True), reader.rows("stages"))
