import pytest

from linepack.problems import Conflict, Fault, Forbidden, InvalidInput, NotFound, Problem


def test_an_input_is_refused_with_all_of_its_faults() -> None:
    refusal = InvalidInput([Fault("edges[3].head", "no node X"), Fault("", "the network has no entry")])

    assert str(refusal) == "2 faults: edges[3].head: no node X; the network has no entry"
    assert [fault.place for fault in refusal.faults] == ["edges[3].head", ""]
    assert str(InvalidInput([Fault("code", "missing")])) == "1 fault: code: missing"


def test_not_found_names_the_kind_and_the_reference() -> None:
    refusal = NotFound("contract", 7, path=("contractId",))

    assert (refusal.message, refusal.kind, refusal.reference) == ("no contract 7", "contract", "7")
    assert refusal.path == ("contractId",)


def test_codes_are_stable_and_distinct() -> None:
    codes = [kind.code for kind in (Problem, InvalidInput, NotFound, Forbidden, Conflict)]

    assert codes == ["PROBLEM", "INVALID_INPUT", "NOT_FOUND", "FORBIDDEN", "CONFLICT"]


@pytest.mark.parametrize("kind", [Forbidden, Conflict])
def test_a_problem_is_an_exception_with_a_message_and_a_path(kind: type[Problem]) -> None:
    with pytest.raises(Problem, match="not yours") as caught:
        raise kind("not yours", path=("a", "b"))
    assert caught.value.path == ("a", "b")
