"""The demo city: a believable Wenzhou whose ledger adds up to the published result."""
