"""How well concepts are found: the metrics, the test data's formats and the rankers to compare."""
