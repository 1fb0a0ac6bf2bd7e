"""Builds models/profanity/lexicon.json from the two published profanity lists (both MIT).

    python scripts/profanity_lexicon.py --data ../shared/data --out models/profanity/lexicon.json

What is kept of the lists: the swear words and slurs of ROOTS, with their inflections and compounds.
Left out are words that name a religion, an identity or a part of the body without abuse (gay, jew,
black, breast), acts and crimes (sex, rape), fetish and pornography terms, phrases of several words,
and words whose everyday meaning comes first (crow, finger, monkey, spook, jerk, butt, suck).
MASKED_ONLY words count when somebody has masked them, never as they stand.
"""

from __future__ import annotations

import argparse
import csv
import itertools
import json
import math
import re
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from profanity_data import training_texts

# root: endings, space-separated; "_" is the bare word.
ROOTS = {
    "fuck": "_ s ed ing in er ers ery face faces faced head heads tard tards tarded wad wads wit wits nut nuts "
    "stick sticks boy up ups ups ton tons load loads able hole holes off o os ass wittery fest buddy rag",
    "shit": "_ s ty ted ting tin ter ters tier tiest head heads bag bags hole holes show shows storm storms face "
    "faced load loads ton tons list stain stains house post posts posting poster posters lord lords e less bird "
    "fest hot can heel wit brain brains stick eating kicker box pile piles",
    "ass": "_ es hole holes holed hat hats wipe wipes clown clowns wad wads face faces bag bags kisser kissers "
    "kissing licker licking fuck fucker fucking munch munchers muncher backwards ery ed monkey monkeys",
    "arse": "_ s hole holes d wipe licker",
    "bitch": "_ es ed ing in y ass er fest tits",
    "cunt": "_ s y ish face faces bag head heads",
    "dick": "_ s head heads headed less wad wads ish face hole holes bag bags sucker suckers weed ing ed",
    "cock": "_ s sucker suckers sucking suck head heads sucka",
    "pussy": "_ pussies pussified",
    "piss": "_ ed es ing in er ers y ant ants pot head",
    "crap": "_ s ped ping py pier piest per load loads hole ola fest",
    "damn": "_ ed it dammit",
    "hell": "_ ish",
    "bastard": "_ s ly",
    "whore": "_ s d ish whoring house houses monger",
    "slut": "_ s ty tier bag bags",
    "twat": "_ s waffle waffles",
    "wank": "_ er ers ing ed s stain",
    "prick": "_ s",
    "douche": "_ s bag bags y baggery nozzle canoe douching",
    "turd": "_ s",
    "tits": "_ titties titty",
    "bollocks": "_ bollocking bollock",
    "bugger": "_ s ed ing y",
    "tosser": "_ s",
    "fag": "_ s faggot faggots faggy faggoty faggotry",
    "nigger": "_ s dom nigga niggas niggaz niggah",
    "kike": "_ s",
    "spic": "_ s spick spicks",
    "wetback": "_ s",
    "raghead": "_ s",
    "towelhead": "_ s",
    "chink": "_ s y",
    "gook": "_ s",
    "coon": "_ s",
    "paki": "_ s",
    "beaner": "_ s",
    "tranny": "_ trannies",
    "retard": "_ s ed edly ation",
    "jizz": "_ ed ing",
    "cum": "_ s ming shot slut dumpster",
    "blowjob": "_ s handjob handjobs",
    "dildo": "_ s es",
    "skank": "_ s y",
    "schlong": "_ s",
    "poontang": "_",
    "clit": "_ s",
    "nutsack": "_ s ballsack ballsacks",
    "jackoff": "_ s jerkoff jerkoffs",
    "penis": "_ es",
    "vagina": "_ s",
    "boobs": "_ boob",
}
# root: words put before it, joined with the bare word and its inflections.
PREFIXES = {
    "fuck": "mother mutha mofo cluster mind rat butt skull dumb ass face un brain star god bum goat horse dick pig",
    "shit": "bull horse dog bat ape chicken dip dumb jack rat pig bird no cow hog owl crock tough",
    "ass": "dumb jack smart bad fat hard lazy kick lard wise half big candy bad stupid tight crazy punk broke",
    "arse": "smart dumb fat lard lazy half",
    "crap": "bull holy",
    "damn": "god",
    "cunt": "fuck",
    "whore": "man attention media camera",
    "piss": "horse dog rat cat",
    "nigger": "sand timber",
}
PREFIX_ENDINGS = {
    "fuck": "_ s ed ing in er ers ery",
    "shit": "_ s ting ted ter ters ty tery",
    "ass": "_ es ed ery",
    "arse": "_ s d",
    "crap": "_",
    "damn": "_ ed it",
    "cunt": "_ s",
    "whore": "_ s",
    "piss": "_",
    "nigger": "_ s",
}
EXTRA = {"libtard": "retard", "libtards": "retard", "goddam": "damn", "goddammit": "damn", "muthafucka": "fuck",
         "motherfucka": "fuck", "motherfuckas": "fuck", "absofuckinglutely": "fuck", "shithouse": "shit", "bullshitery": "shit", "sonofabitch": "bitch", "fucktarded": "fuck",
         "fuckity": "fuck", "fuckton": "fuck", "asshat": "ass", "shitcunt": "shit", "cuntface": "cunt"}  # fmt: skip
MASKED_ONLY = {"penis", "penises", "vagina", "vaginas", "boobs", "boob", "tit", "ho", "hoe", "hoes", "cum", "cums",
               "coon", "coons", "chink", "chinks", "chinky", "cumming", "spick", "spicks", "fag", "spic"}  # fmt: skip
NOT_FORMS = {"dumbarrassed", "pisspot", "assfuckerz", "octopussy", "effing", "fugly", "goddamnit's", "noshitted", "asses's", "cocky", "assed", "hellish", "cocks'", "shite's", "fucko", "fuckos", "assery", "shithe",
             "pissing's", "retardation", "dickish's", "damns's", "fuckhe", "fuckrag"}  # fmt: skip
# Plain forms whose innocent reading is common enough to ask the context model.
AMBIGUOUS = {"dick", "dicks", "cock", "cocks", "ass", "asses", "hell", "prick", "pricks", "tits", "fags", "tranny",
             "bugger", "buggers", "craps", "crapper", "paki", "arse", "pussy"}  # fmt: skip
RESPELL_RULES = (("ck", "k"), ("ck", "q"), ("ck", "kk"), ("ck", "c"), ("fu", "phu"), ("fuc", "fvc"), ("fuck", "fcuk"),
                 ("fuck", "fukc"), ("fuck", "fck"), ("fuck", "phuk"), ("fuck", "fuxk"), ("fuck", "fook"),
                 ("fuck", "fawk"), ("fuck", "fuq"), ("shit", "sht"), ("shit", "shyt"), ("bitch", "btch"),
                 ("bitch", "biatch"), ("bitch", "biotch"), ("bitch", "beotch"), ("bitch", "bytch"),
                 ("bitch", "beyotch"), ("cunt", "kunt"), ("ass", "azz"), ("crap", "krap"), ("nigg", "ngg"), ("fagg", "fgg"), ("dumbfuck", "dumbphuck"), ("dumbfuck", "dumbfuk"), ("motherfuck", "mfck"), ("motherfuck", "mfuck"), ("nigg", "niqq"),
                 ("gger", "gguh"), ("faggot", "fagget"), ("pussy", "puusy"), ("damn", "dayum"), ("whore", "whor"),
                 ("er", "a"), ("ing", "en"), ("es", "ez"))  # fmt: skip
ABBREVIATED = {"fk": "fuck", "fkn": "fucking", "fckn": "fucking", "fking": "fucking", "fkin": "fucking", "fked": "fucked",
               "fker": "fucker", "fkers": "fuckers", "sht": "shit"}  # fmt: skip
CORE = ("fuck", "fucks", "fucked", "fucking", "fucker", "fuckers", "shit", "shits", "shitty", "bullshit", "bitch",
        "bitches", "ass", "asshole", "assholes", "cunt", "cunts", "motherfucker", "motherfucking", "nigger", "niggers",
        "faggot", "faggots", "nigga", "niggas", "dumbass")  # fmt: skip
NOT_RESPELLINGS = {"diced", "dicing", "fuken's", "phuku", "fick", "cack", "feck", "fack", "fawks", "phuc", "phucc", "niggir", "fcka", "fvcka", "cok", "coc", "coq", "dik", "dic", "diks", "fuch", "fagot", "fagots", "pisen", "fucka", "pric", "prik",
                   "kock", "tossa", "bugga", "buggen", "beana", "pissa", "wanka", "sheet", "shet", "shat", "fuku", "nigre",
                   "nigra", "hoar", "hoars", "whor", "fuc'd", "kyke", "shiat", "wanken", "damnen", "crapen", "neggar",
                   "chinc", "chink", "dicen", "spik", "fook", "fooks", "fooking", "fawk", "sht", "cum"}  # fmt: skip


def inflections(root: str, endings: str) -> Iterable[str]:
    """The forms of `root`; an ending longer than three letters that begins like it stands for itself."""
    for ending in endings.split():
        if ending == "_":
            yield root
        elif ending in WHOLE_WORDS or (
            ending[:2] == root[:2] and len(ending) >= 4 and (ending[:3] == root[:3] or root in WHOLE)
        ):
            yield ending
        elif root.endswith("e") and ending in ("d", "s", "ish", "y", "ry"):
            yield root + ending
        else:
            yield root + ending


WHOLE = {"pussy", "tits", "fag", "nigger", "tranny", "bollocks", "spic", "douche", "damn"}
WHOLE_WORDS = {
    "whoring",
    "handjob",
    "handjobs",
    "ballsack",
    "ballsacks",
    "jerkoff",
    "jerkoffs",
    "boob",
    "dammit",
    "douching",
}


def all_forms(counts: Counter) -> dict[str, str]:
    """Every plain word of the lexicon with its root."""
    forms: dict[str, str] = {}
    for root, endings in ROOTS.items():
        for form in inflections(root, endings):
            forms.setdefault(form, root)
    for root, prefixes in PREFIXES.items():
        for prefix, ending in itertools.product(prefixes.split(), PREFIX_ENDINGS.get(root, "").split()):
            form = prefix + root + ("" if ending == "_" else ending)
            if ending in ("_", "s", "es", "ing", "er") or counts[form]:
                forms.setdefault(form, root)
    forms |= EXTRA
    return {f: r for f, r in forms.items() if f not in NOT_FORMS}


def listed_forms(data: Path, forms: dict[str, str]) -> tuple[dict[str, str], dict[str, str], dict]:
    """What the published lists add: compounds and respellings by word, and severities by root."""
    compounds, respellings, severity = {}, {}, {}
    lemma = {
        "faggot": "fag",
        "motherfucker": "fuck",
        "niggers": "nigger",
        "retarded": "retard",
        "tit": "tits",
    }
    with (data / "profanity" / "surge_profanity_en.csv").open(encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file):
            text = row["text"].lower().strip()
            root = lemma.get(row["canonical_form_1"], row["canonical_form_1"])
            if root not in ROOTS or root in ("boobs", "cum", "clit"):
                continue
            severity.setdefault(root, []).append(
                (text != root, float(row["severity_rating"]), row["category_1"])
            )
            joined = text.replace(" ", "").replace("-", "")
            if not re.fullmatch("[a-z]{3,18}", joined) or joined in forms:
                continue
            stem = root if root != "pussy" else "puss"
            if stem in joined:
                if (
                    " " not in text
                    and len(joined) > len(root) + 2
                    and not re.search("fck|fk|vck|cc|kk|fook|suk|zz", joined)
                ):
                    compounds[joined] = root
            elif (
                " " not in text
                and similar(joined, root)
                and joined not in NOT_RESPELLINGS
                and len(joined) > 3
            ):
                plural = root[:-1] + "ies" if joined.endswith("ies") else root + "s"
                respellings[joined] = plural if joined.endswith("s") and plural in forms else root
    for entry in json.loads((data / "profanity" / "dsojevic_en.json").read_text(encoding="utf-8")):
        for match in re.sub(r"(\w)\*", r"\1", entry["match"]).split("|"):
            joined = match.replace("-", "")
            root = next(
                (r for r in ("fuck", "shit", "cunt", "bitch", "asshole", "cock", "nigger") if r in joined),
                None,
            )
            if root and re.fullmatch("[a-z]+", joined) and joined not in forms and root in joined[:12]:
                compounds.setdefault(joined, "ass" if root == "asshole" else root)
    best = {r: min(v)[1:] for r, v in severity.items()}
    return compounds, respellings, best


def similar(word: str, root: str) -> bool:
    """True when the two share their consonants in order, so that one may be a respelling of the other."""

    def bones(w: str) -> str:
        w = w.replace("ph", "f").replace("q", "k").replace("ck", "k").replace("z", "s").replace("c", "k")
        return re.sub(r"(.)\1+", r"\1", re.sub("[aeiouyv]", "", w))

    return bones(word) == bones(root)


def respelled(forms: dict[str, str], counts: Counter) -> dict[str, str]:
    """Respellings by rule of the commoner forms."""
    out: dict[str, str] = {}
    for form in sorted(forms, key=lambda f: -counts[f]):
        if counts[form] < 3 or form in MASKED_ONLY or forms[form] in ("coon", "cum", "hell", "tits"):
            continue
        for old, new in RESPELL_RULES:
            if old not in form or (old in ("er", "ing") and not form.endswith(old)):
                continue
            spelling = form[: -len(old)] + new if old in ("er", "ing") else form.replace(old, new, 1)
            if spelling in forms or spelling in NOT_RESPELLINGS or len(spelling) < 3:
                continue
            if counts[spelling] or form in CORE:
                out.setdefault(spelling, form)
    return out


def word_counts(data: Path) -> Counter:
    """How often each word stands in the training comments."""
    counts: Counter = Counter()
    for _, text, _ in training_texts(data):
        counts.update(re.findall("[a-z]+", text.lower()))
    return counts


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, default=Path(__file__).resolve().parents[2] / "shared" / "data")
    parser.add_argument("--out", type=Path, default=Path("models/profanity/lexicon.json"))
    arguments = parser.parse_args()
    counts = word_counts(arguments.data)
    forms = all_forms(counts)
    compounds, listed, severity = listed_forms(arguments.data, forms)
    forms |= {c: r for c, r in compounds.items() if c not in NOT_FORMS}
    respellings = {
        s: f
        for s, f in (listed | respelled(forms, counts)).items()
        if s not in forms and s not in MASKED_ONLY
    }
    respellings |= ABBREVIATED
    # a respelling far commoner than the word it would stand for is a word of its own
    respellings = {s: f for s, f in respellings.items() if counts[s] <= max(20, counts[f] // 4)}
    roots = {
        r: {"severity": severity.get(r, (1.0, ""))[0], "category": severity.get(r, (1.0, "other"))[1]}
        for r in ROOTS
    }
    for mild in ("damn", "hell", "crap", "bugger"):
        roots[mild]["severity"] = min(roots[mild]["severity"], 1.0)
    document = {
        "about": "Derived from The Obscenity List (c) 2021 Surge AI and profanity-list (c) 2021 David Sojevic, "
        "both under the MIT licence (LICENSE-lexicon.txt); "
        "form: [root, log of 1 + count in the training comments].",
        "roots": roots,
        "forms": {f: [r, round(math.log1p(counts[f]), 2)] for f, r in sorted(forms.items())},
        "respellings": dict(sorted(respellings.items())),
        "masked_only": sorted((MASKED_ONLY | {"penis", "vagina"}) & set(forms)),
        "ambiguous": sorted(AMBIGUOUS & set(forms)),
        "common": sorted(
            w
            for w, _ in counts.most_common(4000)
            if w not in forms
            and w not in respellings
            and w
            not in ("ing", "ed", "er", "ers", "es", "in'", "ole", "s", "sh", "bi", "ni", "fu", "fk", "ck")
        ),
    }
    arguments.out.parent.mkdir(parents=True, exist_ok=True)
    arguments.out.write_text(json.dumps(document, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    print(f"{len(roots)} roots, {len(forms)} forms, {len(respellings)} respellings")


if __name__ == "__main__":
    main()
