"""What people can do: one function is one action.

Most functions take an open writing session: the caller's `with database.writing() as session:` is the transaction, and
"saved" may be said only after it. The two that must not hold a transaction throughout take the database instead:
signing in (hashing a password is slow on purpose) and exporting (a long stream).
"""
