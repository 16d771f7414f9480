"""Search for people by name or e-mail, over keyed hashes: equal words match, and none can be read."""

import re
import unicodedata
from collections.abc import Collection, Iterable, Sequence
from uuid import UUID

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session, aliased

from prescreen.storage.accounts.recruiters import Assignment
from prescreen.storage.base.keys import Keys
from prescreen.storage.participants.contacts import Contact
from prescreen.storage.referrals.states import states_where
from prescreen.storage.tables import Lead, Referral, SearchToken
from prescreen.storage.worklist.partitions import within

# Letters of their own, which Unicode does not decompose into a base letter and an accent.
_ONE_SIGN = str.maketrans(
    {"ø": "o", "đ": "d", "ð": "d", "ł": "l", "ħ": "h", "\u0131": "i", "æ": "ae", "œ": "oe", "þ": "th", "\u2019": "'"}
)
_INSIDE = re.compile(r"(?<=\w)['\u02bc`](?=\w)")
_WORD = re.compile(r"[^\W_]+")
_HIDDEN = frozenset(state.value for state in states_where(lambda one: one.hides_identity))


def folded(text: str) -> str:
    """Return a text without differences of case, accents and character width.

    >>> folded("Łucja Müller-Straße"), folded("JOSÉ")
    ('lucja muller-strasse', 'jose')
    """
    apart = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", text).casefold())
    bare = "".join(sign for sign in apart if not unicodedata.combining(sign))
    return unicodedata.normalize("NFKC", bare.translate(_ONE_SIGN))


def words_of(name: str) -> list[str]:
    """Return the words of a name, without duplicates.

    >>> words_of("Anne-Marie O’Brien, Anne")
    ['anne', 'marie', 'obrien']
    """
    return list(dict.fromkeys(_WORD.findall(_INSIDE.sub("", folded(name)))))


def tokens_of(keys: Keys, contact: Contact) -> set[bytes]:
    """Return the search tokens of a person: each word of the name, and the whole e-mail address."""
    addresses = {token_of_email(keys, contact.email)} if contact.email else set()
    return addresses.union(tokens_of_words(keys, words_of(contact.name)))


def tokens_of_words(keys: Keys, words: Iterable[str]) -> list[bytes]:
    """Return the tokens of words of a name."""
    return [keys.search_token("word", word) for word in words]


def token_of_email(keys: Keys, email: str) -> bytes:
    """Return the token of an e-mail address, whatever its spelling."""
    return keys.search_token("e-mail", unicodedata.normalize("NFKC", email).strip().casefold())


def add(session: Session, lead_id: UUID, tokens: Collection[bytes]) -> None:
    """Store the tokens that a person is found by."""
    rows = [{"token": token, "lead_id": lead_id} for token in sorted(tokens)]
    if rows:
        session.execute(insert(SearchToken), rows)


def erase(session: Session, lead_id: UUID) -> bool:
    """Delete a person's tokens; return whether there were any."""
    erased = session.execute(delete(SearchToken).where(SearchToken.lead_id == lead_id).returning(SearchToken.token))
    return bool(erased.all())


def renew(session: Session, keys: Keys, lead_id: UUID, contact: Contact) -> None:
    """Replace a person's tokens after a change of details; a person without tokens stays without."""
    if erase(session, lead_id):
        add(session, lead_id, tokens_of(keys, contact))


def with_tokens(session: Session, tokens: Sequence[bytes], scope: Sequence[Assignment], limit: int) -> list[UUID]:
    """Return the referrals of people who have all of these tokens, newest people first; none without tokens.

    Only referrals to these trials and sites whose team may learn who the person is.
    """
    if not tokens:
        return []
    each = [aliased(SearchToken) for _ in tokens]
    query = select(Referral.id).join_from(each[0], Referral, Referral.lead_id == each[0].lead_id)
    for other in each[1:]:
        query = query.join(other, other.lead_id == each[0].lead_id)
    query = query.where(*(one.token == token for one, token in zip(each, tokens, strict=True)))
    query = query.where(within(scope), Referral.state.not_in(_HIDDEN))
    return list(session.scalars(query.order_by(each[0].lead_id.desc(), Referral.id.desc()).limit(limit)))


def with_reference(session: Session, reference: str, scope: Sequence[Assignment], limit: int) -> list[UUID]:
    """Return the referrals of the person with this reference to these trials and sites, withdrawn ones included."""
    query = select(Referral.id).join(Lead, Lead.id == Referral.lead_id).where(Lead.reference == reference)
    return list(session.scalars(query.where(within(scope)).order_by(Referral.id.desc()).limit(limit)))
