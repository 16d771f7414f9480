"""The domain: what an answer means, what a criterion permits, what to ask next.

Pure Python. It knows no web, no database, no files and no clock: the day of an assessment is an argument.
"""
