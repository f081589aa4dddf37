"""Why a default or a late payment cannot be recorded.

Problem
├── NothingCredited    there is no release credit for that contract and gas month
├── NothingTakenBack   no part of that credit was taken back and has not been paid since
└── AmountExceeded     less is credited, owed or taken back than was named
"""

from datetime import date

from linepack.money import Money
from linepack.problems import Problem


class NothingCredited(Problem):
    """There is no release credit for the replacement contract in that gas month."""

    code = "NOTHING_CREDITED"

    def __init__(self, contract: str, gas_month: date) -> None:
        super().__init__(f"there is no release credit for contract {contract} in gas month {gas_month:%Y-%m}")
        self.contract = contract
        self.gas_month = gas_month


class NothingTakenBack(Problem):
    """Nothing of the release credit of that gas month is taken back."""

    code = "NOTHING_TAKEN_BACK"

    def __init__(self, contract: str, gas_month: date) -> None:
        super().__init__(
            f"nothing of the credit for contract {contract} in gas month {gas_month:%Y-%m} is taken back"
        )
        self.contract = contract
        self.gas_month = gas_month


class AmountExceeded(Problem):
    """The amount is more than can be taken back or credited again."""

    code = "AMOUNT_EXCEEDED"

    def __init__(self, amount: Money, most: Money) -> None:
        super().__init__(f"{amount} is more than the {most} that are left", path=("amount",))
        self.amount = amount
        self.most = most
