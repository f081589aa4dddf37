"""Refresh tokens as a state machine: which answer each token of a session gets, in any order at any time."""

import hashlib
import hmac
from base64 import urlsafe_b64encode
from dataclasses import fields
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from linepack.identity.sessions.refresh_tokens import (
    Chain,
    RefreshToken,
    Repetition,
    Reuse,
    Rotation,
    begin_chain,
    new_salt,
)
from linepack.limits import REFRESH_REPEAT_S

NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)
REPEAT = timedelta(seconds=REFRESH_REPEAT_S)


def rotated(chain: Chain, token: RefreshToken, at: datetime) -> Rotation:
    answer = chain.present(token, salt=new_salt(), now=at)
    assert isinstance(answer, Rotation)
    return answer


def test_a_token_is_read_back_from_its_text_and_nothing_else_is_one() -> None:
    token, chain = begin_chain(now=NOW)
    assert RefreshToken.read(token.text) == token
    assert token.family_hash == chain.family_hash
    for text in ("", "lr_", token.text[:-1], token.text + "x", token.text.replace("lr_", "lp_"), "é" * 90):
        assert RefreshToken.read(text) is None


def test_the_successor_is_the_hmac_of_the_secret_under_the_salt_of_its_rotation() -> None:
    token, chain = begin_chain(now=NOW)
    answer = rotated(chain, token, NOW)
    mac = hmac.new(answer.chain.salt, token.secret.encode(), hashlib.sha256).digest()
    assert answer.token.secret == urlsafe_b64encode(mac).decode().rstrip("=")
    assert answer.token.family == token.family
    assert RefreshToken.read(answer.token.text) == answer.token


def test_what_is_stored_and_what_is_printed_holds_no_token() -> None:
    token, chain = begin_chain(now=NOW)
    answer = rotated(chain, token, NOW)
    stored = repr([getattr(answer.chain, field.name) for field in fields(answer.chain)])
    for part in (token.family, token.secret, answer.token.secret):
        assert part not in stored
        assert part not in repr([token, chain, answer])


def test_requests_that_cross_get_the_same_successor_and_later_ones_end_the_session() -> None:
    token, chain = begin_chain(now=NOW)
    first = rotated(chain, token, NOW)
    again = first.chain.present(token, salt=new_salt(), now=NOW + REPEAT)
    assert again == Repetition(first.token)
    late = first.chain.present(token, salt=new_salt(), now=NOW + REPEAT + timedelta(microseconds=1))
    assert late == Reuse()


def test_a_process_whose_clock_is_behind_repeats_as_well() -> None:
    token, chain = begin_chain(now=NOW)
    first = rotated(chain, token, NOW)
    assert first.chain.present(token, salt=new_salt(), now=NOW - timedelta(seconds=30)) == Repetition(
        first.token
    )


def test_a_token_two_rotations_old_is_a_reuse_at_once() -> None:
    token, chain = begin_chain(now=NOW)
    first = rotated(chain, token, NOW)
    second = rotated(first.chain, first.token, NOW)
    assert second.chain.present(token, salt=new_salt(), now=NOW) == Reuse()


def test_a_known_family_with_a_secret_that_never_was_is_a_reuse() -> None:
    token, chain = begin_chain(now=NOW)
    guessed = RefreshToken(token.family, "A" * 43)
    assert chain.present(guessed, salt=new_salt(), now=NOW) == Reuse()


class Refreshing(RuleBasedStateMachine):
    """One session, whose tokens are presented in any order, against a model that keeps them all in a list."""

    @initialize()
    def sign_in(self) -> None:
        self.now = NOW
        token, self.chain = begin_chain(now=NOW)
        self.tokens, self.rotated_at, self.has_ended = [token], NOW, False

    @precondition(lambda self: self.has_ended)
    @rule()
    def sign_in_again(self) -> None:
        self.sign_in()

    @precondition(lambda self: not self.has_ended)
    @rule(back=st.integers(0, 4), seconds=st.integers(0, 2 * REFRESH_REPEAT_S))
    def present(self, back: int, seconds: int) -> None:
        self.now += timedelta(seconds=seconds)
        place = max(0, len(self.tokens) - 1 - back)
        is_newest, is_previous = place == len(self.tokens) - 1, place == len(self.tokens) - 2
        answer = self.chain.present(self.tokens[place], salt=new_salt(), now=self.now)
        if is_newest:
            assert isinstance(answer, Rotation)
            self.chain, self.rotated_at = answer.chain, self.now
            self.tokens.append(answer.token)
        elif is_previous and self.now - self.rotated_at <= REPEAT:
            assert answer == Repetition(self.tokens[-1])
        else:
            assert answer == Reuse()
            self.has_ended = True

    @invariant()
    def no_token_comes_twice(self) -> None:
        assert len({token.text for token in self.tokens}) == len(self.tokens)


TestRefreshing = Refreshing.TestCase
TestRefreshing.settings = settings(max_examples=60, stateful_step_count=20, deadline=None)


@pytest.mark.parametrize("rotations", [1, 5])
def test_each_rotation_draws_a_salt_of_its_own(rotations: int) -> None:
    token, chain = begin_chain(now=NOW)
    salts = {chain.salt}
    for _ in range(rotations):
        answer = rotated(chain, token, NOW)
        token, chain = answer.token, answer.chain
        salts.add(chain.salt)
    assert len(salts) == rotations + 1
