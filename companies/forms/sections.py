"""A long form in sections: what nearly everyone fills in stands open, the rest is folded."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from django import forms
from django.forms.boundfield import BoundField
from django.utils.functional import Promise


@dataclass(frozen=True)
class Section:
    """Fields that belong together; ``is_folded`` until somebody opens them or they hold something."""

    title: str | Promise
    fields: Sequence[BoundField]
    is_folded: bool


class Sectioned(forms.Form):
    """A form whose ``SECTIONS`` name every field once: title, names, whether it may be folded."""

    SECTIONS: ClassVar[Sequence[tuple[str | Promise, Sequence[str], bool]]] = ()

    def sections(self) -> list[Section]:
        """The sections in their order; one with an error or a value is never folded."""
        return [
            Section(title, [self[name] for name in names], may_fold and not self._is_used(names))
            for title, names, may_fold in self.SECTIONS
        ]

    def _is_used(self, names: Sequence[str]) -> bool:
        """Whether a field says more than it says in an empty form."""
        return any(
            name in self.errors or (self[name].value() or None) != (self.fields[name].initial or None)
            for name in names
        )
