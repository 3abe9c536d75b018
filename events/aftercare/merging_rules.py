"""How visits, problems and alerts move when two companies become one (see companies.merging)."""

from companies.merging import Merge, rule
from events.models import ExposureAlert, Problem, Visit


@rule("events.Problem.company")
def move_problems(act: Merge) -> None:
    Problem.objects.filter(company=act.source).update(company=act.into)


@rule("events.Visit.company")
def move_visits(act: Merge) -> None:
    """One visit on one day to both records was one visit: it keeps both notes and all its problems."""
    held = {(v.visitor_id, v.visited_on): v for v in Visit.objects.filter(company=act.into)}
    for visit in Visit.objects.filter(company=act.source):
        same = held.get((visit.visitor_id, visit.visited_on))
        if same is not None:
            same.note = "\n".join(filter(None, [same.note, visit.purpose, visit.note]))
            same.save(update_fields=["note"])
            Problem.objects.filter(visit=visit).update(visit=same)
            visit.delete()
    Visit.objects.filter(company=act.source).update(company=act.into)


@rule("events.ExposureAlert.supplier", "events.ExposureAlert.buyer")
def move_alerts(act: Merge) -> None:
    """Of two standing alerts about the same pair the older stays; the night reckons the share anew."""
    for side, other in (("supplier", "buyer"), ("buyer", "supplier")):
        standing = ExposureAlert.objects.standing()
        held = {getattr(a, f"{other}_id"): a for a in standing.filter(**{side: act.into})}
        for alert in standing.filter(**{side: act.source}):
            same = held.get(getattr(alert, f"{other}_id"))
            if same is not None:
                younger = max(alert, same, key=lambda each: (each.begun_on, each.pk))
                younger.ended_on = younger.begun_on
                younger.save(update_fields=["ended_on"])
        ExposureAlert.objects.filter(**{side: act.source}).update(**{side: act.into})
