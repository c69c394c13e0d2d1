"""Zip archives, of which Word files and EPUBs are made: opened with care, their XML too."""

import io
import zipfile
import zlib
from typing import Any

from index.errors import SourceError

_MOST_BYTES = 200_000_000  # unpacked
_MOST_FILES = 10_000


def open_archive(data: bytes, what: str) -> zipfile.ZipFile:
    """An archive that is not damaged at first sight and unpacks to a reasonable size.

    Raises SourceError for any other; `what` names the format.
    """
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError, EOFError) as error:
        raise SourceError(
            f"it is damaged or not {what}: not a zip archive; fetch it anew"
        ) from error
    # zipfile reads no more of a file than is declared here
    size = sum(info.file_size for info in archive.infolist())
    if size > _MOST_BYTES or len(archive.infolist()) > _MOST_FILES:
        raise SourceError(
            f"it unpacks to {size:,} bytes in {len(archive.infolist()):,} files; at most "
            f"{_MOST_BYTES:,} bytes in {_MOST_FILES:,} files are read"
        )
    return archive


def member(archive: zipfile.ZipFile, name: str) -> bytes:
    """A file of the archive. Raises SourceError when it is missing, damaged or encrypted."""
    try:
        return archive.read(name)
    except KeyError as error:
        raise SourceError(f"it is damaged: {name} is missing") from error
    except RuntimeError as error:  # zipfile's word for a password
        raise SourceError("it is encrypted; save a copy without a password") from error
    except (zipfile.BadZipFile, zlib.error, OSError, EOFError, ValueError) as error:
        raise SourceError(f"it is damaged: {name} cannot be unpacked; fetch it anew") from error


def xml_member(archive: zipfile.ZipFile, name: str) -> bytes:
    """An XML file of the archive. Raises SourceError as `member` does, and where the file declares
    entities, which no writer of documents does, but those who make a few bytes expand to billions.
    """
    data = member(archive, name)
    if b"<!ENTITY" in data:
        raise SourceError(f"{name} declares XML entities, which are not read; save it anew")
    return data


def parse_xml(archive: zipfile.ZipFile, name: str) -> Any:
    """The root of an XML file of the archive, mended where it is broken; nothing that it refers to
    is fetched. Raises SourceError as `xml_member` does, and when there is no XML in it."""
    from lxml import etree

    data = xml_member(archive, name)
    parser = etree.XMLParser(resolve_entities=False, no_network=True, recover=True, huge_tree=False)
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise SourceError(f"it is damaged: {name} is not XML") from error
    if root is None:
        raise SourceError(f"it is damaged: {name} is not XML")
    return root
