"""What people change about their own accounts: the password, and how word of new referrals comes."""

from datetime import datetime

from prescreen.storage import Session, recruiters, sessions
from prescreen.storage.audit import Action
from prescreen.storage.recruiters import News
from prescreen.workflow.account_trail import record_own
from prescreen.workflow.sessions import SignedIn


def change_password(session: Session, signed_in: SignedIn, password_hash: str, now: datetime) -> None:
    """Replace the password, of which the hash is given, and end all other sessions."""
    recruiter_id = signed_in.recruiter.id
    recruiters.set_password(session, recruiter_id, password_hash)
    sessions.end_of_recruiter(session, recruiter_id, now, keep=signed_in.session.id)
    record_own(session, Action.PASSWORD_CHANGED, recruiter_id, now)


def choose_news(session: Session, signed_in: SignedIn, news: News, now: datetime) -> None:
    """Say how word of new referrals is to come."""
    # Who wanted none is not told afterwards of what came meanwhile.
    told_at = now if signed_in.recruiter.news is News.OFF else None
    recruiters.set_news(session, signed_in.recruiter.id, news, told_at)
    record_own(session, Action.NEWS_CHOSEN, signed_in.recruiter.id, now, news=news.value)
