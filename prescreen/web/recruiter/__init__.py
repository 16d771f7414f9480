"""Recruiters' pages, one module a page or form."""

from prescreen.web.recruiter import exports, person, signing_in, trail, work_list
from prescreen.web.recruiter.blueprint import pages

__all__ = ["exports", "pages", "person", "signing_in", "trail", "work_list"]
