"""Scans that people hand in, judged by their content, never by their name."""

from django.core.exceptions import ValidationError
from django.core.files import File
from django.utils.translation import gettext_lazy as _

LARGEST = 15 * 1024 * 1024
_BEGINNINGS = {b"%PDF-": "application/pdf", b"\xff\xd8\xff": "image/jpeg", b"\x89PNG\r\n\x1a\n": "image/png"}


def content_type_of(scan: File) -> str:  # type: ignore[type-arg]  # a file of bytes
    """The type by the first bytes; empty for anything but PDF, JPEG and PNG."""
    scan.seek(0)
    beginning = scan.read(8)
    scan.seek(0)
    return next((kind for mark, kind in _BEGINNINGS.items() if beginning.startswith(mark)), "")


def check_scan(scan: File) -> None:  # type: ignore[type-arg]  # a file of bytes
    """:raises ValidationError: too large, or not a PDF, JPEG or PNG."""
    if scan.size > LARGEST:
        raise ValidationError(_("The file is larger than 15 MB; scan it with fewer dots an inch."))
    if not content_type_of(scan):
        raise ValidationError(_("Only PDF, JPEG and PNG files are accepted; this is none of them."))
