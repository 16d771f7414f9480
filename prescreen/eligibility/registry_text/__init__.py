"""The free text of eligibility criteria, as registries and protocols hold it, taken apart into single criteria."""
