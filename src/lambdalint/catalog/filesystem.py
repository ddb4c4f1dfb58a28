"""Calls that write to the file system, where the path stands, and which paths can be written on Lambda (LMB602).

https://docs.aws.amazon.com/lambda/latest/dg/configuration-ephemeral-storage.html and
https://docs.aws.amazon.com/lambda/latest/dg/configuration-filesystem.html; signatures from
https://docs.python.org/3/library/ and the libraries' own pages, read on `CHECKED`.
"""

from __future__ import annotations

import posixpath
import re
from typing import NamedTuple

from lambdalint.catalog.terms import terms

CHECKED = "2026-11-25"


class Write(NamedTuple):
    """A call that writes to a path.

    `position` and `keyword` name the path.  `mode` is the (position, keyword) of a mode without which the call only
    reads, None when it always writes.
    """

    path: str
    position: int
    keyword: str
    mode: tuple[int, str] | None
    source: str


_STDLIB = "https://docs.python.org/3/library/"


def _rows(
    source: str, position: int, keyword: str, paths: str, mode: tuple[int, str] | None = None
) -> tuple[Write, ...]:
    return tuple(Write(path, position, keyword, mode, source) for path in paths.split())


_WRITES = (
    *_rows(_STDLIB + "functions.html#open", 0, "file", "open io.open", (1, "mode")),
    *_rows(
        _STDLIB + "codecs.html", 0, "filename", "codecs.open gzip.open bz2.open lzma.open gzip.GzipFile", (1, "mode")
    ),
    *_rows(_STDLIB + "tarfile.html", 0, "name", "tarfile.open", (1, "mode")),
    *_rows(_STDLIB + "zipfile.html", 0, "file", "zipfile.ZipFile", (1, "mode")),
    *_rows(_STDLIB + "zipfile.html", 0, "path", "zipfile.ZipFile().extractall tarfile.open().extractall"),
    *_rows(_STDLIB + "os.html", 0, "path", "os.mkdir"),
    *_rows(_STDLIB + "os.html", 0, "name", "os.makedirs"),
    *_rows(_STDLIB + "os.html", 1, "dst", "os.rename os.replace os.symlink os.link"),
    *_rows(_STDLIB + "shutil.html", 1, "dst", "shutil.copy shutil.copy2 shutil.copyfile shutil.copytree shutil.move"),
    *_rows(_STDLIB + "shutil.html", 0, "base_name", "shutil.make_archive"),
    *_rows(_STDLIB + "shutil.html", 1, "extract_dir", "shutil.unpack_archive"),
    *_rows(
        _STDLIB + "logging.handlers.html",
        0,
        "filename",
        """logging.FileHandler logging.handlers.RotatingFileHandler logging.handlers.TimedRotatingFileHandler
        logging.handlers.WatchedFileHandler""",
    ),
    *_rows(_STDLIB + "sqlite3.html", 0, "database", "sqlite3.connect"),
    *_rows(_STDLIB + "shelve.html", 0, "filename", "shelve.open"),
    *_rows(_STDLIB + "urllib.request.html", 1, "filename", "urllib.request.urlretrieve"),
    *_rows("https://numpy.org/doc/stable/reference/routines.io.html", 0, "file", "numpy.save numpy.savez"),
    *_rows("https://numpy.org/doc/stable/reference/routines.io.html", 0, "file", "numpy.savez_compressed"),
    *_rows("https://numpy.org/doc/stable/reference/routines.io.html", 0, "fname", "numpy.savetxt"),
    *_rows("https://joblib.readthedocs.io/en/stable/generated/joblib.dump.html", 1, "filename", "joblib.dump"),
)
WRITES: dict[str, Write] = {row.path: row for row in _WRITES}

# Methods of pathlib.Path that write to it; `open` by its mode.  https://docs.python.org/3/library/pathlib.html
PATH_CONSTRUCTORS: frozenset[str] = terms("pathlib.Path pathlib.PosixPath")
PATH_WRITE_METHODS: frozenset[str] = terms("write_text write_bytes mkdir touch symlink_to hardlink_to")
PATH_OPEN_METHOD = "open"

# Methods that write to a path whatever their object is: name to (position, keyword).
# https://pandas.pydata.org/docs/reference/io.html and https://matplotlib.org/stable/api/_as_gen/matplotlib.pyplot.savefig.html
WRITE_METHODS: dict[str, tuple[int, str]] = {
    "to_csv": (0, "path_or_buf"),
    "to_parquet": (0, "path"),
    "to_excel": (0, "excel_writer"),
    "to_pickle": (0, "path"),
    "to_feather": (0, "path"),
    "to_hdf": (0, "path_or_buf"),
    "savefig": (0, "fname"),
}
# Downloads of boto3's S3 client, bucket and object.
# https://boto3.amazonaws.com/v1/documentation/api/latest/guide/s3-example-download-file.html
DOWNLOAD_METHOD = "download_file"
DOWNLOAD_KEYWORD = "Filename"
DOWNLOAD_POSITIONS: dict[str, int] = {"client": 2, "bucket": 1, "object": 0}

# https://docs.python.org/3/library/tempfile.html: all of them choose /tmp.
TEMPORARY_CALLS: frozenset[str] = terms(
    "tempfile.gettempdir tempfile.mkdtemp tempfile.mkstemp tempfile.mktemp tempfile.NamedTemporaryFile",
    "tempfile.TemporaryDirectory tempfile.TemporaryFile tempfile.SpooledTemporaryFile",
)

# Calls and methods that remove a path, or move it away.  https://docs.python.org/3/library/os.html, .../shutil.html
REMOVALS: frozenset[str] = terms(
    "os.remove os.unlink os.rename os.replace os.removedirs os.rmdir shutil.rmtree shutil.move os.system",
    "subprocess.run subprocess.call subprocess.check_call subprocess.check_output subprocess.Popen",
)
REMOVAL_METHODS: frozenset[str] = terms("unlink rename replace rmtree")
# Questions after a path.  https://docs.python.org/3/library/os.path.html and https://docs.python.org/3/library/pathlib.html
EXISTENCE_CALLS: frozenset[str] = terms(
    "os.path.exists os.path.isfile os.path.isdir os.path.getsize os.stat os.listdir"
)
EXISTENCE_METHODS: frozenset[str] = terms("exists is_file is_dir")

_WRITABLE_ROOTS = ("/tmp", "/mnt", "/dev", "/proc/self/fd")
_NO_FILES = terms(":memory:")


def writes(mode: str) -> bool:
    """Whether an open mode writes: "w", "ab", "r+", "x:gz"."""
    return any(letter in mode for letter in "wax+")


def is_outside(path: str) -> bool:
    """Whether a literal path certainly lies where Lambda cannot write: relative, or outside /tmp and /mnt.

    URLs, SQLite's in-memory names and devices are not outside; an empty path says nothing.
    """
    if not path or path in _NO_FILES or "://" in path or path.startswith("file:"):
        return False
    normal = _normal(path)
    return not any(normal == root or normal.startswith(root + "/") for root in _WRITABLE_ROOTS)


def is_fixed_temporary(path: str) -> bool:
    """Whether a literal path names a file under /tmp, which the next invocation finds again."""
    return _normal(path).startswith("/tmp/") if path else False


def _normal(path: str) -> str:
    """The path without dots and doubled slashes; two leading ones mean one on Linux."""
    return posixpath.normpath(re.sub("^/+", "/", path))
