import hashlib

import pytest

from linepack.identity.api_keys import hash_secret, new_secret, read_key, secret_matches


def test_a_new_key_can_be_read_back_and_matches_what_is_stored() -> None:
    secret = new_secret()
    presented = read_key(secret.text)
    assert presented is not None
    assert presented.prefix == secret.prefix
    assert secret_matches(presented, secret.secret_hash)


def test_what_is_stored_is_the_sha_256_of_the_secret_part() -> None:
    secret = new_secret()
    assert secret.secret_hash == hashlib.sha256(secret.text.split("_", 2)[2].encode()).digest()


def test_another_keys_secret_does_not_match() -> None:
    one, other = new_secret(), new_secret()
    presented = read_key(one.text)
    assert presented is not None
    assert not secret_matches(presented, other.secret_hash)
    assert not secret_matches(presented, None)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "lp_",
        "lp_abcdefghijkm",
        "lp_abcdefghijkm_short",
        "xx_abcdefghijkm_" + "a" * 43,
        "lp_ABCDEFGHIJKM_" + "a" * 43,
        "lp_abcdefghijkm_" + "a" * 44,
        "lp_abcdefghijkm_" + "a" * 42 + "\n",
    ],
)
def test_text_without_the_form_of_a_key_is_no_key(text: str) -> None:
    assert read_key(text) is None


def test_keys_do_not_show_their_secret_when_printed() -> None:
    secret = new_secret()
    presented = read_key(secret.text)
    assert secret.text not in repr(secret)
    assert presented is not None
    assert presented.secret not in repr(presented)
    assert hash_secret(presented.secret) == secret.secret_hash


def test_a_thousand_keys_are_all_different() -> None:
    keys = [new_secret() for _ in range(1000)]
    assert len({key.prefix for key in keys}) == len({key.text for key in keys}) == 1000
