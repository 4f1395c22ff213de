"""Pictures as small as a line drawing may be, for what is kept under version control."""

from __future__ import annotations

from io import BytesIO

from PIL import Image

COLOURS = 64
"""Of a picture: a line drawing needs no more, and is a third as large with them."""


def lightened(png: bytes, width: int | None = None) -> bytes:
    """Return a PNG with a palette of its own, at most `width` pixels wide."""
    picture = Image.open(BytesIO(png)).convert("RGB")
    if width is not None and picture.width > width:
        picture = picture.resize((width, round(picture.height * width / picture.width)), Image.Resampling.LANCZOS)
    written = BytesIO()
    picture.quantize(COLOURS, dither=Image.Dither.NONE).save(written, "png", optimize=True)
    return written.getvalue()
