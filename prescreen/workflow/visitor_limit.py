"""The limit on posts of one network: it holds over all processes that use one database."""

import threading
import time
from collections import OrderedDict, deque
from pathlib import Path

from prescreen.config import RateLimit
from prescreen.storage import Transactions
from prescreen.storage.base.keys import Keys
from prescreen.storage.operations.visitor_posts import Allowed, CannotCountError, Posts, posts_of

ALONE_SECONDS = 5.0
"""How long a process counts by itself where it could not count with the others."""
FORGET_EVERY_SECONDS = 60.0
_MOST_NETWORKS = 50_000


class VisitorLimit:
    """Counts posts per network, keyed by an HMAC, so that no address is kept in clear.

    Processes on one PostgreSQL count in it, those on SQLite in a file beside it. While that fails, each counts by
    itself: answers are posted without a database, and go on without it.
    """

    def __init__(self, limit: RateLimit, keys: Keys, database: Transactions, folder: Path) -> None:
        """Prepare a limit; `folder`: where processes on SQLite count together."""
        self._allowed, self._keys = Allowed(limit.count, limit.seconds), keys
        self._database, self._folder = database, folder
        self._posts: Posts | None = None
        self._alone = OwnPosts()
        self._refused_until: dict[bytes, float] = {}
        self._lock = threading.Lock()
        self._together_at = self._forget_at = 0.0

    def wait(self, network: str) -> int:
        """Count one post and return 0; over the limit, return the seconds to wait instead."""
        who, moment = self._keys.index_of_address("visitor", network), time.monotonic()
        seconds = self._refused_until.get(who, 0.0) - moment
        if seconds <= 0:
            seconds = self._counted(who, moment)
        return int(seconds) + 1 if seconds > 0 else 0

    def _counted(self, who: bytes, moment: float) -> float:
        try:
            seconds = self._together(moment).count(who, self._allowed, moment)
        except CannotCountError:
            self._together_at = max(self._together_at, moment + ALONE_SECONDS)
            seconds = self._alone.count(who, self._allowed, moment)
        if seconds > 0:
            self._note_refused(who, moment + seconds)
        return seconds

    def _note_refused(self, who: bytes, until: float) -> None:
        """Note until when a network is refused by the count of all: a flood must not be one for the database too."""
        with self._lock:
            if len(self._refused_until) >= _MOST_NETWORKS:
                self._refused_until.clear()
            self._refused_until[who] = until

    def _together(self, moment: float) -> Posts:
        """Return where all count. Raise CannotCountError for some seconds after that failed."""
        if moment < self._together_at:
            raise CannotCountError
        with self._lock:
            if self._posts is None:
                self._posts = posts_of(self._database, self._folder)
            is_due = moment >= self._forget_at
            self._forget_at = moment + FORGET_EVERY_SECONDS if is_due else self._forget_at
        if is_due:
            self._posts.forget(self._allowed, moment)
        return self._posts


class OwnPosts:
    """Posts counted in this process. When there are too many networks, the least recently active is forgotten."""

    def __init__(self) -> None:
        self._posts: OrderedDict[bytes, deque[float]] = OrderedDict()
        self._lock = threading.Lock()

    def count(self, network: bytes, allowed: Allowed, moment: float) -> float:
        """Count one post and return 0; over the limit, return the seconds to wait instead."""
        with self._lock:
            posts = self._posts.setdefault(network, deque())
            self._posts.move_to_end(network)
            if len(self._posts) > _MOST_NETWORKS:
                self._posts.popitem(last=False)
            while posts and posts[0] <= moment - allowed.seconds:
                posts.popleft()
            if len(posts) >= allowed.count:
                return posts[0] + allowed.seconds - moment
            posts.append(moment)
            return 0.0
