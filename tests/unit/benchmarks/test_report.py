"""The tables of benchmarks: aims missed are said to be, and documents take one table per heading."""

from pathlib import Path

import pytest
from benchmarks.__main__ import ALL_ROWS, END, HEADLINES, START, by_heading, headlines, rewrite
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


def test_only_what_is_between_the_markers_is_rewritten(tmp_path: Path) -> None:
    document = tmp_path / "benchmarks.md"
    document.write_text(f"before\n{START}\nold\n{END}\nafter\n")
    rewrite(document, by_heading({"Flow": [Row("one", "1 s")], "Pressures": [Row("two", "2 s")]}))
    text = document.read_text()
    assert text.startswith(f"before\n{START}\n\n### Flow\n\n| | ours |")
    assert text.endswith(f"| two | 2 s |  |  |  |\n\n{END}\nafter\n")
    assert "\n\n### Pressures\n\n" in text
    assert "old" not in text


def test_a_document_without_markers_is_left_alone(tmp_path: Path) -> None:
    document = tmp_path / "README.md"
    document.write_text("no table here\n")
    rewrite(document, as_markdown([Row("one", "1 s")]))
    assert document.read_text() == "no table here\n"


def test_the_readme_takes_its_rows_by_the_beginnings_of_their_names() -> None:
    rows = [Row(f"{beginning}, and what changes", str(number)) for number, beginning in enumerate(HEADLINES)]
    chosen = headlines({"Flow": [*rows[:5], Row("another", "0")], "Feed": rows[5:]})
    assert [(row.name, row.ours) for row in chosen] == [
        (name, str(number)) for number, name in enumerate(HEADLINES.values())
    ]
    with pytest.raises(LookupError, match="no benchmark's name begins with 'availability"):
        headlines({"Flow": rows[1:]})


def test_the_published_tables_have_the_rows_of_the_readme() -> None:
    published = ALL_ROWS.read_text()
    assert [beginning for beginning in HEADLINES if f"\n| {beginning}" not in published] == []
