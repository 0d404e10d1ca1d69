"""Tables from ESCO's and O*NET's own downloads."""

from .files import DownloadError
from .imports import Imported, import_table

__all__ = ["DownloadError", "Imported", "import_table"]
