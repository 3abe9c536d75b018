"""The error that every refused act raises."""

from django.utils.functional import Promise


class Refused(Exception):  # noqa: N818  # reads as what happened, not as a fault
    """An act was refused; ``str()`` of it is a sentence for the person who tried.

    Each package derives named errors from it; views and admin turn them into a message.
    """

    def __init__(self, sentence: str | Promise) -> None:
        super().__init__(sentence)
        self.sentence = sentence

    def __str__(self) -> str:
        return str(self.sentence)
