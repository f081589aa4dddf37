"""What is wrong with a log, a checkpoint or a proof, one class per fact."""

from linepack.problems import Problem


class LogFault(Problem):
    """Base of what a verifier finds."""

    code = "LOG_FAULT"


class NoteInvalid(LogFault):
    """A signed note is malformed, or no known key has signed it."""

    code = "NOTE_INVALID"


class CheckpointInvalid(LogFault):
    """The text of a checkpoint is not one, or it is of another log."""

    code = "CHECKPOINT_INVALID"


class ProofInvalid(LogFault):
    """A proof does not prove what it claims."""

    code = "PROOF_INVALID"


class Truncated(LogFault):
    """There are fewer entries than a checkpoint has signed."""

    code = "TRUNCATED"


class RootDiffers(LogFault):
    """The entries are not those that a checkpoint has signed: some were changed, exchanged or replaced."""

    code = "ROOT_DIFFERS"


class SplitView(LogFault):
    """Two checkpoints of one size, or of two that do not extend each other: different logs were shown."""

    code = "SPLIT_VIEW"


class Replayed(LogFault):
    """An older checkpoint is shown where a newer one was seen before."""

    code = "REPLAYED"
