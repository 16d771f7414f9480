"""How many examples hypothesis tries. The same ones every time, so that a run says something about the change alone.

To look longer and elsewhere: pytest tests/eligibility/properties --hypothesis-profile=long
"""

from hypothesis import HealthCheck, settings

_SLOW = [HealthCheck.too_slow, HealthCheck.filter_too_much]

settings.register_profile("steady", max_examples=200, derandomize=True, deadline=None, suppress_health_check=_SLOW)
settings.register_profile("long", max_examples=5000, deadline=None, suppress_health_check=_SLOW)

if settings.get_current_profile_name() != "long":
    settings.load_profile("steady")
