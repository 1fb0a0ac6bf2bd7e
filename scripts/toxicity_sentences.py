"""Written sentence pairs on which one word or turn decides: negated, quoted and reported insults, identities.

Made for training, from frames of our own; none of them is a frame of the evaluation suite
(`toxicity_cases.py`), though words overlap. Every civil frame has toxic ones with the same words.
"""

from __future__ import annotations

import random

WHO = (
    "the senator", "your brother", "Mrs. Lee", "John", "that driver", "the author", "our teacher", "the judge", "he", "she",
    "the young man", "this columnist", "Mr. Barnes", "the coach", "the landlord", "the officer", "Sarah", "the striker",
)  # fmt: skip
INSULT = (
    "an idiot", "a moron", "a fool", "a clown", "a loser", "an imbecile", "a jackass", "a liar", "a crook", "trash", "a pig",
    "scum", "stupid", "dumb", "a dimwit", "a coward", "a racist", "a bigot", "a snake", "pathetic", "worthless", "an a**hole",
    "a bastard", "a hypocrite", "brainless", "a lunatic", "a parasite",
)  # fmt: skip
PEOPLE = (
    "Muslims", "Christians", "Jews", "Hindus", "atheists", "gay people", "lesbians", "trans people", "women", "men", "Black people",
    "white people", "Asians", "Latinos", "Mexicans", "immigrants", "refugees", "disabled people", "old people", "Poles",
)  # fmt: skip
IDENTITY = (
    "a gay man", "a lesbian", "a trans woman", "bisexual", "queer", "a Muslim", "a Jewish woman", "a Christian", "an atheist",
    "a Black man", "a white woman", "Latina", "an immigrant", "a refugee", "deaf", "blind", "autistic", "an old man", "Asian",
)  # fmt: skip
CIVIL = (
    "I don't think {who} is {insult}, just tired.",
    "{who} isn't {insult}, whatever people say.",
    "Being wrong about this does not make {who} {insult}.",
    "It would be unfair to say {who} is {insult}.",
    "{who} may be mistaken but is hardly {insult}.",
    "You don't have to be {insult} to make that mistake.",
    "Not everyone who votes the other way is {insult}.",
    "I was wrong to say that {who} is {insult}, and I apologise.",
    "Somebody in this thread said {who} is {insult}. That kind of talk helps nobody.",
    "Why would you say {who} is {insult}? There is no need for that.",
    "My boss once told me I was {insult}, and I still remember it.",
    "They wrote that {who} is {insult}; I'd rather talk about the facts.",
    "When he said \"you are {insult}\", the whole room went quiet.",
    "I felt like {insult} when I saw that I had misread the date.",
    "Calling somebody {insult} is not an argument.",
    "Who said that {who} was {insult}? Certainly not me.",
    "Some {people} came to our street party and brought food.",
    "We should listen to what {people} say about the new law.",
    "The article leaves out what {people} think of the plan.",
    "{people} vote in every kind of way, like anyone else.",
    "There are {people} in my family and at work.",
    "The report says {people} pay more for the same insurance.",
    "It is wrong to say that {people} are criminals.",
    "I have been {identity} all my life and I have lived here for years.",
    "My best friend is {identity} and works at the hospital.",
    "Speaking as someone who is {identity}, I found the piece fair.",
    "The new mayor is {identity}, the first in the town's history.",
    "Being {identity} in this town was not easy in the eighties.",
    "Damn, {who} played well last night.",
    "Shit, I forgot to vote.",
    "That was a hell of a speech, and I loved it.",
    "Wow, what a badass thing for {who} to do. Bravo!",
)  # fmt: skip
TOXIC = (
    "{who} is {insult}, and so are you.",
    "Only {insult} like you would write this.",
    "I don't think, I know {who} is {insult}.",
    "You are not just wrong, you are {insult}.",
    "Everyone who votes the other way is {insult}.",
    "If {who} is not {insult}, nobody is.",
    "I said {who} is {insult} and I will say it again.",
    "Stop whining, you are {insult} and everybody knows it.",
    "What can you expect from {insult}? Go crawl back under your rock.",
    "{people} are ruining this country and should leave.",
    "I can't stand {people}, they make me sick.",
    "Never trust {people}. They are all the same.",
    "{people} are criminals, every one of them.",
    "Of course you are {identity}, that explains why you are so stupid.",
    "No wonder, another one who is {identity}. Disgusting.",
    "Nobody cares that you are {identity}, you freak.",
    "Shit for brains, that is what {who} has.",
    "Damn you and your lies, you are {insult}.",
    "You were told before: nobody wants {insult} here. Get lost.",
    "They are all {insult}. \"Fair\" is the last thing I would call {who}.",
)  # fmt: skip


def sentences(rng: random.Random, count: int) -> list[tuple[str, bool]]:
    """`count` sentences, half of them toxic, as (text, toxic)."""
    out = []
    for i in range(count):
        toxic = i % 2 == 1
        text = rng.choice(TOXIC if toxic else CIVIL).format(
            who=rng.choice(WHO), insult=rng.choice(INSULT), people=rng.choice(PEOPLE), identity=rng.choice(IDENTITY)
        )  # fmt: skip
        out.append((text[0].upper() + text[1:], toxic))
    return out
