"""One trial, many people: the compiler from a rule to an expression over columns, one row a person.

It depends on no engine. A small dialect object makes the columns, whose `&`, `|` and `~` must be Kleene's with null for
unknown, as those of polars, Spark and SQL are. Numbers are whole numbers of a question's finest step (`scale_of`), so
that no engine rounds; the code that fills the columns leaves out people whose numbers are finer.
"""

from prescreen.eligibility.cohort.column_dialect import Column, Dialect, Expression
from prescreen.eligibility.cohort.column_layout import OPTIONS_A_COLUMN, columns_of, day_column, greatest, scale_of
from prescreen.eligibility.cohort.rule_compiler import Judging, TooFineError, judging

__all__ = [
    "OPTIONS_A_COLUMN",
    "Column",
    "Dialect",
    "Expression",
    "Judging",
    "TooFineError",
    "columns_of",
    "day_column",
    "greatest",
    "judging",
    "scale_of",
]
