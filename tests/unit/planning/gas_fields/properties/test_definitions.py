"""E11: of each of the 97 properties the default is accepted, and a value against its rule refused by name."""

from collections import Counter

import pytest

from linepack.problems import InvalidInput
from planning.gas_fields.properties.definitions import DEFINITIONS, UNBOUNDED, Collection, Definition, Unit
from planning.gas_fields.study.document import read_study

PLACES = {
    Collection.FIELD: "fields[0].properties.{}",
    Collection.NODE: "fields[0].nodes.N.{}",
    Collection.BASIN: "fields[0].basins.B.{}",
    Collection.COMPANY: "fields[0].companies.C.{}",
    Collection.MAINTENANCE: "fields[0].maintenances[0].properties.{}",
    Collection.CONSTRAINT: "constraints[0].fields.F.{}",
    Collection.OBJECTIVE: "objectives[0].fields.F.{}",
}


def file_with(definition: Definition, value: object) -> dict[str, object]:
    """Return a file in which one property has a value."""
    given: dict[Collection, dict[str, object]] = {collection: {} for collection in Collection}
    given[definition.collection] = {definition.name: value}
    return {
        "start": "2027-01-01",
        "phases": [{"phase": "MT Schedule", "interval": "day", "count": 2}],
        "nodes": [{"id": "N", "demand": 1, "alternative_cost": 9}],
        "fields": [
            {
                "id": "F",
                "properties": given[Collection.FIELD],
                "nodes": {"N": given[Collection.NODE]},
                "basins": {"B": given[Collection.BASIN]},
                "companies": {"C": given[Collection.COMPANY]},
                "maintenances": [
                    {"from": "2027-01-01", "to": "2027-01-02", "properties": given[Collection.MAINTENANCE]}
                ],
            }
        ],
        "constraints": [{"id": "c", "limit": 1e6, "fields": {"F": given[Collection.CONSTRAINT]}}],
        "objectives": [{"id": "o", "fields": {"F": given[Collection.OBJECTIVE]}}],
    }


def wrong_values(definition: Definition) -> list[float]:
    """Return values beyond each end of what the source's rule for the property allows."""
    return [value for value in (-2.0, -0.5, 0.5, 8.0, 101.0, 3e9) if not definition.rule.allows(value)]


def faults_of(definition: Definition, value: object) -> dict[str, str]:
    """Return the messages about a file in which one property has a value, by place."""
    with pytest.raises(InvalidInput) as refused:
        read_study(file_with(definition, value))
    return {one.place: one.message for one in refused.value.faults}


def place_of(definition: Definition) -> str:
    return PLACES[definition.collection].format(definition.name)


def named(definition: Definition) -> str:
    return f"{definition.collection}, {definition.name}"


RULED = [one for one in DEFINITIONS if one.rule.words != "a number"]


def test_there_are_97_inputs_in_seven_collections_as_in_the_source() -> None:
    assert Counter(one.collection for one in DEFINITIONS) == {
        Collection.FIELD: 81,
        Collection.NODE: 3,
        Collection.BASIN: 1,
        Collection.COMPANY: 1,
        Collection.MAINTENANCE: 1,
        Collection.CONSTRAINT: 5,
        Collection.OBJECTIVE: 5,
    }
    assert sum(one.is_banded for one in DEFINITIONS) == 18
    assert len(RULED) == 68


@pytest.mark.parametrize("definition", DEFINITIONS, ids=named)
def test_the_default_of_a_property_is_accepted_and_each_value_against_its_rule_is_named(
    definition: Definition,
) -> None:
    study = read_study(file_with(definition, definition.default))
    assert definition.collection is not Collection.FIELD or not study.fields[0].values.has(definition.name)
    values = wrong_values(definition)
    assert bool(values) is (definition in RULED)
    for value in values:
        assert definition.rule.words in faults_of(definition, value)[place_of(definition)]


def test_a_property_is_a_number() -> None:
    wrong = ("much", True, float("nan"), None, [[1]])
    for place, definition in enumerate(DEFINITIONS):
        found = faults_of(definition, wrong[place % len(wrong)])
        assert any(one.startswith(place_of(definition)) for one in found)


def test_only_what_has_no_limit_by_default_may_have_none() -> None:
    for definition in DEFINITIONS:
        if definition.default != UNBOUNDED:
            assert place_of(definition) in faults_of(definition, UNBOUNDED)


def test_bands_days_and_units_that_a_property_does_not_have_are_named() -> None:
    for definition in DEFINITIONS:
        value = {"value": definition.default, "band": 2, "from": "2027-01-01", "unit": "kWh"}
        places, place = faults_of(definition, value), place_of(definition)
        assert f"{place}.unit" in places
        assert (f"{place}.band" in places) is not definition.is_banded
        assert (f"{place}.from" in places) is not definition.is_dated


def test_a_quantity_in_us_units_is_in_the_native_unit() -> None:
    definition = next(one for one in DEFINITIONS if one.name == "Initial Volume")
    assert definition.unit is Unit.QUANTITY
    document = file_with(definition, {"value": 2_500_000, "unit": "MMBtu"}) | {"units": "us"}
    assert read_study(document).fields[0].values.value("Initial Volume") == 2_500
