"""What the web frontend's verifier is tried with is what the platform makes."""

from tests.unit.linepack.transparency.browser_vectors import FILE, text


def test_the_frontend_is_tried_with_what_is_made_today() -> None:
    assert FILE.read_text() == text(), "python -m tests.unit.linepack.transparency.browser_vectors"
