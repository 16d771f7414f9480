"""For authors of trials: records of registries and protocols read, criteria files drafted and held against records."""
