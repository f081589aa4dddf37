"""The frontend's checker of certificates, written from their format, decides as the platform's does."""

from itertools import chain

from tests.integration.frontend.agreement import compare
from tests.integration.frontend.certificates import all_cases, of_shipped

SEEDS = range(12)
TAMPERED_EACH = 10
KINDS = {
    "curtailment",
    "cut",
    "flow",
    "flow of cuts loaded",
    "refutation",
    "sold_out",
    "state",
    "tree",
    "tree of cuts loaded",
}
CHECK_MS_MAX = 1_000


def test_both_checkers_agree_on_real_certificates_and_on_those_tampered_with() -> None:
    found = compare(chain(all_cases(SEEDS), of_shipped("gaslib-40", 1, 2)), TAMPERED_EACH)

    assert found.differences == []
    assert found.kinds.keys() == KINDS
    assert found.rejected > found.tampered / 2
    assert found.rejected < found.tampered, "some changes change nothing that counts, and are accepted"
    assert found.milliseconds_max < CHECK_MS_MAX
