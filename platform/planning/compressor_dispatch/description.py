"""Compressor dispatches in words."""

from planning.compressor_dispatch.model import Dispatch, DispatchInput


def in_words(asked: DispatchInput, found: Dispatch) -> str:
    """Return the power before and after as sentences."""
    running = [run for run in found.least if run.power_kw]
    if not running:
        return f"On {asked.gas_day} the nomination needs no compressor."
    stations = "1 station" if len(running) == 1 else f"{len(running)} stations"
    sentences = [f"On {asked.gas_day} {found.least_kw / 1000:.3f} MW at {stations} carry the nomination"]
    before = found.initial_kw
    if before:
        saved = 1 - found.least_kw / before
        sentences[0] += f", {saved:.1%} less than the {before / 1000:.3f} MW of the state found first."
    else:
        sentences[0] += "."
    if any(not run.has_machines for run in running):
        sentences.append("Stations without machine data count with an assumed efficiency.")
    if not found.is_complete:
        sentences.append("The time ended before all changes of one station had been tried.")
    return " ".join(sentences)
