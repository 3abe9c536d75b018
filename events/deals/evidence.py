"""Supporting documents: the scan or photo behind a deal, known by its content and not by its name."""

import hashlib
from dataclasses import dataclass

from django.core.files import File
from django.db import IntegrityError
from django.utils.translation import gettext_lazy as _

from accounts.audit import acting
from accounts.models import User
from accounts.refusals import Refused
from events.deals.doubles import list_doubles
from events.deals.rights import require_oversight, require_recorder
from events.deals.versions import locked
from events.models import Deal, Evidence

LARGEST = 15 * 1024 * 1024
"""Bytes of the largest file."""


class EvidenceRefused(Refused):
    """The file is empty, too large, of another type, or was added before."""


@dataclass(frozen=True)
class Kind:
    """A type of file that counts as a document."""

    content_type: str
    ending: str


PDF = Kind("application/pdf", ".pdf")
JPEG = Kind("image/jpeg", ".jpg")
PNG = Kind("image/png", ".png")
WEBP = Kind("image/webp", ".webp")
HEIC = Kind("image/heic", ".heic")
_HEIC_BRANDS = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"}
ACCEPTED = ",".join(kind.content_type for kind in (PDF, JPEG, PNG, WEBP, HEIC))
"""For the ``accept`` attribute of a file field."""


def kind_of(head: bytes) -> Kind | None:
    """The type by the first sixteen bytes; None for anything that is not accepted.

    Signatures: ISO 32000-1 (PDF), ITU T.81 (JPEG), ISO 15948 (PNG), RFC 9649 (WebP), ISO 23008-12 (HEIC).
    """
    if head.startswith(b"%PDF-"):
        return PDF
    if head.startswith(b"\xff\xd8\xff"):
        return JPEG
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return PNG
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return WEBP
    if head[4:8] == b"ftyp" and head[8:12] in _HEIC_BRANDS:
        return HEIC
    return None


def add(deal: Deal, file: "File[bytes]", *, by: User) -> Evidence:
    """Keep a file as supporting document of a deal, under a name of ours.

    :raises NotAllowed: no permission to record, or a deal of others.
    :raises EvidenceRefused: empty, larger than ``LARGEST``, not a document by its content, or added before.
    """
    require_recorder(by)
    require_oversight(by, deal)
    kind = checked(file)
    digest = digest_of(file)
    if deal.evidence.filter(sha256=digest).exists():
        raise EvidenceRefused(_("This file is already among the deal's documents."))
    evidence = Evidence(deal=deal, sha256=digest, content_type=kind.content_type, size=file.size, added_by=by)
    evidence.file.save(f"document{kind.ending}", file, save=False)
    try:
        with acting(by):
            locked(deal)
            evidence.save()
            list_doubles(deal)
    except IntegrityError:
        evidence.file.delete(save=False)
        raise EvidenceRefused(_("This file is already among the deal's documents.")) from None
    except Refused:
        evidence.file.delete(save=False)
        raise
    return evidence


def checked(file: "File[bytes]") -> Kind:
    """The file's type.

    :raises EvidenceRefused: empty, too large or of another type.
    """
    if not file.size:
        raise EvidenceRefused(_("This file is empty."))
    if file.size > LARGEST:
        raise EvidenceRefused(_("This file is larger than 15 MB: scan it smaller."))
    file.seek(0)
    kind = kind_of(file.read(16))
    if kind is None:
        raise EvidenceRefused(_("This is not a PDF, JPEG, PNG, WebP or HEIC file."))
    return kind


def digest_of(file: "File[bytes]") -> str:
    """The digest of the whole content; the file stands at its beginning afterwards."""
    file.seek(0)
    digest = hashlib.sha256()
    while part := file.read(1 << 16):
        digest.update(part)
    file.seek(0)
    return digest.hexdigest()
