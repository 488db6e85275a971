"""Charts: nothing disappears, nothing leaves the drawing, and the title says the same numbers."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from srm_docs.render import charts

SMALL = st.integers(min_value=0, max_value=60)
DOMAIN = st.builds(
    charts.Domain, title=st.just("Data"), aws=st.integers(0, 4), met=SMALL, unread=SMALL, deviation=SMALL, na=SMALL
)


def inside(figure: charts.Figure) -> bool:
    return all(
        s.x >= -0.01
        and s.x + s.width <= figure.width + 0.01
        and s.y >= -0.01
        and s.y + s.height <= figure.height + 0.01
        for s in figure.shapes
        if isinstance(s, charts.Rect)
    )


@given(st.lists(DOMAIN, min_size=1, max_size=10))
def test_the_cover_field_shows_each_deviation_or_says_how_many_a_mark_holds(
    domains: list[charts.Domain],
) -> None:
    figure = charts.cover_field(domains, entity="E" * 90)
    marks = sum(isinstance(s, charts.Path) and s.fill == charts.DEVIATION for s in figure.shapes)
    total = sum(d.deviation for d in domains)
    assert marks <= total <= marks * figure.unit
    assert (marks > 0) == (total > 0)
    assert f"{total} deviation" in figure.title
    assert inside(figure)


def test_thirty_tests_of_a_domain_have_a_mark_each_and_what_does_not_apply_is_drawn() -> None:
    domain = charts.Domain(title="Data", aws=3, met=14, unread=2, deviation=13, na=1)
    figure = charts.cover_field([domain], entity="Example Ltd")
    assert figure.unit == 1
    assert "30 tests" in figure.title
    assert "1 not applicable" in figure.title
    assert (
        sum(isinstance(s, charts.Rect) and s.fill == "#FFFFFF" and s.stroke == charts.INK_2 for s in figure.shapes) == 1
    )


@given(SMALL, SMALL, SMALL, SMALL)
def test_a_bar_stays_in_its_cell_and_a_deviation_stands_taller(met: int, unread: int, deviation: int, na: int) -> None:
    most = met + unread + deviation + na
    figure = charts.status_bar(met=met, unread=unread, deviation=deviation, na=na, most=most)
    heights = {s.fill: s.height for s in figure.shapes if isinstance(s, charts.Rect)}
    assert (charts.DEVIATION in heights) == (deviation > 0)
    if met and deviation:
        assert heights[charts.DEVIATION] > heights[charts.MET]
    assert inside(figure)


@given(st.lists(st.tuples(SMALL, SMALL, SMALL), min_size=1, max_size=4))
def test_a_split_prints_each_count_that_is_not_zero(rows: list[tuple[int, int, int]]) -> None:
    bars = [(f"bar {n}", [("aws", a), ("shared", b), ("customer", c)]) for n, (a, b, c) in enumerate(rows)]
    figure = charts.split(bars)  # type: ignore[arg-type]
    counts = [s.text for s in figure.shapes if isinstance(s, charts.Text) and s.weight == 600]
    assert counts == [str(n) for row in rows for n in row if n]
    assert inside(figure)


@given(st.lists(st.sampled_from(sorted(charts._OUTCOMES)), min_size=1, max_size=93))
def test_a_grid_has_a_cell_for_each_and_names_what_is_missing(outcomes: list[charts.Outcome]) -> None:
    cells = [charts.Cell(label=f"A.{n}", outcome=o) for n, o in enumerate(outcomes)]
    figure = charts.grid([("Theme", cells)])
    labels = [s.text for s in figure.shapes if isinstance(s, charts.Text)][1:]
    assert labels == [c.label for c in cells]
    assert figure.title.startswith(f"{len(cells)} cells")
    assert all(c.label in figure.title for c in cells if c.outcome == "missing")
    assert inside(figure)
