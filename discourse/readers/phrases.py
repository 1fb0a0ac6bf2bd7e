"""What the furniture of news pages says, word for word: data only.

A **sure** phrase, standing as a whole line, is furniture wherever it stands. A **doubtful** one could
be a short remark of a reader, so it counts only in company: beside other furniture, in the head above
the article, or below it after a form or a list. **Navigation** words count only in the head and the
foot of a page. Phrases are compared without case, bullets and a final colon; a final full stop, "!" or
"?" makes a line a remark, unless the phrase is written with it. " | " stands between phrases.
"""

from __future__ import annotations

# Roles: what a line means for the lines around it.
FORM = "form"  # the form in which a reader writes; comments may stand above or below it
LISTING = "listing"  # heads a list of other stories
COMMENTS = "comments"  # heads the comments
NONE = "none"  # says that there are no comments
STAMP = "stamp"  # belongs to one comment: who, when, reply, likes
END = "end"  # nothing but the foot of the page follows
CLOSES = "closes"  # closes the article: source, tags
BYLINE = "byline"  # who wrote the article, when it was published
NAVIGATION = "navigation"  # menus: furniture only in the head and the foot of a page
PLAIN = "plain"

COMMENTS_HEADING = "comments heading"
"""Reason of the line that heads the comments."""

SURE: tuple[tuple[str, str, str], ...] = (  # reason, role, phrases
    (
        "comment form",
        FORM,
        """join the discussion | join the discussion… | join the discussion... | start the discussion |
        start the discussion… | start the discussion... | log in with | or sign up with disqus |
        add your voice | have your say | leave a comment | leave a comment cancel | leave a comment cancel reply | leave a reply |
        leave a reply cancel | leave a reply cancel reply | cancel reply | post a comment |
        post your comment | post comment | add a comment | add your comment | add comment |
        write a comment | submit comment | submit a comment | share your thoughts | leave your comment |
        leave your comments | leave a comment below | log in to comment | login to comment |
        log in to leave a comment | log in or register to post comments | sign in to comment |
        sign up to comment | please log in to comment | want to comment? log in | join the conversation |
        name * | email * | e-mail * | comment * | name (required) | email (required) |
        mail (will not be published) (required) | notify me of follow-up comments by email. |
        notify me of new posts by email. | i'm not a robot""",
    ),
    (
        "list of other stories",
        LISTING,
        """related news | other related news | related stories | related story | related articles |
        related posts | related topics | related content | related coverage | related reading |
        related links | more related | trending now | trending news | trending stories | now trending |
        most read | most popular | most viewed | most shared | most commented | most recent |
        popular now | popular posts | popular stories | popular news | popular articles | recent posts |
        recent news | recent articles | recent stories | recent comments | latest news | latest stories |
        latest articles | latest posts | latest headlines | latest updates | top stories | top headlines |
        more top stories | more news | more stories | more headlines | more from this section |
        more from this author | more in this section | other news | other stories | other articles |
        other news you may like | you may also like | you may also like... | you might also like |
        you may like | you may have missed | you may be interested in | you might be interested in |
        recommended for you | explore more on these topics | more on this topic… | recommended stories | recommended articles | recommended reading |
        suggested for you | editor's picks | editors' picks | editor's choice | read next |
        what to read next | more to read | also read | read also | see also | what others are reading |
        what people are reading | from around the web | around the web | promoted content |
        promoted stories | sponsored content | sponsored stories | sponsored links | post navigation |
        previous article | next article | previous post | next post | previous story | next story |
        latest posts by this author | featured stories | featured news | in case you missed it |
        more coverage | more on this story | more on this topic | more on this | similar stories |
        similar articles | similar posts | in other news""",
    ),
    (
        "no comments",
        NONE,
        """no comments yet | no comments yet. | 0 comments | there are no comments |
        there are no comments yet | there are no comments yet. | there are no comments. |
        be the first to comment | be the first to comment! | be the first to comment. |
        be the first to leave a comment | be the first to leave a comment. |
        be the first to post a comment | be the first to post a comment. | be the first to reply |
        be the first to reply. | be the first to share your thoughts |
        be the first to share what you think! | be the first to comment on this post |
        comments are disabled | comments are disabled. | comments are turned off |
        comments are turned off. | comments are off for this post | comments are off for this post. |
        commenting is disabled | commenting is not available | commenting is not available.""",
    ),
    (
        COMMENTS_HEADING,
        COMMENTS,
        """reader comments | readers' comments | user comments | comments section | comment section""",
    ),
    (
        "comments control",
        STAMP,
        """best newest oldest | hide comments | order by | comments are closed | comments are closed. | sort by | sort by newest | sort by oldest |
        sort by best | newest first | oldest first | newest oldest most voted | view comments |
        show comments | view all comments | show all comments | all comments | load more comments |
        show more comments | older comments | newer comments | top comments | most liked | most upvoted""",
    ),
    (
        "reader's bar",
        STAMP,
        """reply | reply to this comment | report comment | report this comment | flag comment |
        flag as inappropriate | report abuse | log in to reply | log in to reply. | show more replies |
        view replies | view more replies | hide replies | load more replies |
        your comment is awaiting moderation | your comment is awaiting moderation. |
        this comment has been deleted | this comment was deleted""",
    ),
    (
        "advertisement",
        PLAIN,
        """advertisement | advertisements | advertisment | advertisement - scroll to continue |
        article continues below advertisement | article continues below this ad |
        article continues after advertisement | story continues below advertisement |
        story continues below | story continues after advertisement | article continues below |
        this advertisement has not loaded yet, but your article continues below. | scroll to continue |
        continue reading below | continue reading | - advertisement - | – advertisement – |
        report this ad | remove ads | ad feedback | skip ad | skip advertisement | loading...""",
    ),
    (
        "page control",
        PLAIN,
        """view image in fullscreen | reuse this content | end of list | get email notifications | copy this link |
        resize text | text size | show all | view comments and join the conversation | back to top | back to the top | skip to content | skip to main content | skip to navigation |
        skip to primary navigation | skip to primary sidebar | skip to footer | skip to search |
        reader interactions | toggle navigation | toggle menu | open menu | close menu | main menu |
        expand menu | search for | search this site | jump to comments | jump to recipe |
        print this page | print article | print this article | email this article | email article |
        copy link | copy url | link copied | link copied! | listen to this article | listen to article |
        play audio | view all posts | read full article | read the full article | read full story |
        read more | read more... | read less | show more | show less | see more | view more | see all |
        view all | load more | click here to read more | enable accessibility | javascript is disabled |
        please enable javascript | opens in new window | opens in a new window | give shoutout |
        shoutoutgive shoutout | average rating | rate this article | rate this post | rate this story""",
    ),
    (
        "share bar",
        PLAIN,
        """share this with | share options | share full article | click to copy link | share this | share this post | share this article | share this story | share this page |
        share article | share story | share on facebook | share on twitter | share on x |
        share on whatsapp | share on linkedin | share on reddit | share on pinterest | share on telegram |
        share via email | share to facebook | share to twitter | tweet this | like this |
        like loading... | facebook x | facebook twitter | facebook twitter email |
        facebook twitter pinterest | facebook twitter linkedin | facebook twitter whatsapp |
        facebook twitter pinterest whatsapp | facebook twitter linkedin pinterest |
        click to share on facebook | click to share on twitter | click to share on x |
        follow us on facebook | follow us on twitter | follow us on x | follow us on instagram |
        follow us on google news | follow us on social media | follow us | stay connected |
        connect with us | spread the news | spread the word | spread the love""",
    ),
    (
        "foot of the page",
        END,
        """primary sidebar | secondary sidebar | footer | site footer | footer menu | footer navigation""",
    ),
    (
        "foot of the page",
        PLAIN,
        """about us | contact us | privacy policy | cookie policy | cookies policy | cookie settings |
        cookie preferences | manage cookies | terms of use | terms of service | terms and conditions |
        terms & conditions | privacy & cookies | privacy & cookies policy |
        do not sell my personal information | do not sell or share my personal information |
        your privacy choices | advertise with us | work with us | write for us | submit a tip |
        send us a tip | site map | sitemap | rss feed | rss feeds | accessibility statement |
        editorial policy | editorial standards | corrections policy | code of ethics | ethics policy |
        eeo report | fcc public file | fcc applications | public file | closed captioning |
        all rights reserved | all rights reserved.""",
    ),
    (
        "newsletter",
        PLAIN,
        """subscribe to our newsletter | sign up for our newsletter | sign up for our newsletters |
        subscribe to newsletter | newsletter sign up | newsletter signup | join our newsletter |
        get our newsletter | email newsletter | email address | your email address | enter your email |
        enter your email address | sign up now | subscribe now | subscribe today | become a member |
        already a subscriber? sign in | already have an account? sign in | create an account |
        create a free account""",
    ),
    (
        "app banner",
        PLAIN,
        """app store play store | app store google play | google play app store | download on the app store |
        get it on google play | download the app | download our app | download the mobile app |
        get the app | get our app | open in app | open app""",
    ),
    (
        "cookie notice",
        PLAIN,
        """accept cookies | accept all cookies | accept all | reject all | manage preferences |
        manage options | privacy overview | strictly necessary cookies | always enabled""",
    ),
)

DOUBTFUL: tuple[tuple[str, str, str], ...] = (
    (
        COMMENTS_HEADING,
        COMMENTS,
        """comments | conversation | discussion | responses | replies""",
    ),
    (
        "comment form",
        FORM,
        """cancel | submit | reload | website | email | e-mail | name | comment | message | send | δ""",
    ),
    (
        "list of other stories",
        LISTING,
        """related | trending | popular | latest | featured | recommended | must read | don't miss |
        up next | keep reading | top news""",
    ),
    (
        "no comments",
        NONE,
        """no comments""",
    ),
    (
        "reader's bar",
        STAMP,
        """like | likes | report | quote | flag | edit | edited | delete | permalink | upvote | downvote |
        more replies""",
    ),
    (
        "share bar",
        PLAIN,
        """share | shares | tweet | print | pin | save | bookmark | copy | facebook | twitter | instagram |
        youtube | linkedin | whatsapp | telegram | reddit | pinterest | tumblr | pocket | messenger |
        flipboard | bluesky | threads | mastodon | tiktok | snapchat | rss | email print | google+ |
        google news | follow | views | gift | gift article""",
    ),
    (
        "page control",
        PLAIN,
        """menu | search | close | home | login | log in | log out | sign in | register | subscribe |
        my account | listen | watch live | description | author | published | updated | share now |
        see more | reading time | facebook comments | transcript | gallery | photos | image | video |
        slideshow | ×""",
    ),
    (
        "foot of the page",
        PLAIN,
        """about | contact | privacy | terms | advertise | careers | faq | tags | previous | next | all |
        day | week | month | today | yesterday""",
    ),
)

NAVIGATION_WORDS = frozenset(
    [
        "africa",
        "americas",
        "analysis",
        "arts",
        "asia",
        "baseball",
        "basketball",
        "books",
        "breaking",
        "business",
        "celebrity",
        "classifieds",
        "climate",
        "columns",
        "community",
        "cricket",
        "crime",
        "culture",
        "defense",
        "directory",
        "economy",
        "editorials",
        "education",
        "elections",
        "energy",
        "entertainment",
        "environment",
        "europe",
        "events",
        "features",
        "finance",
        "food",
        "football",
        "front-page",
        "games",
        "golf",
        "headlines",
        "health",
        "hockey",
        "home",
        "housing",
        "immigration",
        "international",
        "investigations",
        "latest",
        "law",
        "letters",
        "life",
        "lifestyle",
        "live-tv",
        "local",
        "magazine",
        "markets",
        "media",
        "middle-east",
        "military",
        "money",
        "movies",
        "music",
        "national",
        "news",
        "newsletters",
        "obituaries",
        "opinion",
        "opinions",
        "photos",
        "podcast",
        "podcasts",
        "politics",
        "puzzles",
        "religion",
        "science",
        "shop",
        "soccer",
        "society",
        "sport",
        "sports",
        "store",
        "style",
        "subscribe",
        "tech",
        "technology",
        "television",
        "tennis",
        "transportation",
        "travel",
        "trending",
        "tv",
        "u.s.",
        "uk",
        "us",
        "video",
        "video-news",
        "videos",
        "weather",
        "world",
    ]
)

# Orders that comments can be put in, each a button: those that nothing else is called, and those that could be
# a remark or head a list of stories.
ORDERS = """newest | oldest | top rated | highest rated | most helpful | most relevant | most replies | most voted |
    most discussed | most controversial"""
LOOSE_ORDERS = "best | controversial | hot | latest | most popular | most recent | popular | relevance | top"

# A line made of these words only is the bar below a comment.
READER_BAR = frozenset(
    [
        "ago",
        "award",
        "copy",
        "delete",
        "downvote",
        "downvotes",
        "edit",
        "edited",
        "flag",
        "follow",
        "hide",
        "like",
        "liked",
        "likes",
        "link",
        "more",
        "permalink",
        "point",
        "points",
        "quote",
        "react",
        "recommend",
        "recommended",
        "replies",
        "reply",
        "replying",
        "report",
        "respond",
        "reward",
        "save",
        "share",
        "shares",
        "show",
        "unfollow",
        "upvote",
        "upvotes",
        "view",
        "vote",
        "votes",
    ]
)
