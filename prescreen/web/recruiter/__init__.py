"""Recruiters' pages, one module a page or form."""

from prescreen.web.recruiter import entering, exports, offering, person, signing_in, work_list
from prescreen.web.recruiter.blueprint import pages

__all__ = ["entering", "exports", "offering", "pages", "person", "signing_in", "work_list"]
