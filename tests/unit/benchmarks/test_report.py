"""The tables of benchmarks: aims missed are said to be, and the README takes one table per heading."""

from pathlib import Path

from benchmarks.__main__ import END, START, rewrite
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
    readme = tmp_path / "README.md"
    readme.write_text(f"before\n{START}\nold\n{END}\nafter\n")
    rewrite(readme, {"Flow": [Row("one", "1 s")], "Pressures": [Row("two", "2 s")]})
    text = readme.read_text()
    assert text.startswith(f"before\n{START}\n\n### Flow\n\n| | ours |")
    assert text.endswith(f"| two | 2 s |  |  |  |\n\n{END}\nafter\n")
    assert "\n\n### Pressures\n\n" in text
    assert "old" not in text


def test_a_readme_without_markers_is_left_alone(tmp_path: Path) -> None:
    readme = tmp_path / "README.md"
    readme.write_text("no table here\n")
    rewrite(readme, {"Flow": [Row("one", "1 s")]})
    assert readme.read_text() == "no table here\n"
