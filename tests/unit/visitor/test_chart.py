"""B11: the map of the guide, drawn from coordinates: every place on it, no two markers over each other."""

from __future__ import annotations

import re
from math import hypot

from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from services.visitor.line import Sketch
from services.visitor.printed.chart import MARKER, Mark, draw

TERMINAL = {"lat": 50.794, "lon": 0.056}
SKETCH = Sketch(town="t", sea=[(50.78, 0.02), (50.78, 0.09), (50.76, 0.05)], river=[(50.78, 0.057), (50.80, 0.05)])
points = st.builds(lambda lat, lon: {"lat": lat, "lon": lon}, st.floats(50.77, 50.81), st.floats(0.02, 0.09))


def centres(svg):
    found = re.findall(rf'<circle cx="([\d.-]+)" cy="([\d.-]+)" r="{MARKER}"', svg)
    return [(float(x), float(y)) for x, y in found]


@settings(max_examples=60, deadline=None)
@given(st.lists(points, min_size=1, max_size=12))
def test_every_place_is_on_the_map_inside_its_frame(places):
    svg = draw(
        [Mark(number, point) for number, point in enumerate(places, 1)], TERMINAL, SKETCH, "min", "Sea", 370, 330
    )
    etree.fromstring(svg)
    found = centres(svg)
    assert len(found) == len(places)
    assert all(0 <= x <= 370 and 0 <= y <= 330 for x, y in found)
    assert [int(n) for n in re.findall(r'fill="#fff">(\d+)<', svg)] == list(range(1, len(places) + 1))


def test_places_beside_each_other_are_drawn_apart_and_point_to_where_they_are():
    places = [TERMINAL, {"lat": 50.7942, "lon": 0.0561}, {"lat": 50.781, "lon": 0.048}]
    svg = draw(
        [Mark(number, point) for number, point in enumerate(places, 1)], TERMINAL, SKETCH, "min", "Sea", 370, 330
    )
    found = centres(svg)
    assert all(hypot(a[0] - b[0], a[1] - b[1]) >= 2 * MARKER for a in found for b in found if a != b)
    assert svg.count("<line ") == 2, "the two that were moved"
    assert "15 min" in svg
    assert "500 m" in svg


def test_north_is_up_and_east_is_right():
    south, north = centres(
        draw(
            [Mark(1, {"lat": 50.78, "lon": 0.04}), Mark(2, {"lat": 50.80, "lon": 0.06})],
            None,
            SKETCH,
            "min",
            "Sea",
            370,
            330,
        )
    )
    assert south[1] > north[1]
    assert south[0] < north[0]
    assert draw([], TERMINAL, SKETCH, "min", "Sea", 370, 330) == ""
