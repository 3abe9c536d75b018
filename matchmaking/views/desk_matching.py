"""How good the suggestions are: what became of introductions, for officials."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from companies.models import IndustrialChain
from matchmaking.engine.evaluation import Group, Share
from matchmaking.introductions.evaluating import report
from matchmaking.models import MatchExample
from matchmaking.officials import official_required


@dataclass(frozen=True)
class Column:
    label: str
    numeric: bool = False


@dataclass(frozen=True)
class Table:
    """As the part for tables takes it."""

    caption: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...]


@official_required
def matching(request: HttpRequest) -> HttpResponse:
    """Acceptance by rank, month, engine, chain and language, for the whole city; aggregates only."""
    found = report()
    chains = {chain.code: str(chain) for chain in IndustrialChain.objects.all()}
    languages = dict(MatchExample.Language.choices)
    ranks = {
        "1": _("first place"),
        "3": _("first three places"),
        "10": _("first ten places"),
        "below": _("below the tenth place"),
        "unranked": _("chosen without the list"),
    }
    context: dict[str, Any] = {
        "report": found,
        "tables": [
            _table(_("By place on the list"), _("place"), found.by_rank, ranks),
            _table(_("By month"), _("month"), found.by_month, {}),
            _table(_("By engine"), _("engine version"), found.by_version, {}),
            _table(_("By chain"), _("chain"), found.by_chain, chains),
            _table(_("By language of the need"), _("language"), found.by_language, languages),
        ],
        "recent": _percent(found.change.recent) if found.change else "",
        "before": _percent(found.change.before) if found.change else "",
    }
    return render(request, "matchmaking/desk_matching.html", context)


def _table(caption: str, first: str, groups: tuple[Group, ...], names: dict[str, Any]) -> Table:
    columns = (
        Column(first),
        Column(_("answered"), numeric=True),
        Column(_("accepted by both"), numeric=True),
        Column(_("met"), numeric=True),
        Column(_("deal signed"), numeric=True),
    )
    rows = tuple((str(names.get(group.key, group.key) or _("none")), *_cells(group)) for group in groups)
    return Table(caption, columns, rows)


def _cells(group: Group) -> tuple[str, ...]:
    if group.accepted is None or group.met is None or group.signed is None:
        return (_("fewer than three"), "–", "–", "–")
    answered = number_format(group.answered, force_grouping=True)
    further = (f"{round(100 * share.value)} %" for share in (group.met, group.signed))
    return (answered, _percent(group.accepted), *further)


def _percent(share: Share) -> str:
    """The share with its interval: 42 % (31–54)."""
    low, high = round(100 * share.low), round(100 * share.high)
    return f"{round(100 * share.value)} % ({low}–{high})"
