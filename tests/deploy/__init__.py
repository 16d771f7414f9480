"""What an operator installs and reads: units, images, proxies and the runbook. Independent of any floor."""
