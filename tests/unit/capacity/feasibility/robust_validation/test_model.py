from datetime import date

from capacity.feasibility.robust_validation.model import BookedDay, Injection, Validation, ValidationInput
from capacity.rights.model import Route
from linepack.canonical_json import canonical_json
from server.jobs.messages import Result, decode, encode

ASKED = ValidationInput(
    gas_day=date(2026, 11, 1),
    seconds=60.0,
    solver="highs",
    method=1,
    revision_id="r",
    revision_number=2,
    network_version=3,
    rights_version=4,
    booked=BookedDay({"a": 7}, {"x": 5, "y": 2}, 3),
    capacities={"p": (10, 0), "q": (None, 4)},
)
FOUND = Validation(
    certified=1.034,
    unrefuted=1.05,
    witnessed=1.064,
    witness=(Injection("a", 7, 0.25), Injection("x", -7, -0.25)),
    binding=("a", "x"),
    pairs_total=2,
    pairs_proved=1,
    boxes=4,
    nominations=12,
    asked=20,
    undecided=0,
    is_passive=True,
    methods=("by blocks",),
    compressibility=0.9,
    uses_maps=False,
)


def test_rights_are_added_up_at_their_points_and_paths_at_both_of_their_ends() -> None:
    stack = {
        Route("a", None): 10,
        Route("a", "x"): 3,
        Route("b", "x"): 4,
        Route(None, "x"): 20,
        Route(None, "y"): 1,
    }
    booked = BookedDay.of(stack)

    assert booked.entries == {"a": 10 + 3, "b": 4}
    assert booked.exits == {"x": 3 + 4 + 20, "y": 1}
    assert booked.path_units == 3 + 4


def test_question_and_answer_come_back_from_json_as_they_were() -> None:
    asked = decode(encode(Result(ASKED.to_json())))
    found = decode(encode(Result(FOUND.to_json())))

    assert isinstance(asked, Result)
    assert isinstance(found, Result)
    assert ValidationInput.from_json(asked.value) == ASKED
    assert Validation.from_json(found.value) == FOUND
    assert canonical_json(ASKED.to_json())
