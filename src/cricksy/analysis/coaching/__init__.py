"""From measurements to words: findings, capture quality, report and catalogue."""
