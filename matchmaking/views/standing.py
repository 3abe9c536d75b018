"""Why not me? Where a firm stands for a need, what keeps it out, and what to do next."""

from collections.abc import Callable
from dataclasses import dataclass

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts import posted
from companies.models import Company, SourcingNeed
from companies.models.company_queries import CompanyQuerySet
from matchmaking.engine.standing import Gain, Hurdle, Point, standing_of
from matchmaking.engine.suggestions import Suggestion
from matchmaking.engine.wording import word
from matchmaking.models import Match


@dataclass(frozen=True)
class Advice:
    """One thing that keeps a firm out or down, and the page where it is mended."""

    text: str
    url: str = ""
    action: str = ""


def _firms(request: HttpRequest, need: SourcingNeed) -> CompanyQuerySet:
    """Suppliers for which the viewer acts or answers."""
    mine = Company.objects.current().suppliers().editable_by(request.user)
    return mine.exclude(pk=need.buyer_id).order_by("pk")


@login_required
def standing(request: HttpRequest, pk: int) -> HttpResponse:
    """Where one of the viewer's firms stands for a need that it may see."""
    need = get_object_or_404(SourcingNeed.objects.visible_to(request.user), pk=pk)
    if need.state not in SourcingNeed.PUBLISHED_STATES:
        raise Http404
    firms = _firms(request, need)
    key = posted.key(request.GET, "company")
    company = get_object_or_404(firms, pk=key) if key else _first_own(request, firms)
    found = standing_of(company, need)
    schemes = {scheme.code: str(scheme) for scheme in need.required_certifications.all()}
    match = Match.objects.visible_to(request.user).filter(need=need, supplier=company).first()
    return render(
        request,
        "matchmaking/standing.html",
        {
            "need": need,
            "company": company,
            "firms": list(firms.represented_by(request.user)[:10]),
            "standing": found,
            "hurdles": [_hurdle(point, company, schemes) for point in found.hurdles],
            "gains": [_gain(point, company, found.suggestion, schemes) for point in found.gains],
            "reasons": word([found.suggestion])[0].sentences if found.suggestion else (),
            "match": match,
        },
    )


def _first_own(request: HttpRequest, firms: CompanyQuerySet) -> Company:
    own = firms.represented_by(request.user).first()
    if own is None:
        raise Http404
    return own


def _hurdle(point: Point, company: Company, schemes: dict[str, str]) -> Advice:
    profile = reverse("portal:company-edit", args=[company.pk])
    offering = reverse("portal:offering-add", args=[company.pk])
    certificate = reverse("portal:certification-add", args=[company.pk])
    # Translators: what stands between the items of a list
    listed = _(", ").join(schemes.get(code, code) for code in point.value)
    sentences: dict[str, Callable[[], Advice]] = {
        Hurdle.NOT_OPEN: lambda: Advice(
            _("This need is no longer open."), reverse("needs:need-list"), _("Browse open needs")
        ),
        Hurdle.NOT_VERIFIED: lambda: Advice(
            _("The company waits for verification; only verified companies are suggested."),
            profile,
            _("Complete the profile"),
        ),
        Hurdle.REFUSED: lambda: Advice(
            _("The company's verification was refused. The profile says why."),
            profile,
            _("Correct the profile and ask again"),
        ),
        Hurdle.NO_OFFERING: lambda: Advice(
            _("The company has described no offering, so no need can find it."),
            offering,
            _("Describe an offering"),
        ),
        Hurdle.NOT_READ: lambda: Advice(
            _("The company's offerings are being read; they come into question within a few minutes.")
        ),
        Hurdle.CERTIFICATE: lambda: Advice(
            _("The need demands a certificate that the profile does not show: %(schemes)s.")
            % {"schemes": listed},
            certificate,
            _("Add the certificate"),
        ),
        Hurdle.EXPIRED: lambda: Advice(
            _("A certificate that the need demands has run out: %(schemes)s.") % {"schemes": listed},
            certificate,
            _("Add the new certificate"),
        ),
        Hurdle.OTHER_PRODUCT: lambda: Advice(
            _("The company's offerings describe other products than this need asks for."),
            offering,
            _("Describe an offering"),
        ),
    }
    return sentences[point.code]()


def _gain(point: Point, company: Company, suggestion: Suggestion | None, schemes: dict[str, str]) -> Advice:
    profile = reverse("portal:company-edit", args=[company.pk])
    edit = reverse("portal:offering-edit", args=[suggestion.offering.pk]) if suggestion else profile
    improve = _("Improve the offering")
    # Translators: what stands between the items of a list
    listed = _(", ").join(schemes.get(value, value) for value in point.value)
    sentences: dict[str, Callable[[], Advice]] = {
        Gain.WORDS: lambda: Advice(
            _("No offering says these words of the need: %(words)s. Add them where they are true.")
            % {"words": listed},
            edit,
            improve,
        ),
        Gain.NODE: lambda: Advice(
            _("The need lies on the chain node %(node)s; the offering does not.") % {"node": listed},
            edit,
            improve,
        ),
        Gain.SECTOR: lambda: Advice(
            _("The need is of the sector %(sector)s; the offering is not.") % {"sector": listed},
            edit,
            improve,
        ),
        Gain.CAPACITY: lambda: Advice(
            _("The need names a quantity; the offering states no spare capacity in %(unit)s.")
            % {"unit": listed},
            edit,
            _("State the spare capacity"),
        ),
        Gain.LEAD_TIME: lambda: Advice(
            _("The need names a date of delivery; the offering states no lead time."),
            edit,
            _("State the lead time"),
        ),
        Gain.UNVERIFIED: lambda: Advice(
            _("Nobody has checked this certificate yet: %(schemes)s. A scan lets an official verify it.")
            % {"schemes": listed},
            profile,
            _("Add a scan"),
        ),
        Gain.OLD_PROFILE: lambda: Advice(
            _("The profile was not confirmed for a long time."), profile, _("Confirm the profile")
        ),
    }
    return sentences[point.code]()
