"""What the parts of these tests compute."""

import time


def squared(number: int) -> int:
    return number**2


def slowly_doubled(number: int) -> int:
    time.sleep(0.05)
    return 2 * number


def inverse(number: int) -> float:
    return 1 / number


def timed_out(number: int) -> int:
    raise TimeoutError(f"{number} took too long")
