"""Why an act on a match was refused."""

from accounts.refusals import Refused


class NeedNotOpen(Refused):
    """The need is a draft, ended, or past its date of answer."""


class SupplierNotFit(Refused):
    """The supplier cannot be introduced: archived, not verified, not a supplier, or the buyer itself."""


class MatchNotOpen(Refused):
    """The match is past the state in which this can be done."""


class NotYourDecision(Refused):
    """The person has no say in this match."""


class AlreadyAnswered(Refused):
    """This side has answered before."""


class AnswerNeedsReason(Refused):
    """A no comes with a reason, so that the next suggestion is better."""
