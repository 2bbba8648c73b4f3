"""A timetable that cannot be read is refused whole; of one that can, each bad row is reported and the rest taken."""

from __future__ import annotations

from kernel.ids import new_id
from tests.e2e.conftest import Caller, Contents, nothing_changes
from tests.support import gtfs

MEGABYTE = 1024 * 1024


def feeds() -> dict[str, bytes]:
    """Timetables that cannot be read; the last unpacks to 200 MB."""
    return {
        "no zip": b"this is no zip",
        "nothing": b"",
        "a zip that is cut": gtfs.feed()[:200],
        "a zip of something else": gtfs.zipped({"a.txt": "b"}),
        "without trips": gtfs.feed(trips=None),
        "an unknown zone": gtfs.feed(agency="agency_name,agency_url,agency_timezone\na,https://example.org,Mars\n"),
        "not text": gtfs.feed(trips=b"\xff\xfe\x00\x01"),
        "a bomb": gtfs.zipped({"trips.txt": "x" * (200 * MEGABYTE)}),
    }


def test_a_timetable_that_cannot_be_read_is_refused_whole(caller: Caller, contents: Contents) -> None:
    with nothing_changes(contents):
        for what, feed in feeds().items():
            files = {"feed": ("f.zip", feed)}
            try:
                caller.refused(422, "POST", "/v1/sailings/import", as_="operator", files=files)
            except AssertionError as error:
                raise AssertionError(f"{what}: {error}") from error


def test_a_timetable_over_the_limit_is_not_read_at_all(caller: Caller, contents: Contents) -> None:
    with nothing_changes(contents):
        large = b"\x00" * (20 * MEGABYTE + 1)
        caller.refused(413, "POST", "/v1/sailings/import", as_="operator", files={"feed": ("f.zip", large)})
        caller.refused(422, "POST", "/v1/sailings/import", as_="operator", files={"other": ("f.zip", b"")})


def test_bad_rows_of_a_timetable_are_reported_and_the_good_ones_taken(caller: Caller) -> None:
    tag = new_id()[-8:]
    trips = f"route_id,service_id,trip_id\nline,daily,{tag}\nline,never,{tag}-bad\n"
    stop_times = (
        "trip_id,arrival_time,departure_time,stop_id,stop_sequence\n"
        f"{tag},06:00:00,06:00:00,newhaven,1\n"
        f"{tag},10:00:00,10:00:00,dieppe,2\n"
        f"{tag}-bad,25:99:00,06:00:00,newhaven,1\n"
    )
    answer = caller.send(
        "POST",
        "/v1/sailings/import",
        as_="operator",
        files={"feed": ("f.zip", gtfs.feed(trips=trips, stop_times=stop_times))},
    )
    assert answer.status_code == 200
    report = answer.json()
    assert report["issues_total"] >= 1
    assert {issue["file"] for issue in report["issues"]} <= {"trips.txt", "stop_times.txt"}
    assert all(issue["line"] and issue["field"] and issue["problem"] for issue in report["issues"])
    sailings = caller.api.items("/v1/sailings", town="newhaven", date="2018-08-19")
    assert [each for each in sailings if tag in each["id"]]
    assert not [each for each in sailings if f"{tag}-bad" in each["id"]]
