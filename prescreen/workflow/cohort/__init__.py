"""Many people judged for one trial: rematch, snapshots, counts."""
