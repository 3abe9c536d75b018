"""Groups of firms: a parent with its subsidiaries, and theirs, as far as the records know the parent."""

from collections import defaultdict
from collections.abc import Iterable, Mapping

from companies.models import Company


class Groups:
    """The groups of the directory as they stand: one query when made, none afterwards."""

    def __init__(self) -> None:
        pairs = Company.objects.exclude(parent=None).values_list("pk", "parent_id")
        self._head = heads(dict(pairs))
        self._members: defaultdict[int, set[int]] = defaultdict(set)
        for firm, head in self._head.items():
            self._members[head] |= {firm, head}

    def head_of(self, firm: int) -> int:
        """The key of the firm on top of the firm's group; its own where no parent is known."""
        return self._head.get(firm, firm)

    def members_of(self, firm: int) -> set[int]:
        """The keys of all firms of the firm's group, its own among them."""
        return self._members.get(self.head_of(firm), {firm})

    def all_of(self, firms: Iterable[int]) -> set[int]:
        """The keys of all firms of the groups of these firms."""
        return {member for firm in firms for member in self.members_of(firm)}


def heads(parents: Mapping[int, int]) -> dict[int, int]:
    """From each firm with a parent to the top of its group.

    Firms that by mistake are each other's parents are a group whose top is the one with the smallest key.
    """
    found: dict[int, int] = {}
    for firm in parents:
        way = [firm]
        while (parent := parents.get(way[-1])) is not None and parent not in way:
            way.append(parent)
        found[firm] = way[-1] if parent is None else min(way[way.index(parent) :])
    return found
