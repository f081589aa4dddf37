from graphql import parse

from schema.execution.known_documents import KnownDocuments

DOCUMENT = parse("{ networks { code } }")


def test_a_document_is_known_by_its_text_and_by_who_may_ask_it() -> None:
    known = KnownDocuments(100)
    known.remember("one", DOCUMENT, is_anonymous=False)
    assert known.find("one", is_anonymous=False) is DOCUMENT
    assert known.find("one", is_anonymous=True) is None
    assert known.find("another", is_anonymous=False) is None


def test_those_not_asked_for_longest_are_forgotten_first() -> None:
    known = KnownDocuments(30)
    for text in ("a" * 10, "b" * 10, "c" * 10):
        known.remember(text, DOCUMENT, is_anonymous=False)
    assert known.find("a" * 10, is_anonymous=False) is DOCUMENT
    known.remember("d" * 10, DOCUMENT, is_anonymous=False)
    kept = [text for text in "abcd" if known.find(text * 10, is_anonymous=False)]
    assert kept == ["a", "c", "d"]


def test_one_that_is_longer_than_all_may_be_is_not_kept() -> None:
    known = KnownDocuments(30)
    known.remember("a" * 31, DOCUMENT, is_anonymous=False)
    assert known.find("a" * 31, is_anonymous=False) is None
    known.remember("b" * 30, DOCUMENT, is_anonymous=False)
    assert known.find("b" * 30, is_anonymous=False) is DOCUMENT
