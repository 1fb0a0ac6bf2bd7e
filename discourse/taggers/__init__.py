"""Taggers: batches of comments in, tag columns and spans out."""
