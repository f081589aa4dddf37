"""The frontend's checker of certificates, written from their format, decides as the platform's does.

`LINEPACK_CERTIFICATES=10000 pytest -n0 -rP --timeout 0 tests/integration/frontend` compares as many real ones
at least and as many tampered with, from further seeds, and says what it compared.
"""

import os
import sys
from itertools import chain

from tests.integration.frontend.agreement import compare
from tests.integration.frontend.certificates import all_cases, of_shipped

LEAST = int(os.environ.get("LINEPACK_CERTIFICATES", "0"))
SEEDS = range(12)
SEEDS_AT_ONCE = 25
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
    first = SEEDS.stop
    while min(found.real, found.tampered) < LEAST:
        found.add(compare(all_cases(range(first, first + SEEDS_AT_ONCE)), 1, seed=first))
        first += SEEDS_AT_ONCE
    sys.stdout.write(f"{found}\n")

    assert found.differences == []
    assert found.kinds.keys() == KINDS
    assert found.rejected > found.tampered / 2
    assert found.rejected < found.tampered, "some changes change nothing that counts, and are accepted"
    assert found.milliseconds_max < CHECK_MS_MAX
