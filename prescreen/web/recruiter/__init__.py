"""Recruiters' pages, one module a page or form."""

from prescreen.web.recruiter import exports, numbers, person, signing_in, work_list
from prescreen.web.recruiter.blueprint import pages

__all__ = ["exports", "numbers", "pages", "person", "signing_in", "work_list"]
