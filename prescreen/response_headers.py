"""The headers that every response carries, whoever writes it: a page, a file, the server itself.

A module of its own: pages and the server stand beside each other, and neither may import the other.
"""

OUTSIDE = "https://www.weather.gov"
"""The target of the quick exit: a page of a public service that raises no suspicion."""

ALWAYS = {
    "Content-Security-Policy": (
        # Browsers hold a form's redirects to form-action too. Scanners look for object-src by name.
        f"default-src 'none'; style-src 'self'; img-src 'self' data:; script-src 'self'; form-action 'self' {OUTSIDE}; "
        "object-src 'none'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    # Not "no-referrer": with it browsers send our own forms with the origin "null".
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
_A_YEAR = "max-age=31536000"


Headers = tuple[tuple[str, str], ...]


def headers_of(*, https: bool, subdomains: bool = False) -> Headers:
    """Return the headers of every response; behind TLS also what keeps browsers to it for a year.

    >>> headers_of(https=True, subdomains=True)[-1]
    ('Strict-Transport-Security', 'max-age=31536000; includeSubDomains')
    """
    kept = f"{_A_YEAR}; includeSubDomains" if subdomains else _A_YEAR
    return (*ALWAYS.items(), *([("Strict-Transport-Security", kept)] if https else []))
