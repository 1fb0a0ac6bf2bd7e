"""What the furniture of news pages looks like, as patterns: data only; `marks.py` matches it."""

from __future__ import annotations

from discourse.readers.phrases import BYLINE, CLOSES, COMMENTS, LISTING, NAVIGATION, NONE, PLAIN, STAMP

# Sentences that only sites write: reason, whether they are told for sure amid the article and the comments of
# a page that kept its furniture (True) or only above and below those (False), pattern.
NOTICES: tuple[tuple[str, bool, str], ...] = (
    ("cookie notice", False, r"\bcookies?\b.*\b(?:experience|consent|browser|website|site|policy|settings|personali[sz]e|accept)\b"),
    ("cookie notice", False, r"\bby (?:continuing|using|clicking)\b.*\b(?:agree|accept|consent)\b"),
    ("comment form", True, r"\byour e-?mail(?: address)? (?:will|is) not (?:be )?(?:published|shared|made public)"),
    ("comment form", True, r"\brequired fields are marked\b"),
    ("comment form", True, r"^save my name, e-?mail"),
    ("comment form", True, r"\byou must (?:be |first )?(?:logged[ -]in|log in|registered|signed[ -]in|a registered user|a subscriber)\b.*\b(?:comment|reply|post|view)"),
    ("comment form", True, r"^(?:please )?(?:log|sign) ?in (?:or (?:register|sign up|create an account) )?to (?:leave|post|add|write|join|comment|reply|view|react)\b"),
    ("comment form", True, r"^this site uses akismet\b|\blearn how your comment data is processed\b"),
    ("comment form", False, r"^notify me (?:of|by|when|via)\b"),
    ("comment form", False, r"\bprotected by recaptcha\b|\brecaptcha\b.*\bgoogle\b"),
    ("comment form", True, r"^(?:please )?(?:read|see|review|follow) our (?:comment|community|commenting)\b.*\b(?:policy|guidelines|rules|standards)\b"),
    ("comment form", True, r"^(?:all )?comments (?:are|will be) (?:moderated|reviewed|subject to|the opinions? of|the sole responsibility)\b"),
    ("comment form", False, r"^(?:we|the editors?) (?:reserve|reserves) the right to (?:remove|delete|edit|moderate)\b"),
    ("newsletter", False, r"\b(?:sign up|subscribe|subscribing|join|register)\b.*\b(?:newsletters?|inbox|mailing list|daily briefing|e-?mail (?:alerts?|updates?))\b"),
    ("newsletter", True, r"^(?:enter|type) your e-?mail\b|\b(?:straight|direct|delivered|directly) to your inbox\b"),
    ("newsletter", False, r"^get (?:the|our|all|a) .{0,60}\b(?:newsletters?|inbox|alerts)\b"),
    ("newsletter", True, r"^join [\d,.]+[km]? other (?:followers|subscribers)\b"),
    ("app banner", False, r"download (?:the|our)(?: \w+){0,2} app\b|\bfor the best experience"),
    ("page control", False, r"^(?:please )?(?:enable|turn on) javascript\b|\byour browser does(?:n't| not) support\b|\bjavascript (?:is|to be) (?:disabled|enabled|required)\b"),
    ("foot of the page", True, r"^(?:copyright\b|©|\(c\) ?(?:19|20)\d\d\b)|\ball rights reserved\b|©\s?(?:19|20)\d\d|\bcopyright ©"),
    ("foot of the page", False, r"\bmay not be (?:published|reproduced|republished|rewritten)\b.*\b(?:broadcast|redistributed|rewritten|permission|distributed)\b"),
    ("foot of the page", False, r"\bis not responsible for the content of\b.*\bsites?\b"),
    ("foot of the page", False, r"^(?:proudly )?powered by (?:wordpress|blogger|ghost|disqus|vbulletin|drupal)\b|^theme(?:: | by )"),
    ("foot of the page", True, r"^(?:as an? amazon associate|this (?:post|article|page|story) (?:may )?contains? affiliate links)\b|\bmay (?:earn|receive) (?:a|an)(?: \w+)? commission\b"),
    ("foot of the page", False, r"^(?:follow|like|find|join) us on (?:facebook|twitter|x|instagram|telegram|whatsapp|youtube|google)\b"),
    ("newsletter", True, r"^save articles to read later\b"),
    ("newsletter", False, r"^thanks for reading\b.*\bsubscribe\b"),
    ("support appeal", False, r"^(?:support|donate to|help support) (?:our|independent|the) .{0,40}\bjournalism\b"),
)  # fmt: skip

# Words, in small letters, of which every notice has one: what is looked for first, since it costs least.
NOTICE_WORDS = (
    *(
        "cookie",
        "by continuing",
        "by using",
        "by clicking",
        "mail",
        "required fields",
        "logged",
        "log in",
        "login",
    ),
    *(
        "sign",
        "registered",
        "subscri",
        "akismet",
        "comment",
        "recaptcha",
        "newsletter",
        "inbox",
        "alerts",
        "join ",
    ),
    *(" app", "for the best experience", "javascript", "browser", "copyright", "©", "(c)", "rights reserved"),
    *("may not be", "not responsible", "powered by", "theme", "amazon", "affiliate", "commission", " us on "),
    *("save articles", "journalism", "notify", "reserve"),
)

# Credits of photographs: whether sure, pattern; and words of which every credit has one.
CREDITS: tuple[tuple[bool, str], ...] = (
    (True, r"^\(?(?:photo|image|picture|photograph|credit|photo credit|image credit|image source)s?\s?(?::|by\b|courtesy\b|via\b)(?!.*[.!?]$).{2,100}$"),
    (True, r"^[^.!?]{0,60}(?:/|\(|\bvia )(?:AP|AFP|Reuters|Getty(?: Images)?|EPA|Anadolu|Xinhua|TASS|Shutterstock|Bloomberg|Pool)\b[^.!?]{0,50}\b(?:images|pictures|photo|getty|pool|files?|handout)\)?$"),
    (False, r"^[^.!?]{2,60}/(?:AP|AFP|Reuters|Getty(?: Images)?|EPA|Anadolu|Xinhua|TASS|Shutterstock|Bloomberg|Pool)\)?$"),
    (True, r"^(?:getty images|ap photo|reuters|file photo|\(?ap photo/.{1,60})\)?$"),
)  # fmt: skip
CREDIT_WORDS = (
    *(
        "photo",
        "image",
        "picture",
        "credit",
        " ap",
        "/ap",
        "(ap",
        "afp",
        "reuters",
        "getty",
        "epa",
        "anadolu",
    ),
    *("xinhua", "tass", "shutterstock", "bloomberg", "pool"),
)

# Orders in which a line of buttons puts the comments.
_ORDER = (
    "newest|oldest|best|top|latest|popular(?:ity)?|recent|relevance|controversial|hot|date|likes|votes|rating"
    "|most (?:liked|recent|popular|relevant|upvoted|voted|replies|discussed|helpful)|(?:top|highest) rated"
)

# Buttons that unfold comments or replies; of "see", which readers say too, only what they do not.
_UNFOLD = r"(?:(?:view|show|load|hide)(?: all| more| previous| older| newer)*|see (?:all|more))"
_UNFOLD_SO_MANY = r"(?:view|show|see|load|hide)(?: all)? \d[\d,.]*(?: more| other| previous| older| newer)*"

# Whole-line forms: reason, role, sure, pattern (case is ignored unless the pattern says otherwise).
FORMS: tuple[tuple[str, str, bool, str], ...] = (
    ("image", PLAIN, True, r"^!\[.{0,2000}?\]\((?:https?:)?/[^()\s]{1,2000}(?:\s\"[^\"]*\")?\)$"),
    ("image", PLAIN, True, r"^\[!\[.*\]\(.*\)\]\(.*\)$"),
    ("reading time", BYLINE, True, r"^(?:est(?:imated|\.)? )?read(?:ing)? time\s?:?\s?\d+.{0,30}$"),
    ("reading time", BYLINE, True, r"^(?:a )?\d+[ -]?min(?:ute)?s?\.?(?:,? \d+ sec(?:ond)?s?)? (?:read|to read|listen|watch)$"),
    ("reading time", BYLINE, True, r"^less than (?:1|a|one) minute(?: read)?$"),
    ("date line", BYLINE, True, r"^(?:first |last |originally )?(?:published|posted|updated|modified|created)(?: (?:on|at|date))?\s?:\s?\S.{3,60}$"),
    ("byline", BYLINE, False, r"^(?:posted|submitted|written) by \w[^.!?]{1,40}(?: on| at|,|\||$).{0,60}$"),
    ("byline", BYLINE, False, r"^(?:by|written by|posted by|posted in|reported by|story by|text by|words by|edited by|author)\b:? (?-i:[A-Z@])[^.!?]{1,90}$"),
    ("byline", BYLINE, False, r"^from the [\w.,'’ -]{3,80} dept\.?$"),  # Slashdot
    ("byline", BYLINE, False, r"^(?-i:[A-Z])[\w.'’-]+(?: (?-i:[A-Z])[\w.'’-]+){1,3},? (?:\| )?(?-i:(?:senior |chief |staff |political |foreign |white house |news )?)(?:editor|reporter|correspondent|staff writer|columnist|contributor|news editor|special to .{3,30})$"),
    ("author note", PLAIN, False, r"^(?:about the author|about author|view all posts by .{2,40}|follow .{2,40} on (?:twitter|x|facebook)|.{2,40} contributed to this (?:report|story|article)\.?)$"),
    ("author note", PLAIN, False, r"^(?-i:[A-Z])[\w.'’-]+(?: (?-i:[A-Z])[\w.'’-]+){1,3} (?:is|was|covers|writes|reports) .{0,80}\b(?:reporter|correspondent|editor|columnist|journalist|contributor|freelance|writer)\b.{0,200}$"),
    ("list of other stories", LISTING, False, r"^(?:latest|recent|other|all) (?:posts|articles|stories) by .{2,60}$"),
    ("link to another story", PLAIN, True, r"^(?:previous|next) (?:post|article|story)\s?:\s?\S.{3,200}$"),
    ("bare link", NAVIGATION, False, r"^https?://\S+$"),
    ("list of other stories", PLAIN, True, r"^list (?:of \d+ items|\d+ of \d+.{0,200})$"),
    ("link to another story", PLAIN, False, r"^related (?:article|story|video)s?:? (?-i:[A-Z‘“\"']).{10,200}(?<!\.)$"),
    ("date line", BYLINE, True, r"^this (?:article|story) is more than .{1,20} old\.?$"),
    ("list of other stories", LISTING, False, r"^more (?:by|from|on|in|about|stories from) (?-i:[A-Z0-9]).{1,50}$"),
    ("link to another story", PLAIN, True, r"^(?-i:RELATED|READ MORE|READ ALSO|ALSO READ|SEE ALSO|SEE MORE|MORE|WATCH|LISTEN|MUST READ|DON'T MISS|DON’T MISS|RECOMMENDED|RELATED STORY|RELATED STORIES|RELATED NEWS|RELATED ARTICLE|RELATED COVERAGE|RELATED VIDEO|MORE NEWS|TRENDING|NEW|JUST IN|BREAKING)\s?[|»>:–—]\s?\S.{8,200}(?<![.!])$"),
    ("link to another story", PLAIN, True, r"^(?:related|related (?:story|stories|news|article|coverage|video)|read more|read also|also read|see also|recommended|must read|don['’]t miss|more)\s?[|»>]\s?\S.{8,200}(?<![.!])$"),
    ("link to another story", PLAIN, False, r"^(?:related|related (?:story|stories|news|article|coverage|reading|video)|read more|read also|also read|see also|recommended|must read|don['’]t miss|watch|more)\s?:\s?(?-i:[A-Z0-9‘’“”\"']).{10,200}(?<![.!])$"),
    ("rating", PLAIN, False, r"^[1-5] stars?$"),
    ("rating", PLAIN, False, r"^\d{1,3} ?%$"),
    ("character count", PLAIN, False, r"^(\d{2,5})/\1$|^\d+ characters? (?:left|remaining)$"),
    ("counter", PLAIN, False, r"^\d[\d,.]*[km]?(?: \d[\d,.]*[km]?){0,3}$"),
    ("counter", PLAIN, False, r"^\d[\d,.]*[km]? ?(?:shares?|views?|likes?|reads?|followers|hits)$"),
    ("counter", PLAIN, False, r"^(?:shares?|views?|likes?|hits|post views)\s?:?\s?\d[\d,.]*[km]?$"),
    ("hashtags", CLOSES, False, r"^(?:#\w+[\s,;]*){2,}$"),
    ("tags", CLOSES, True, r"^(?:tags?|tagged(?: (?:with|as|in))?|filed under|categories|category|topics|keywords)\s?:\s?\S.{1,400}(?<![.!?])$"),
    ("tags", CLOSES, False, r"^(?:tagged|filed under|posted in) \S.{1,400}(?<![.!?])$"),
    ("source of the article", CLOSES, False, r"^(?:news |article |original )?(?:source|via|link)(?: link| url| article)?\s?:\s?(?:https?://|www\.)\S{3,}$"),
    ("source of the article", CLOSES, False, r"^(?:(?:originally )?published (?:at|by|on)(?!.*(?:19|20)\d\d)|first appeared (?:on|in)|read the original|this (?:article|story|post) (?:was )?(?:originally |first )?(?:appeared|published))\b.{3,160}$"),
    ("no comments", NONE, False, r"^no comments? ?(?:\d+|on .{3,200}|»)$"),
    ("no comments", NONE, True, r"^(?:comments?\s?[:(]\s?0\s?\)?|0 (?:comments?|responses?|replies|thoughts on .{3,200}))$"),
    ("comments heading", COMMENTS, True, r"^[1-9][\d,.]*k? (?:comments?|responses?|replies|thoughts?|reactions?)(?: (?:on|to|so far|for)\b.{0,300})?$"),
    ("comments heading", COMMENTS, True, r"^(?:comments?|discussion|conversation|replies|responses|reader comments|view comments|show comments|all comments)\s?[(\[:]\s?[1-9][\d,.]*\s?[)\]]?$"),
    ("comments heading", COMMENTS, True, r"^(?:one|two|three|four|five|six|seven|eight|nine|ten) (?:comments?|responses?|replies|thoughts) (?:on|to)\b.{2,300}$"),
    ("comments heading", COMMENTS, False, r"^(?:what readers (?:are saying|say)|what do you think\??)$"),
    ("comments control", STAMP, True, rf"^(?:sort|sorted|order|ordered)(?: comments)? by\s?:?(?:\s?(?:[|·•,/]\s?)?(?:{_ORDER}))*$"),
    ("comments control", STAMP, True, rf"^(?=.*\b(?:newest|oldest|most)\b)(?:{_ORDER})(?:\s?(?:[|·•,/]\s?)?(?:{_ORDER}))+$"),
    ("comments control", STAMP, True, rf"^(?:{_UNFOLD} comments|{_UNFOLD_SO_MANY} comments?)$"),
    ("reader's bar", STAMP, True, rf"^(?:{_UNFOLD} (?:replies|responses)|{_UNFOLD_SO_MANY} (?:reply|replies|responses?)|1 reply)$"),
    ("link from another site", STAMP, True, r"^(?:pingback|trackback)s?\s?:\s?\S.{0,400}$"),
    ("reader's bar", STAMP, True, r"^(?:like ?)?liked by \d[\d,]* (?:people|person|users?)$|^liked by \d[\d,]* (?:people|person|others?)$"),
    ("share bar", PLAIN, True, r"^click to (?:share|e-?mail|print|tweet)\b.{0,60}$|^.{0,40}\(opens in (?:a )?new window\)$"),
    ("share bar", PLAIN, True, r"^(?:please )?(?:share|spread) (?:the|this) (?:news|post|article|story|love|word|page)(?: (?:on|with|via|using) .{2,60})?:?$"),
    ("share bar", PLAIN, True, r"^share (?:this )?(?:on|via|to):?(?: (?:facebook|twitter|x|whatsapp|linkedin|reddit|telegram|e-?mail))*$"),
    ("author note", PLAIN, True, r"^follow (?-i:[A-Z])[\w ]{1,30} on (?:twitter|facebook|x|instagram|google news|whatsapp)\b.{0,60}$"),
    ("page control", PLAIN, True, r"^page \d+ of \d+$"),
)  # fmt: skip
