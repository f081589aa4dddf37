from datetime import UTC, datetime, timedelta
from uuid import UUID

from linepack.identity.sessions.model import Session, Visitor
from linepack.ids import SessionId, UserId

NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)
DESKTOP, LAPTOP = Visitor("198.51.100.7", "Firefox"), Visitor("203.0.113.9", "Safari")


def begun() -> Session:
    return Session.begun(SessionId(UUID(int=1)), UserId(UUID(int=2)), DESKTOP, now=NOW)


def test_a_session_lasts_twelve_hours_and_its_token_a_quarter_of_an_hour() -> None:
    session = begun()
    assert session.access_expires_at == NOW + timedelta(minutes=15)
    assert session.expires_at == NOW + timedelta(hours=12)
    assert session.is_live(now=session.expires_at - timedelta(microseconds=1))
    assert not session.is_live(now=session.expires_at)


def test_using_a_session_prolongs_it_and_says_from_where() -> None:
    later = NOW + timedelta(hours=11)
    session = begun().used(LAPTOP, now=later)
    assert session.expires_at == later + timedelta(hours=12)
    assert (session.created_at, session.last_used_at) == (NOW, later)
    assert (session.address, session.user_agent) == ("203.0.113.9", "Safari")


def test_no_use_prolongs_a_session_beyond_a_week() -> None:
    end = NOW + timedelta(days=7)
    session = begun().used(DESKTOP, now=end - timedelta(minutes=1))
    assert session.access_expires_at == session.expires_at == end


def test_what_a_visitor_says_of_itself_is_cut_and_printable() -> None:
    visitor = Visitor.of("2001:db8::1%" + "x" * 100, "Fire\x00fox\n\x1b[31m" + "y" * 1000)
    assert visitor.user_agent.startswith("Firefox[31myyy")
    assert (len(visitor.address), len(visitor.user_agent)) == (60, 200)
