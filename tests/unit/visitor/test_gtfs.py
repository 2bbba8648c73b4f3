"""B4, GTFS feeds: what is read, what is told, and what is refused as a whole."""

from __future__ import annotations

import io
import zipfile
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deploy.demo.timetable import build_gtfs
from kernel.errors import Invalid
from services.visitor.domain import gtfs, gtfs_archive
from services.visitor.domain.gtfs import Timetable, read_timetable
from tests.support.gtfs import GOOD, feed, plus, zipped

ZONES = {"newhaven": "Europe/London", "dieppe": "Europe/Paris"}


def read(data: bytes) -> Timetable:
    return read_timetable(data, lambda stop: stop if stop in ZONES else None, ZONES)


def told(timetable: Timetable) -> list[tuple[str, int, str]]:
    return [(issue.file, issue.line, issue.field) for issue in timetable.issues]


def refusal(data: bytes) -> str:
    with pytest.raises(Invalid) as refused:
        read(data)
    assert list(refused.value.errors) == ["feed"]
    return refused.value.errors["feed"][0]


def test_every_trip_sails_on_every_day_of_its_service():
    timetable = read(feed())
    assert timetable.issues == []
    assert len(timetable.crossings) == 9
    by_id = {crossing.sailing_id: crossing for crossing in timetable.crossings}
    sailing = by_id["newhaven-1000-2018-08-19"]
    assert sailing.departure.at == datetime(2018, 8, 19, 9, 0, tzinfo=UTC)
    assert sailing.arrival.at == datetime(2018, 8, 19, 13, 0, tzinfo=UTC)
    assert (sailing.departure.zone, sailing.arrival.zone) == ("Europe/London", "Europe/Paris")
    assert (sailing.ship, sailing.expected_passengers, sailing.illustrative) == ("Seven Sisters", None, False)


def test_a_time_past_24_hours_is_on_the_next_day_of_its_own_quay():
    late = {c.sailing_id: c for c in read(feed()).crossings}["newhaven-2300-2018-08-19"]
    assert late.departure.local_date == date(2018, 8, 19)
    assert late.arrival.local_date == date(2018, 8, 20)


def test_calendar_dates_add_and_remove_days():
    dates = "service_id,date,exception_type\ndaily,20180819,2\ndaily,20180901,1\n"
    days = {crossing.service_date for crossing in read(feed(calendar_dates=dates)).crossings}
    assert days == {date(2018, 8, 18), date(2018, 8, 20), date(2018, 9, 1)}


def test_a_feed_of_exceptions_only_needs_no_calendar():
    dates = "service_id,date,exception_type\ndaily,20180901,1\n"
    days = {crossing.service_date for crossing in read(feed(calendar=None, calendar_dates=dates)).crossings}
    assert days == {date(2018, 9, 1)}


def test_our_own_columns_are_read():
    trips = "route_id,service_id,trip_id,expected_passengers,illustrative\nline,daily,dieppe-1230,412,1\n"
    crossing = read(feed(trips=trips)).crossings[0]
    assert (crossing.expected_passengers, crossing.illustrative) == (412, True)


BAD_ROWS = [
    ("stops", "newhaven,again", "stop_id"),
    ("stops", ",nameless", "stop_id"),
    ("routes", "bus,Bus,ferry", "route_type"),
    ("calendar", "odd,1,1,1,1,1,1,2,20180818,20180820", "sunday"),
    ("calendar", "odd,1,1,1,1,1,1,1,20180832,20180820", "start_date"),
    ("calendar", "odd,1,1,1,1,1,1,1,20180820,20180818", "end_date"),
    ("calendar", "odd,1,1,1,1,1,1,1,20180820,20280818", "end_date"),
    ("calendar", "odd,1,1,1,1,1,1,1,19691231,19691231", "start_date"),
    ("calendar", "daily,1,1,1,1,1,1,1,20180820,20180820", "service_id"),
    ("trips", "nowhere,daily,extra,", "route_id"),
    ("trips", "line,weekly,extra,", "service_id"),
    ("trips", "line,daily,extra,", "trip_id"),
    ("trips", "line,daily,newhaven-1000,", "trip_id"),
    ("trips", f"line,daily,extra,{'x' * 501}", "trip_short_name"),
    ("trips", "line,daily,extra", ""),
    ("stop_times", "extra,1:2:3,10:00:00,newhaven,1", "arrival_time"),
    ("stop_times", "extra,10:00:00,-1:00:00,newhaven,1", "departure_time"),
    ("stop_times", "extra,10:00:00,10:00:00,atlantis,1", "stop_id"),
    ("stop_times", "extra,10:00:00,10:00:00,newhaven,first", "stop_sequence"),
]


@pytest.mark.parametrize(("name", "row", "field"), BAD_ROWS)
def test_a_bad_row_is_told_and_all_others_are_read(name, row, field):
    timetable = read(feed(**{name: plus(name, row)}))
    line = GOOD[f"{name}.txt"].count("\n") + 1
    assert told(timetable) == [(f"{name}.txt", line, field)]
    assert timetable.issues[0].problem
    assert len(timetable.crossings) == 9


def with_trip(*stop_times: str) -> Timetable:
    return read(feed(trips=plus("trips", "line,daily,extra,"), stop_times=plus("stop_times", *stop_times)))


@pytest.mark.parametrize(
    "stop_times",
    [
        ("extra,10:00:00,10:00:00,newhaven,1",),
        ("extra,10:00:00,10:00:00,newhaven,1", "extra,12:00:00,12:00:00,dieppe,1"),
        ("extra,10:00:00,10:00:00,newhaven,1", "extra,09:00:00,09:00:00,dieppe,2"),
        ("extra,10:00:00,10:00:00,newhaven,1", "extra,59:00:00,59:00:00,dieppe,2"),
        ("extra,10:00:00,10:00:00,newhaven,1", "extra,12:00:00,12:00:00,newhaven,2"),
        tuple(f"extra,1{n}:00:00,1{n}:00:00,{stop},{n}" for n, stop in enumerate(("newhaven", "dieppe", "newhaven"))),
    ],
    ids=["one call", "same sequence", "backwards", "too long", "same town", "three calls"],
)
def test_a_trip_that_is_no_crossing_is_told_once_and_skipped(stop_times):
    timetable = with_trip(*stop_times)
    assert told(timetable) == [("trips.txt", 5, "trip_id")]
    assert (timetable.trips_skipped, len(timetable.crossings)) == (1, 9)


def test_a_bad_call_is_told_once_not_again_as_a_trip_with_one_call():
    timetable = with_trip("extra,10:00:00,10:00:00,newhaven,1", "extra,noon,noon,dieppe,2")
    assert told(timetable) == [("stop_times.txt", 9, "arrival_time")]
    assert (timetable.trips_skipped, len(timetable.crossings)) == (1, 9)


def test_a_stop_of_no_town_is_told_only_where_a_crossing_uses_it():
    stops = plus("stops", "brighton,Brighton")
    assert read(feed(stops=stops)).issues == []
    calls = plus("stop_times", "extra,10:00:00,10:00:00,brighton,1", "extra,14:00:00,14:00:00,dieppe,2")
    timetable = read(feed(stops=stops, stop_times=calls, trips=plus("trips", "line,daily,extra,")))
    assert told(timetable) == [("trips.txt", 5, "trip_id")]
    assert "brighton" in timetable.issues[0].problem


def test_buses_of_the_same_feed_are_left_alone():
    timetable = read(feed(routes=plus("routes", "bus,Bus,3"), trips=plus("trips", "bus,daily,extra,")))
    assert (timetable.trips_ignored, timetable.issues, len(timetable.crossings)) == (1, [], 9)


def test_two_trips_whose_ids_become_one_are_told():
    trips = plus("trips", "line,daily,Newhaven 1000,")
    calls = plus("stop_times", "Newhaven 1000,10:00:00,10:00:00,newhaven,1", "Newhaven 1000,14:00:00,14:00:00,dieppe,2")
    assert told(read(feed(trips=trips, stop_times=calls))) == [("trips.txt", 5, "trip_id")]


def test_the_service_of_a_bad_calendar_row_does_not_sail_on_its_exceptions_alone():
    calendar = GOOD["calendar.txt"].replace("20180818", "20181318")
    dates = "service_id,date,exception_type\ndaily,20180901,1\n"
    timetable = read(feed(calendar=calendar, calendar_dates=dates))
    assert timetable.crossings == []
    assert told(timetable) == [("calendar.txt", 2, "start_date"), *(("trips.txt", n, "service_id") for n in (2, 3, 4))]


def test_frequencies_are_told_not_guessed():
    timetable = read(feed(frequencies="trip_id,start_time\ndieppe-1230,10:00:00\n"))
    assert told(timetable) == [("frequencies.txt", 2, "trip_id")]
    assert len(timetable.crossings) == 6


def test_many_bad_rows_are_counted_and_the_first_of_them_told():
    timetable = read(feed(stops=plus("stops", *["newhaven,x"] * 300)))
    assert (timetable.issues_total, len(timetable.issues)) == (300, gtfs.MAX_ISSUES_TOLD)


@pytest.mark.parametrize("name", ["agency", "stops", "routes", "trips", "stop_times", "calendar"])
def test_a_missing_file_refuses_the_feed(name):
    assert f"{name}.txt" in refusal(feed(**{name: None}))


@pytest.mark.parametrize(
    ("files", "says"),
    [
        ({"agency": "agency_id,agency_timezone\na,Europe/Paris\nb,Europe/London\n"}, "agency_timezone"),
        ({"agency": "agency_timezone\nEurope/Atlantis\n"}, "Atlantis"),
        ({"agency": "agency_timezone\n../../etc/passwd\n"}, "IANA"),
        ({"agency": "agency_timezone\n"}, "agency_timezone"),
        ({"stops": b"stop_id\n\xff\xfe\n"}, "UTF-8"),
        ({"stops": 'stop_id,stop_name\n"newhaven,x\n'}, "CSV"),
        ({"stops": "stop_id,stop_id\nnewhaven,newhaven\n"}, "twice"),
        ({"trips": "route_id,service_id\nline,daily\n"}, "trip_id"),
        ({"stops": ",".join(f"c{n}" for n in range(99))}, "columns"),
        ({"stops": ""}, "stop_id"),
    ],
)
def test_a_file_that_cannot_be_believed_refuses_the_feed(files, says):
    assert says in refusal(feed(**files))


def test_too_many_service_days_refuse_the_feed():
    days = (date(2018, 1, 1).fromordinal(date(2018, 1, 1).toordinal() + n) for n in range(401))
    dates = "service_id,date,exception_type\n" + "".join(f"daily,{day:%Y%m%d},1\n" for day in days)
    assert "service days" in refusal(feed(calendar_dates=dates))


def test_too_many_sailings_refuse_the_feed(monkeypatch):
    monkeypatch.setattr(gtfs, "MAX_CROSSINGS", 8)
    assert "more than 8 sailings" in refusal(feed())


def test_no_zip_is_refused():
    for data in (b"", b"not a zip", feed()[:-30], feed()[:200]):
        assert "zip" in refusal(data)


def test_damaged_content_is_refused():
    data = bytearray(feed())
    start = data.index(b"stop_times.txt") + len("stop_times.txt") + 5
    data[start : start + 40] = b"\x00" * 40
    assert "zip" in refusal(bytes(data))


def test_an_encrypted_member_is_refused():
    data = bytearray(feed())
    local, central = data.index(b"PK\x03\x04"), data.index(b"PK\x01\x02")
    data[local + 6] |= 1
    data[central + 8] |= 1
    assert "encrypted" in refusal(bytes(data))


def test_a_zip_bomb_is_refused_by_what_it_unpacks_to():
    bomb = feed(stops=GOOD["stops.txt"] + " " * gtfs_archive.MAX_UNPACKED_BYTES)
    assert len(bomb) < 100_000
    assert "larger than 16 MB" in refusal(bomb)


def test_the_files_of_a_feed_may_unpack_to_the_limit_and_not_a_byte_more(monkeypatch):
    size = sum(len(text.encode()) for text in GOOD.values())
    monkeypatch.setattr(gtfs_archive, "MAX_UNPACKED_BYTES", size)
    assert len(read(feed()).crossings) == 9
    monkeypatch.setattr(gtfs_archive, "MAX_UNPACKED_BYTES", size - 1)
    assert "unpacked" in refusal(feed())


def test_a_header_that_lies_about_the_size_does_not_help_a_bomb():
    bomb = bytearray(feed(stops=GOOD["stops.txt"] + " " * gtfs_archive.MAX_UNPACKED_BYTES))
    central = bomb.index(b"stops.txt", bomb.index(b"PK\x01\x02")) - 46
    bomb[central + 24 : central + 28] = (100).to_bytes(4, "little")
    assert refusal(bytes(bomb))


def test_too_many_members_too_many_rows_and_paths_out_are_refused(monkeypatch):
    many = {**GOOD, **{f"x{n}.txt": "" for n in range(64)}}
    assert "at most 64" in refusal(zipped(many))
    assert "path" in refusal(zipped({**GOOD, "../stops.txt": "x"}))
    assert "path" in refusal(zipped({**GOOD, "/etc/stops.txt": "x"}))
    assert "is missing" in refusal(zipped({f"feed/{name}": text for name, text in GOOD.items()}))
    assert "rows together" in refusal(feed(stops=GOOD["stops.txt"] + "x,y\n" * (gtfs_archive.MAX_ROWS + 1)))


def test_a_file_that_is_there_twice_is_refused():
    packed = io.BytesIO(feed())
    with pytest.warns(UserWarning, match="Duplicate"), zipfile.ZipFile(packed, "a") as archive:
        archive.writestr("stops.txt", "stop_id\nelsewhere\n")
    assert "twice" in refusal(packed.getvalue())


def outcome(data: bytes) -> Timetable | list[str]:
    try:
        return read(data)
    except Invalid as refused:
        return list(refused.errors)


@given(data=st.binary(max_size=300), at=st.integers(0, 2000))
def test_whatever_bytes_arrive_the_answer_is_a_timetable_or_a_refusal(data, at):
    good = feed()
    start = at % len(good)
    for candidate in (data, good[:start] + data + good[start + len(data) :]):
        answer = outcome(candidate)
        assert answer == ["feed"] or isinstance(answer, Timetable)


cell = st.text(st.characters(codec="utf-8", exclude_characters="\r\n"), max_size=12)


@given(name=st.sampled_from(sorted(GOOD)), cells=st.lists(cell, min_size=1, max_size=11))
def test_whatever_row_is_added_the_good_crossings_stay(name, cells):
    row = ",".join(f'"{value.replace(chr(34), "")}"' for value in cells)
    try:
        timetable = read(feed(**{name[:-4]: GOOD[name] + row + "\n"}))
    except Invalid:
        assert name == "agency.txt"
        return
    assert len(timetable.crossings) >= 9


def test_the_demo_timetable_is_read_without_a_complaint():
    timetable = read(build_gtfs(date(2026, 3, 1)))
    assert timetable.issues == []
    assert len(timetable.crossings) == 6 * (51 + 47)
    assert all(crossing.illustrative for crossing in timetable.crossings)
    landed = {c.sailing_id: c.arrival.at for c in timetable.crossings}
    assert landed["dieppe-1800-2018-08-19"] == datetime(2018, 8, 19, 21, 0, tzinfo=UTC)


def test_the_demo_timetable_may_be_made_in_its_own_season():
    timetable = read(build_gtfs(date(2018, 8, 19)))
    assert timetable.issues == []
    assert len(timetable.crossings) == 6 * (date(2018, 10, 3) - date(2018, 8, 11)).days + 6
