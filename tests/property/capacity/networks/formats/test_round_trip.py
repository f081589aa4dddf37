import json

from hypothesis import given
from tests.property.capacity.networks.strategies import networks

from capacity.networks.formats import geojson, native
from capacity.networks.model import Network
from capacity.networks.validation import require_sound


@given(networks())
def test_native_format_loses_nothing(network: Network) -> None:
    require_sound(network)
    written = native.write(network)
    assert native.read(written) == network
    assert native.write(native.read(written)) == written


@given(networks())
def test_geojson_loses_nothing(network: Network) -> None:
    written = geojson.write(network)
    assert geojson.read(written) == network
    assert json.loads(written)["type"] == "FeatureCollection"
