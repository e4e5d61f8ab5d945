"""Verses of the King James Bible, out of the file that Debian's `bible` reads: windows, each compressed as compress(1) does."""
import re
import struct
import subprocess
from pathlib import Path

COUNT_AT = 0x58
MAGIC = b"\x1f\x9d\x90"
VERSE = re.compile(r"^[0-9]?[A-Z][A-Za-z]*[0-9]+:[0-9]+ (.+)$")
LEAST, MOST = 60, 400


def read(path):
    return verses(text(path))


def text(path):
    """The whole of it, a verse a line."""
    data = Path(path).read_bytes()
    (windows,) = struct.unpack_from(">I", data, COUNT_AT)
    # The offsets point behind the three bytes that such a stream begins with.
    bounds = struct.unpack_from(f">{windows + 1}I", data, COUNT_AT + 4)
    # Python's own library has no LZW; Debian is never without gzip.
    return b"".join(
        subprocess.run(["gzip", "-dc"], input=MAGIC + data[start:end], capture_output=True, check=True).stdout
        for start, end in zip(bounds, bounds[1:])).decode("latin-1")


def verses(text):
    found = (VERSE.match(line) for line in text.splitlines())
    return [match[1] for match in found if match and LEAST <= len(match[1]) <= MOST]
