"""What registries and protocols say of a trial: ClinicalTrials.gov API v2, CDISC USDM 4.0, plain text."""
