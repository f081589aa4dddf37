"""The tables of benchmarks: aims missed are said to be, and documents take one table per heading."""

from pathlib import Path

import pytest
from benchmarks import __main__ as command
from benchmarks.__main__ import ALL_ROWS, END, HEADLINES, PARTS, START, headlines, publish, rewrite, tables_in
from benchmarks.report import Row, as_markdown, compared, within


def test_an_aim_is_printed_beside_the_figure_and_said_to_be_missed_where_it_is() -> None:
    rows = [
        compared("ratio kept", 1.0, 8.0, aim=7),
        compared("ratio missed", 1.0, 6.0, aim=7),
        compared("time missed", 3e-3, 1.0, aim=7, aim_s=2e-3),
        within("time kept", 1.5e-3, 2e-3),
        within("in time, but not decided", 1e-3, 2e-3, is_missed=True),
        Row("nothing aimed at", "1 s"),
    ]
    assert as_markdown(rows).splitlines()[2:] == [
        "| ratio kept | 1 s | 8 s | 8× | ≥ 7× |",
        "| ratio missed | 1 s | 6 s | 6× | ≥ 7×, missed |",
        "| time missed | 3 ms | 1 s | 333× | ≥ 7×, ≤ 2 ms, missed |",
        "| time kept | 1.5 ms |  |  | ≤ 2 ms |",
        "| in time, but not decided | 1 ms |  |  | ≤ 2 ms, missed |",
        "| nothing aimed at | 1 s |  |  |  |",
    ]


def test_each_part_takes_its_place_and_leaves_the_others_and_what_is_around(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    document, readme = tmp_path / "benchmarks.md", tmp_path / "README.md"
    monkeypatch.setattr(command, "ALL_ROWS", document)
    monkeypatch.setattr(command, "README", readme)
    headlined = as_markdown([Row(f"{beginning}, measured", "1 s") for beginning in HEADLINES])
    written = f"### Feed\n\n{headlined}\n\n### Gone\n\nno part writes it"
    document.write_text(f"before\n{START}\n\n{written}\n\n{END}\nafter\n")
    readme.write_text(f"{START}\n{END}\n")
    for heading in ("Release", "Flow", "Release"):
        publish(heading, [Row(heading.lower(), "2 s")])
    text = document.read_text()
    assert text.startswith(f"before\n{START}\n\n### Flow\n\n| | ours |")
    assert text.endswith(f"| release | 2 s |  |  |  |\n\n{END}\nafter\n")
    assert list(tables_in(document)) == ["Flow", "Feed", "Release"]
    assert "no part writes it" not in text
    assert f"| {next(iter(HEADLINES.values()))} | 1 s |" in readme.read_text()


def test_a_document_without_markers_is_left_alone(tmp_path: Path) -> None:
    document = tmp_path / "README.md"
    document.write_text("no table here\n")
    rewrite(document, as_markdown([Row("one", "1 s")]))
    assert document.read_text() == "no table here\n"


def test_the_readme_takes_its_rows_by_the_beginnings_of_their_names() -> None:
    rows = [Row(f"{beginning}, and what changes", str(number)) for number, beginning in enumerate(HEADLINES)]
    tables = {"Flow": as_markdown([*rows[:5], Row("another", "0")]), "Feed": as_markdown(rows[5:])}
    assert headlines(tables) == as_markdown(
        [Row(name, str(number)) for number, name in enumerate(HEADLINES.values())]
    )
    with pytest.raises(LookupError, match="no benchmark's name begins with 'availability"):
        headlines({"Flow": as_markdown(rows[1:])})


def test_the_published_tables_have_the_rows_of_the_readme_and_no_other_parts() -> None:
    published = tables_in(ALL_ROWS)
    assert headlines(published)
    assert published.keys() <= {heading for heading, _ in PARTS.values()}
