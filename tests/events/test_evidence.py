import hashlib

import pytest
from django.core.files.base import ContentFile

from events.deals import evidence
from events.deals.evidence import EvidenceRefused, add
from events.deals.rights import NotAllowed
from events.models import Deal
from tests.events.conftest import District
from tests.factories.events import PDF, make_deal

JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00rest"
PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"
WEBP = b"RIFF\x24\x00\x00\x00WEBPVP8 "
HEIC = b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1"


@pytest.fixture
def deal(district: District) -> Deal:
    return make_deal(district.buyer, district.supplier, stage="signed", counting_division=district.division)


@pytest.mark.parametrize(
    ("content", "content_type", "ending"),
    [
        (PDF, "application/pdf", ".pdf"),
        (JPEG, "image/jpeg", ".jpg"),
        (PNG, "image/png", ".png"),
        (WEBP, "image/webp", ".webp"),
        (HEIC, "image/heic", ".heic"),
    ],
)
def test_document_is_known_by_its_content(
    district: District, deal: Deal, content: bytes, content_type: str, ending: str
) -> None:
    kept = add(deal, ContentFile(content, "invoice.exe"), by=district.officer)
    assert (kept.content_type, kept.size) == (content_type, len(content))
    assert kept.sha256 == hashlib.sha256(content).hexdigest()
    assert str(kept.file.name).endswith(ending)
    assert "invoice" not in str(kept.file.name)
    with kept.file.open("rb") as file:
        assert file.read() == content


@pytest.mark.parametrize(
    "content",
    [b"", b"MZ\x90\x00", b"<html><script>", b"RIFF\x24\x00\x00\x00WAVE", b"\x00\x00\x00\x18ftypmp42"],
)
def test_other_content_is_refused_whatever_its_name(district: District, deal: Deal, content: bytes) -> None:
    with pytest.raises(EvidenceRefused):
        add(deal, ContentFile(content, "scan.pdf"), by=district.officer)
    assert deal.evidence.count() == 0


def test_file_that_is_too_large_is_refused(
    district: District, deal: Deal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(evidence, "LARGEST", len(PDF) - 1)
    with pytest.raises(EvidenceRefused):
        add(deal, ContentFile(PDF, "scan.pdf"), by=district.officer)


def test_same_file_is_kept_once_a_deal(district: District, deal: Deal) -> None:
    add(deal, ContentFile(PDF, "scan.pdf"), by=district.officer)
    with pytest.raises(EvidenceRefused):
        add(deal, ContentFile(PDF, "again.pdf"), by=district.verifier)


@pytest.mark.parametrize("person", ["seller", "stranger"])
def test_stranger_adds_no_document(district: District, deal: Deal, person: str) -> None:
    with pytest.raises(NotAllowed):
        add(deal, ContentFile(PDF, "scan.pdf"), by=getattr(district, person))
