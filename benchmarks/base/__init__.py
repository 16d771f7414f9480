"""What the benchmarks share: timing, workloads, the report and its charts."""
