"""What the law and people expect to be told: the privacy notice with its cookies, and the accessibility statement.

Each sentence stands in a table over what the code does, so that a purpose, cookie, role or table without one is found.
"""
