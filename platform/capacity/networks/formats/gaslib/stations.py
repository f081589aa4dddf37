"""GasLib's compressor stations (`.cs`): machines, drives and configurations.

What a fitted curve was fitted to (measured points) is left out. A `maximalTorque` of 0 means that the torque
is not known to be limited. Drives have 9 coefficients of power where it depends on the ambient temperature,
else 3. What the facts mean: `capacity.networks.stations`.
"""

from collections.abc import Mapping

from capacity.networks.formats.hostile import Element
from capacity.networks.formats.measures import NUMBER, Dimension, MeasureReader
from capacity.networks.stations import (
    BIQUADRATIC,
    QUADRATIC,
    Configuration,
    Drive,
    DriveKind,
    PistonCompressor,
    Station,
    TurboCompressor,
)

_SPEED = Dimension("speed", {"per_min": (1, 0), "per_s": (60, 0)})
_TORQUE = Dimension("torque", {"kNm": (1, 0), "Nm": (0.001, 0)})
_VOLUME = Dimension("volume", {"m_cube": (1, 0)})
_DRIVES = {
    "gasTurbine": DriveKind.GAS_TURBINE,
    "gasDrivenMotor": DriveKind.GAS_MOTOR,
    "electricMotor": DriveKind.ELECTRIC_MOTOR,
    "steamTurbine": DriveKind.STEAM_TURBINE,
}
_COMPRESSORS = ("turboCompressor", "pistonCompressor")


class StationReader(MeasureReader):
    """Reads a `.cs` document."""

    def stations(self, root: Element, known: frozenset[str]) -> Mapping[str, Station]:
        """Return the stations by id; a fault for each that is not `known`, or is described twice."""
        found: dict[str, Station] = {}
        for element in (element for element in root if element.tag == "compressorStation"):
            station_id = element.attributes.get("id", "")
            if station_id not in known:
                self.faults.add(
                    self.place(element), f"describes {station_id!r}, which is no compressor station"
                )
            elif station_id in found:
                self.faults.add(self.place(element), f"describes {station_id!r} a second time")
            else:
                found[station_id] = self._station(element)
        return found

    def _station(self, element: Element) -> Station:
        machines = self._parts(element, "compressors", _COMPRESSORS)
        drives = self._parts(element, "drives", tuple(_DRIVES))
        return Station(
            turbos=tuple(self._turbo(part) for part in machines if part.tag == "turboCompressor"),
            pistons=tuple(self._piston(part) for part in machines if part.tag == "pistonCompressor"),
            drives=tuple(self._drive(part) for part in drives),
            configurations=tuple(
                self._configuration(part)
                for part in self._parts(element, "configurations", ("configuration",))
            ),
        )

    def _parts(self, element: Element, tag: str, kinds: tuple[str, ...]) -> list[Element]:
        parent = element.child(tag)
        if parent is None:
            self.faults.add(self.place(element), f"has no {tag}")
            return []
        for child in parent:
            if child.tag not in kinds:
                self.faults.add(self.place(child), f"{child.tag!r} is not one of {', '.join(kinds)}")
        return [child for child in parent if child.tag in kinds]

    def _turbo(self, element: Element) -> TurboCompressor:
        return TurboCompressor(
            id=element.attributes.get("id", ""),
            drive=element.attributes.get("drive", ""),
            speed_min_per_min=self._required(element, "speedMin", _SPEED),
            speed_max_per_min=self._required(element, "speedMax", _SPEED),
            head=self._coefficients(element, "n_isoline_coeff", BIQUADRATIC),
            efficiency=self._coefficients(element, "eta_ad_isoline_coeff", BIQUADRATIC),
            surge=self._coefficients(element, "surgeline_coeff", QUADRATIC),
            choke=self._coefficients(element, "chokeline_coeff", QUADRATIC),
        )

    def _piston(self, element: Element) -> PistonCompressor:
        return PistonCompressor(
            id=element.attributes.get("id", ""),
            drive=element.attributes.get("drive", ""),
            speed_min_per_min=self._required(element, "speedMin", _SPEED),
            speed_max_per_min=self._required(element, "speedMax", _SPEED),
            displacement_m3=self._required(element, "operatingVolume", _VOLUME),
            efficiency=self._required(element, "adiabaticEfficiency", NUMBER),
            ratio_max=self._required(element, "maximalCompressionRatio", NUMBER),
            flow_reduction=self.measure(element, "additionalReductionVolFlow", NUMBER) or 0.0,
            torque_max_kn_m=self.measure(element, "maximalTorque", _TORQUE) or None,
        )

    def _drive(self, element: Element) -> Drive:
        depends_on_temperature = element.child(f"power_fun_coeff_{QUADRATIC + 1}") is not None
        return Drive(
            id=element.attributes.get("id", ""),
            kind=_DRIVES[element.tag],
            power=self._coefficients(
                element, "power_fun_coeff", BIQUADRATIC if depends_on_temperature else QUADRATIC
            ),
            energy_rate=self._coefficients(element, "energy_rate_fun_coeff", QUADRATIC),
        )

    def _configuration(self, element: Element) -> Configuration:
        stages = [child for child in element if child.tag == "stage"]
        stages.sort(key=self._stage_number)
        machines = [[child for child in stage if child.tag == "compressor"] for stage in stages]
        self._confirm_count(element, "nrOfSerialStages", len(stages))
        for stage, named in zip(stages, machines, strict=True):
            self._confirm_count(stage, "nrOfParallelUnits", len(named))
        return Configuration(
            id=element.attributes.get("confId", ""),
            stages=tuple(tuple(child.attributes.get("id", "") for child in named) for named in machines),
        )

    def _stage_number(self, stage: Element) -> int:
        text = stage.attributes.get("stageNr", "")
        if text.isascii() and text.isdigit() and len(text) <= 3:
            return int(text)
        self.faults.add(self.place(stage), "stageNr must be a whole number")
        return 0

    def _confirm_count(self, element: Element, attribute: str, count: int) -> None:
        text = element.attributes.get(attribute)
        if text is not None and text != str(count):
            self.faults.add(self.place(element), f"{attribute} says {text[:10]!r}, but there are {count}")

    def _coefficients(self, element: Element, stem: str, count: int) -> tuple[float, ...]:
        return tuple(self._required(element, f"{stem}_{i}", NUMBER) for i in range(1, count + 1))

    def _required(self, element: Element, tag: str, dimension: Dimension) -> float:
        """Return a measure; 1, with a fault, when it cannot be had."""
        value = self.measure(element, tag, dimension, required=True)
        return 1.0 if value is None else value
