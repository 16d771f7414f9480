"""How many examples hypothesis tries; for more: pytest tests/catalog/properties --hypothesis-profile=long."""

from hypothesis import HealthCheck, settings

settings.register_profile(
    "steady", max_examples=300, derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile("long", max_examples=5000, deadline=None, suppress_health_check=[HealthCheck.too_slow])

if settings.get_current_profile_name() != "long":
    settings.load_profile("steady")
