"""A17: who gets a place. The line of a whole festival is played through against a plain model of it."""

from __future__ import annotations

from datetime import UTC, datetime

from hypothesis import given, settings
from hypothesis import strategies as st

from services.festivals.desk import codes
from services.festivals.domain.places import Book, Claim, settle

UNTIL = datetime(2018, 8, 18, 12, 0, tzinfo=UTC)


def claims(*parties: int) -> list[Claim]:
    return [Claim(f"c{n}", party) for n, party in enumerate(parties)]


def states(moves) -> list[str]:
    return [move.state for move in moves]


def test_first_come_first_served() -> None:
    book, moves = settle(Book(3, 0, 1), overdue=[], waiting=[], asked=claims(1, 3, 2), offer_until=UNTIL)
    assert states(moves) == ["registered", "waiting", "waiting"], "the pair does not overtake the three"
    assert (book.taken, book.free, book.next_number) == (1, 2, 4)


def test_who_waits_comes_before_newcomers() -> None:
    waiting, asked = [Claim("w", 2)], [Claim("n", 1)]
    book, moves = settle(Book(3, 1, 5), overdue=[], waiting=waiting, asked=asked, offer_until=UNTIL)
    assert [(move.claim.id, move.state) for move in moves] == [("w", "offered"), ("n", "waiting")]
    assert moves[0].offer_expires_at == UNTIL
    assert book.free == 0


def test_places_of_an_offer_that_ended_go_on() -> None:
    ended, waiting = [Claim("o", 1)], [Claim("w", 1)]
    book, moves = settle(Book(1, 1, 5), overdue=ended, waiting=waiting, asked=[], offer_until=UNTIL)
    assert states(moves) == ["expired", "offered"]
    assert book.taken == 1


def test_nothing_is_given_out_any_more_when_it_is_over() -> None:
    ended, waiting = [Claim("o", 1)], [Claim("w", 1)]
    book, moves = settle(Book(9, 1, 5), overdue=ended, waiting=waiting, asked=[Claim("n", 1)], offer_until=None)
    assert states(moves) == ["expired", "waiting"]
    assert book.taken == 0
    book, moves = settle(
        Book(9, 1, 5), overdue=ended, waiting=waiting, asked=[Claim("n", 1)], offer_until=None, off=True
    )
    assert states(moves) == ["expired", "cancelled"]
    assert [move.number for move in moves] == [None, None]
    assert book == Book(9, 0, 5)


steps = st.lists(
    st.one_of(
        st.tuples(st.just("ask"), st.lists(st.integers(1, 4), min_size=1, max_size=5)),
        st.tuples(st.just("end"), st.integers(0, 3)),
        st.tuples(st.just("cancel"), st.integers(0, 10)),
        st.tuples(st.just("accept"), st.integers(0, 3)),
        st.tuples(st.just("capacity"), st.integers(0, 12)),
    ),
    max_size=25,
)


@given(steps, st.integers(0, 8))
@settings(max_examples=300, deadline=None)
def test_a_long_history_never_oversells_overtakes_or_leaves_room_that_the_next_could_have(history, capacity) -> None:
    book = Book(capacity, 0, 1)
    party, state, number = {}, {}, {}
    for what, value in history:
        asked, overdue = [], []
        offered = [one for one in state if state[one] == "offered"]
        living = [one for one in state if state[one] in ("registered", "offered", "waiting")]
        if what == "ask":
            for size in value:
                asked.append(Claim(f"c{len(party)}", size))
                party[asked[-1].id] = size
        elif what == "end":
            overdue = [Claim(one, party[one]) for one in offered[: value + 1]]
        elif what == "cancel" and living:
            one = living[value % len(living)]
            book = Book(book.capacity, book.taken - party[one] * (state[one] != "waiting"), book.next_number)
            state[one] = "cancelled"
        elif what == "accept" and offered:
            state[offered[value % len(offered)]] = "registered"
        elif what == "capacity":
            book = Book(value, book.taken, book.next_number)
        line = sorted((one for one in state if state[one] == "waiting"), key=number.__getitem__)
        held_before = book.taken
        book, moves = settle(
            book, overdue=overdue, waiting=[Claim(one, party[one]) for one in line], asked=asked, offer_until=UNTIL
        )
        for move in moves:
            state[move.claim.id] = move.state
            number.setdefault(move.claim.id, move.number)
        held = sum(party[one] for one in state if state[one] in ("registered", "offered"))
        assert book.taken == held, "the book says what is held"
        assert held <= max(book.capacity, held_before), "only what was held before may be over capacity"
        still = sorted((one for one in state if state[one] == "waiting"), key=number.__getitem__)
        if still:
            assert party[still[0]] > book.free, "the next in line would have fitted"
        served = [one for one in line if state[one] == "offered"]
        assert served == line[: len(served)], "offers are made in the order of the line"
    assert sorted(number.values()) == list(range(1, len(number) + 1))


def test_addresses_are_compared_as_people_mean_them() -> None:
    assert codes.same_email(" Ann@Example.org") == codes.same_email("ann@example.ORG ")
    assert codes.network_of("2001:db8::1") == codes.network_of("2001:db8::ffff:1")
    assert codes.network_of("2001:db8:0:1::1") != codes.network_of("2001:db8::1")
    assert codes.network_of("10.0.0.1") != codes.network_of("10.0.0.2")
    assert codes.network_of("unknown") == "unknown"
    assert codes.digest("a", "x") != codes.digest("b", "x")
