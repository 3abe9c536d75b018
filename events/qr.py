"""QR codes as images that the Content-Security-Policy allows, and the address that a badge's code holds."""

import segno
from django.http import HttpRequest
from django.urls import reverse

from events.models import Registration


def as_image(content: str) -> str:
    """A ``data:`` address of an SVG with the QR code of the content, dark on white, for ``<img src>``."""
    return str(segno.make(content, error="m").svg_data_uri(scale=4, border=2, light="#fff"))


def badge_address(registration: Registration, request: HttpRequest) -> str:
    """What a badge's QR holds: an address that leads whoever runs the event to the check-in of this badge.

    It names no language: any phone's scanner opens it in the language of that phone.
    """
    path = reverse("floor:badge", args=[registration.badge_code])
    return request.build_absolute_uri("/" + path.split("/", 2)[2])
