"""Tiles have the paths that C2SP tlog-tiles gives as examples."""

import pytest

from linepack.transparency.tiles import Tile, tiles_at, widths_at


@pytest.mark.parametrize(
    ("tile", "path"),
    [
        (Tile(0, 1_234_067), "0/x001/x234/067"),
        (Tile(0, 0), "0/000"),
        (Tile(1, 999, 17), "1/999.p/17"),
        (Tile(63, 1_000, 255), "63/x001/000.p/255"),
    ],
)
def test_a_path_and_its_tile(tile: Tile, path: str) -> None:
    assert tile.path == path
    assert Tile.at(path) == tile


@pytest.mark.parametrize(
    "path",
    [
        "",
        "0",
        "00/000",
        "100/000",
        "0/0",
        "0/x000/001",
        "0/001/002",
        "0/000.p/0",
        "0/000.p/256",
        "0/000.p/01",
        "0/-01",
        "entries/000",
        "0/000\n",
        "0/٠٠٠",
    ],
)
def test_any_other_path_is_no_tile(path: str) -> None:
    with pytest.raises(ValueError, match="no tile has the path"):
        Tile.at(path)


def test_a_tree_of_70000_has_the_partial_tiles_of_the_specification() -> None:
    # "273 full level 0 tiles, one partial level 0 tile of width 112, one full level 1 tile, one partial
    # level 1 tile of width 17, and one partial level 2 tile of width 1"
    assert widths_at(70_000) == {(0, 273): 112, (1, 1): 17, (2, 0): 1}
    tiles = list(tiles_at(70_000))
    assert (len(tiles), len([tile for tile in tiles if tile.width == 256])) == (277, 274)


def test_a_tree_of_256_has_one_full_tile_and_one_above_it() -> None:
    assert widths_at(256) == {(0, 0): 256, (1, 0): 1}
    assert widths_at(0) == {}
