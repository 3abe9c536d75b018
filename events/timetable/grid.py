"""Who sits with whom in which slot, kept free of conflicts through every change.

Slots are the colours of an edge colouring: a meeting that finds no slot free for both sides makes room by
swapping two slots along an alternating chain (Kempe 1879, Koenig 1916). Without gaps such a chain always
exists, so that everything which fits in sum is placed; with gaps a chain is of no use where its last person
is absent.
"""

from collections.abc import Iterable, Iterator

from events.timetable.problem import Problem

NOBODY = -1
THOROUGH = 40
"""From so many tries on, tables are made free as well when a chain lacks one."""


def slots_in(mask: int) -> Iterator[int]:
    """The numbers of the bits that are set, lowest first."""
    while mask:
        low = mask & -mask
        mask ^= low
        yield low.bit_length() - 1


class Grid:
    """Meetings in slots. `slot[wish]` is the slot or NOBODY; masks have one bit a slot.

    `at[person][slot]` is the wish placed there; `present` and `free` are masks a person, `left` how many more
    meetings a person can have, `seats[slot]` how many shared tables are left, `roomy` the mask of slots with
    any. Every change is written to `log`, from which `undo` takes it back; `stuck` masks the slots that could
    not be relieved since the last change.
    """

    def __init__(self, problem: Problem) -> None:
        slots = range(problem.slots)
        self.buyer: list[int] = problem.buyer.tolist()
        self.supplier: list[int] = problem.supplier.tolist()
        self.shared: list[int] = problem.shared.astype(int).tolist()
        self.present: list[int] = [
            sum(1 << slot for slot in slots if row[slot]) for row in problem.free.tolist()
        ]
        self.free = list(self.present)
        self.left: list[int] = problem.capacity.tolist()
        self.seats: list[int] = problem.tables.tolist()
        self.roomy = sum(1 << slot for slot in slots if self.seats[slot] > 0)
        self.scarce = min(self.seats) < min(problem.buyers, problem.people - problem.buyers)
        self.slot = [NOBODY] * problem.size
        self.at = [[NOBODY] * problem.slots for _ in self.present]
        self.seated: list[dict[int, None]] = [{} for _ in slots]
        self.stuck = 0
        self.log: list[tuple[int, int]] = []

    def put(self, wish: int, slot: int) -> None:
        """Place the wish in a slot in which both sides, and a table if it needs one, are free."""
        buyer, supplier, bit = self.buyer[wish], self.supplier[wish], 1 << slot
        self.slot[wish] = slot
        self.at[buyer][slot] = self.at[supplier][slot] = wish
        self.free[buyer] ^= bit
        self.free[supplier] ^= bit
        self.left[buyer] -= 1
        self.left[supplier] -= 1
        if self.shared[wish]:
            self.seats[slot] -= 1
            if self.seats[slot] <= 0:
                self.roomy &= ~bit
            self.seated[slot][wish] = None
        self.stuck = 0
        self.log.append((wish, NOBODY))

    def take(self, wish: int) -> None:
        """Take a placed wish out."""
        slot, buyer, supplier = self.slot[wish], self.buyer[wish], self.supplier[wish]
        bit = 1 << slot
        self.slot[wish] = NOBODY
        self.at[buyer][slot] = self.at[supplier][slot] = NOBODY
        self.free[buyer] ^= bit
        self.free[supplier] ^= bit
        self.left[buyer] += 1
        self.left[supplier] += 1
        if self.shared[wish]:
            self.seats[slot] += 1
            if self.seats[slot] > 0:
                self.roomy |= bit
            del self.seated[slot][wish]
        self.stuck = 0
        self.log.append((wish, slot))

    def undo(self) -> None:
        """Take back everything since the log was last cleared."""
        while self.log:
            wish, slot = self.log.pop()
            if slot == NOBODY:
                self.take(wish)
            else:
                self.put(wish, slot)
            self.log.pop()

    def can_meet_more(self, wish: int) -> bool:
        """Whether both sides have a free slot and are below their limit."""
        buyer, supplier = self.buyer[wish], self.supplier[wish]
        return (
            self.left[buyer] > 0
            and self.left[supplier] > 0
            and bool(self.free[buyer] and self.free[supplier])
        )

    def insert(self, wish: int, tries: int) -> bool:
        """Place the wish, moving others to other slots where that helps, with `tries` chains a search."""
        if self._place(wish, tries):
            return True
        if tries < THOROUGH or not self.shared[wish] or not self.can_meet_more(wish):
            return False
        # A chain may lack only a table at its beginning or end: make one free there and try again.
        for person in (self.buyer[wish], self.supplier[wish]):
            for slot in slots_in(self.free[person] & ~self.roomy & ~self.stuck):
                if self.relieve(slot, tries) and self._place(wish, tries):
                    return True
        return False

    def _place(self, wish: int, tries: int) -> bool:
        if not self.can_meet_more(wish):
            return False
        if self._place_directly(wish):
            return True
        both = self.free[self.buyer[wish]] & self.free[self.supplier[wish]]
        for slot in slots_in(both if self.roomy else 0):
            # The relief may move one of the two as well, so that another slot suits them.
            if not self.stuck >> slot & 1 and self.relieve(slot, tries) and self._place_directly(wish):
                return True
        return self._insert_by_chain(wish, tries)

    def _place_directly(self, wish: int) -> bool:
        open_slots = self.free[self.buyer[wish]] & self.free[self.supplier[wish]]
        if self.shared[wish]:
            open_slots &= self.roomy
        if not open_slots:
            return False
        if self.scarce and self.shared[wish]:
            self.put(wish, max(slots_in(open_slots), key=self.seats.__getitem__))
        else:
            self.put(wish, open_slots.bit_length() - 1)
        return True

    def _insert_by_chain(self, wish: int, tries: int) -> bool:
        buyer, supplier = self.buyer[wish], self.supplier[wish]
        needs = self.shared[wish]
        for one, other in ((buyer, supplier), (supplier, buyer)):
            for slot in slots_in(self.free[one] & self.present[other] & ~self.free[other]):
                for spare in slots_in(self.free[other]):
                    chain = self._chain(other, slot, spare)
                    if chain and chain[1] <= self.seats[spare] and needs - chain[1] <= self.seats[slot]:
                        self._swap(chain[0], slot, spare)
                        self.put(wish, slot)
                        return True
                    tries -= 1
                    if tries <= 0:
                        return False
        return False

    def relieve(self, slot: int, tries: int) -> bool:
        """Make one more shared table free in the slot by moving a meeting, or a chain of them, elsewhere."""
        for wish in self.seated[slot]:
            both = self.free[self.buyer[wish]] & self.free[self.supplier[wish]] & self.roomy
            if both:
                self.take(wish)
                self.put(wish, both.bit_length() - 1)
                return True
        if self._relieve_by_chain(slot, tries):
            return True
        self.stuck |= 1 << slot
        return False

    def _relieve_by_chain(self, slot: int, tries: int) -> bool:
        for wish in list(self.seated[slot]):
            for person in (self.buyer[wish], self.supplier[wish]):
                for spare in slots_in(self.free[person] & self.roomy):
                    chain = self._chain(person, slot, spare)
                    if chain and 0 < chain[1] <= self.seats[spare]:
                        self._swap(chain[0], slot, spare)
                        return True
                    tries -= 1
                    if tries <= 0:
                        return False
        return False

    def move(self, plan: Iterable[tuple[int, int]]) -> None:
        """Give each (wish, slot) of the plan that slot, NOBODY to take it out; together they must fit."""
        changes = [(wish, slot) for wish, slot in plan if self.slot[wish] != slot]
        for wish, _ in changes:
            if self.slot[wish] != NOBODY:
                self.take(wish)
        for wish, slot in changes:
            if slot != NOBODY:
                self.put(wish, slot)

    def shift(self, person: int, free: int, busy: int) -> bool:
        """Move the person's `free` slot to its `busy` one by a chain, if one leads there."""
        chain = self._chain(person, busy, free)
        if chain and chain[1] <= self.seats[free] and -chain[1] <= self.seats[busy]:
            self._swap(chain[0], busy, free)
            return True
        return False

    def _chain(self, person: int, slot: int, spare: int) -> tuple[list[int], int] | None:
        """The meetings alternately in `slot` and `spare`, beginning with the person's in `slot`.

        With them, how many shared tables more the swap takes in `spare` (and fewer in `slot`). None if the
        chain ends at somebody who is absent in the slot to which the last meeting would move. The person has
        nothing in `spare`.
        """
        at, buyer, supplier, shared = self.at, self.buyer, self.supplier, self.shared
        chain: list[int] = []
        more, sign, here, there = 0, 1, slot, spare
        while (wish := at[person][here]) >= 0:
            chain.append(wish)
            more += sign * shared[wish]
            person = supplier[wish] if person == buyer[wish] else buyer[wish]
            here, there, sign = there, here, -sign
        if not self.present[person] >> here & 1:
            return None
        return chain, more

    def _swap(self, chain: list[int], slot: int, spare: int) -> None:
        before = [self.slot[wish] for wish in chain]
        for wish in chain:
            self.take(wish)
        for wish, old in zip(chain, before, strict=True):
            self.put(wish, spare if old == slot else slot)
