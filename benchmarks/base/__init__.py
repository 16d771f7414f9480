"""What every benchmark shares: a workload made from a seed, fair timing, the report and its picture."""
