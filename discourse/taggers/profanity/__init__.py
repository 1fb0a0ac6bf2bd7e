"""Profanity, plain and masked, found at character level in context."""

from discourse.taggers.profanity.tagger import ProfanityTagger

__all__ = ["ProfanityTagger"]
