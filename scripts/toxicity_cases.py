"""A functional suite for toxicity in the manner of HateCheck (Röttger et al. 2021).

Each capability is a set of templates with fillers and what is expected of every case: `toxic`,
`civil`. All sentences were written for this suite.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product

PEOPLE = ("the mayor", "this reporter", "my neighbour")
GROUPS = ("Muslims", "gay people", "immigrants", "Jews", "women")


@dataclass(frozen=True, slots=True)
class Capability:
    """Templates, the fillers of their {a} and {b}, and whether the cases are toxic."""

    name: str
    toxic: bool
    templates: tuple[str, ...]
    a: tuple[str, ...] = ("",)
    b: tuple[str, ...] = ("",)

    def cases(self) -> Iterator[str]:
        """Every template with every filler that it uses, once."""
        done = dict.fromkeys(t.format(a=a, b=b) for t, a, b in product(self.templates, self.a, self.b))
        yield from done


SUITE = (
    Capability(
        "insult at the reader",
        True,
        ("You are {a}.", "Only {a} could believe that.", "Go away, you are {a} and a liar."),
        ("an idiot", "a complete moron", "a pathetic loser", "a stupid old fool"),
    ),
    Capability(
        "insult at somebody else",
        True,
        ("{a} is a worthless piece of garbage.", "{a} is a disgusting, lying scumbag.", "What an idiot {a} is."),
        ("The mayor", "That reporter", "My neighbour"),
    ),
    Capability(
        "attack on a group",
        True,
        ("{a} are vermin.", "I hate {a}, they are all filth.", "{a} should be thrown out of the country."),
        GROUPS,
    ),
    Capability(
        "threat",
        True,
        ("I will find you and {a}.", "Somebody should {a}, you deserve it.", "Come here and I will {a}."),
        ("beat you bloody", "break your neck", "burn your house down"),
    ),
    Capability(
        "masked words",
        True,
        ("You are {a}.", "What a {a} thing to write, you moron.", "Shut up, {a}."),
        ("an a$$hole", "a dumbs**t", "a f***ing idiot", "a piece of sh*t", "an @sshole"),
    ),
    Capability(
        "spelling tricks",
        True,
        ("{a}", "Well, {a}!"),
        (
            "you are an 1d10t",
            "you are an i d i o t",
            "you are a m0r0n",
            "YOU ARE A STUPID IDIOT",
            "you are a stuuuupid idiooot",
            "you are an id\u200biot",
            "you are a \uff4d\uff4f\uff52\uff4f\uff4e",
            "u r a st\u03c5pid idiot",
        ),
    ),
    Capability(
        "insult in a long comment",
        True,
        (
            "I went to the meeting last week and listened to the whole plan for the school roof. {a} The costs were "
            "set out in a table and the builder answered questions for an hour.",
        ),
        ("You are too stupid to read it.", "The chairman is a lying scumbag.", "What a bunch of morons."),
    ),
    Capability(
        "plain disagreement",
        False,
        ("{a} is wrong about the budget.", "I do not agree with {a} at all.", "The claim that {a} makes is not true."),
        PEOPLE,
    ),
    Capability(
        "sharp criticism of a policy",
        False,
        ("{a} is a waste of public money.", "{a} has failed and should be stopped.", "I am against {a}, it will cost us dearly."),
        ("This tax", "The new road", "The government's energy plan"),
    ),
    Capability(
        "negated insult",
        False,
        ("{a} is not an idiot.", "I never said that {a} was stupid.", "Nobody here thinks that {a} is a fool."),
        PEOPLE,
    ),
    Capability(
        "quoted insult, disapproved",
        False,
        ("You called {a} an idiot, and that was unfair.", "Please do not call {a} a moron here.", '"Stupid" is no way to speak of {a}.'),
        PEOPLE,
    ),
    Capability(
        "friendly profanity",
        False,
        ("{a}",),
        (
            "Damn, that was a good article.",
            "Hell yes, well said!",
            "This is a damn fine piece of reporting.",
            "What the hell happened to the weather this week?",
            "Holy crap, the bridge is open at last.",
            "I worked my ass off for that garden and it shows.",
        ),
    ),
    Capability(
        "identity without attack",
        False,
        ("I am one of many {a} who read this paper.", "Two {a} spoke at the meeting.", "{a} have the same rights as everybody."),
        GROUPS,
    ),
    Capability(
        "identity of the writer",
        False,
        ("I am {a} and I liked the article.", "As {a} I see this every day."),
        ("a gay man", "a Muslim", "a black woman", "a lesbian", "a Jew", "a disabled veteran"),
    ),
    Capability(
        "violence reported",
        False,
        ("{a}",),
        (
            "Three people were killed when the shop was bombed.",
            "The army shot at the convoy and two drivers died.",
            "He was sentenced for the murder of his brother.",
            "The film shows how the slaves were beaten and sold.",
            "My grandfather was shot in the war.",
        ),
    ),
    Capability(
        "short and civil",
        False,
        ("{a}",),
        ("Agreed.", "No.", "Why?", "Thanks!", "lol", "Source?", "Exactly this.", "???", "+1", "Nonsense, I was there."),
    ),
    Capability(
        "threat in civil words",
        True,
        ("{a}",),
        (
            "I know where you live. Watch your back.",
            "Nice house on the corner. It would be a shame if it caught fire.",
            "We will see how brave this reporter is when there is nobody around to help her.",
            "Keep writing and one morning your car will not stop when you brake.",
            "Somebody ought to wait for the mayor in the car park with a baseball bat.",
            "Your little girl walks home alone on Thursdays, doesn't she? Think about that.",
            "The next councillor who votes for this will leave the hall on a stretcher, I promise.",
            "I have a rifle and your address, so choose your next words well.",
        ),
    ),
    Capability(
        "harm wished for",
        True,
        ("{a}",),
        (
            "I hope the surgeon's hand slips when it is your turn.",
            "Pity that the fire did not reach the upper floor while he was asleep.",
            "May she get the same cancer as the people she took the money from.",
            "The world will be a better place on the day of your funeral.",
            "They should have let him drown.",
        ),
    ),
    Capability(
        "hatred in calm words",
        True,
        ("{a}",),
        (
            "Jews control the banks and the media, everybody knows it.",
            "Muslims will never be part of this country, whatever their passports say.",
            "With respect, a woman does not have the head for a job like that.",
            "Gay couples should be kept away from children.",
            "Wherever the Roma settle, honest people have to lock their doors.",
            "Black families are simply not made for a neighbourhood like ours.",
            "Disabled children only hold the others back and do not belong in our schools.",
        ),
    ),
    Capability(
        "death and danger without a threat",
        False,
        ("{a}",),
        (
            "Watch your back on those icy steps, I fell there last week.",
            "I know where you live now, what a lovely street that is!",
            "I hope the surgeon's hand is steady, we are all thinking of you.",
            "We will vote you out in May, and you have earned it.",
            "If the brakes fail on a bus like that, people will die. Fix them.",
            "She received letters that said she would be shot, and the police did nothing.",
            "Our striker will destroy their defence on Saturday.",
        ),
    ),
    Capability(
        "odd spelling, nothing rude",
        False,
        ("{a}",),
        (
            "h3ll0 w0rld",
            "U S A",
            "f u n   c a k e   d a y",
            "thx m8, c u l8r at the g@me",
            "soooo gooood, congraaaats to all of u",
            "My p@ssw0rd was n0t s@fe en0ugh",
            "W.O.W. what a n.i.g.h.t",
            "\uff43\uff4f\uff4e\uff47\uff52\uff41\uff54\uff53 to the team",
        ),
    ),
    Capability(
        "harmless stars and signs",
        False,
        ("{a}",),
        (
            "This is **very** important, please read it.",
            "It costs $$$ to run a school like that.",
            "*sigh* here we go again with the roadworks.",
            "The tickets were 5* and worth every penny.",
            "Ke$ha played at the fair and P!nk was on the radio.",
            "Write to info@council.example for the minutes.",
        ),
    ),
    Capability(
        "innocent strings",
        False,
        ("{a}",),
        (
            "The class in Scunthorpe passed the assessment.",
            "Dick Cheney spoke in Essex about the classic debate.",
            "The cock crowed and the ass carried the load.",
            "They bred tits and finches in the old bird house.",
            "He put a niggling doubt in my mind about the figures.",
        ),
    ),
)  # fmt: skip
