"""Supporting documents of the demo: small PDF files that say that they are none."""

import hashlib
from dataclasses import dataclass

LINE = 22
"""Points between lines."""


@dataclass(frozen=True)
class Paper:
    """A file with its digest."""

    content: bytes
    sha256: str

    @property
    def name(self) -> str:
        """Where it is stored: known by its content, so that a second load writes the same file."""
        return f"evidence/{self.sha256[:32]}.pdf"


def paper(lines: list[str]) -> Paper:
    """A PDF of one page (ISO 32000-1) with the lines; Chinese is drawn with the reader's own Song font."""
    text = "".join(
        f"BT /{_font(line)} 12 Tf 60 {770 - LINE * place} Td {_encoded(line)} Tj ET\n"
        for place, line in enumerate(["DEMONSTRATION, NOT A CONTRACT", "演示文件，不是合同", "", *lines])
    )
    stream = text.encode("ascii")
    resources = b"<< /Font << /Latin 5 0 R /Song 6 0 R >> >>"
    collection = b"<< /Registry (Adobe) /Ordering (GB1) /Supplement 4 >>"
    measures = (
        b"/FontBBox [-25 -254 1000 880] /ItalicAngle 0 /Ascent 880 /Descent -120 /CapHeight 880 /StemV 93"
    )
    page = (
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources %b >>" % resources
    )
    song = b"/BaseFont /STSong-Light"
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        page,
        b"<< /Length %d >>\nstream\n%bendstream" % (len(stream), stream),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
        b"<< /Type /Font /Subtype /Type0 %b /Encoding /UniGB-UCS2-H /DescendantFonts [7 0 R] >>" % song,
        b"<< /Type /Font /Subtype /CIDFontType0 %b /CIDSystemInfo %b /FontDescriptor 8 0 R /DW 1000 >>"
        % (song, collection),
        b"<< /Type /FontDescriptor /FontName /STSong-Light /Flags 6 %b >>" % measures,
    ]
    content = _file(objects)
    return Paper(content, hashlib.sha256(content).hexdigest())


def _file(objects: list[bytes]) -> bytes:
    """The objects with their table of offsets."""
    body, offsets = b"%PDF-1.4\n", []
    for number, written in enumerate(objects, start=1):
        offsets.append(len(body))
        body += b"%d 0 obj\n%b\nendobj\n" % (number, written)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    size = len(objects) + 1
    return (
        body
        + b"xref\n0 %d\n0000000000 65535 f \n%btrailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n"
        % (
            size,
            table,
            size,
            len(body),
        )
    )


def _font(line: str) -> str:
    return "Latin" if line.isascii() else "Song"


def _encoded(line: str) -> str:
    if line.isascii():
        escaped = line.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")
        return f"({escaped})"
    return f"<{line.encode('utf-16-be').hex()}>"
