"""Profanity, plain and masked, found at character level in context."""

from discourse.tag.profanity.tagger import ProfanityTagger

__all__ = ["ProfanityTagger"]
