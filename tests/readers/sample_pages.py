"""Pages written for the tests, with the furniture that news sites put around articles."""

BODY = """The harbour council voted on Wednesday to close the old ferry terminal by the end of next year, despite a petition.
Council leader Ian Prowse said that the building had become too costly to repair and that the new pier would do.
"We have run out of road," he told reporters after the meeting. "Love does not fix a roof."
Campaigners said they would challenge the decision in court and accused the council of hiding a survey."""

HEAD = """Skip to content
Home
News
Sport
Business
Harbour council votes to close the old ferry terminal
By Maria Whitlock
February 12, 2025 3:14 pm
Share"""

BROADCASTER = f"""{HEAD}
{BODY}
Related topics
Port Ellery
Transport
More on this story
Ferry fares to rise by a tenth from April
9 January 2025
Most read
1
Storm warning extended to the whole coast
2
Ten walks for a wet weekend
About us
Privacy Policy
Copyright 2025 Ellery Broadcasting. All rights reserved."""

WIDGET = f"""The Daily Beacon
Log In
Politics
Harbour council votes to close the old ferry terminal
By Tom Adeyemi
Feb. 12, 2025 at 3:21 p.m. EST
{BODY}
147 Comments
Log in
Join the discussion…
Sort by Best
Rita K
2 hours ago
About time. The roof leaked on my daughter twice.
Reply
Share
Old Gus
1 hour ago
And who pays for the pier? We do
Reply
Share
NoName
1 hour ago
lol
Reply
Share
Rita K
38 minutes ago
It says so in the article, the county pays.
Reply
Share
Most Popular
Mayor wants to plant ten thousand trees
Bridge closed until Monday after crash
Subscribe to our newsletter
© 2025 The Daily Beacon"""

BLOG = f"""Harbour council votes to close the old ferry terminal
Posted by Ann Poole | February 3, 2025

{BODY}

Filed under: Harbour, Council
Previous post: The pier that never was
3 thoughts on “Harbour council votes to close the old ferry terminal”
Gwen says:
February 3, 2025 at 9:35 am
They sold the post office first, remember?
Reply
Marek says:
February 3, 2025 at 11:02 am
Who needs ferries anyway
Reply
Gwen says:
February 4, 2025 at 8:10 am
People who live on islands.
Reply
Leave a Reply Cancel reply
Your email address will not be published. Required fields are marked *
Comment
Name *
Save my name, email, and website in this browser for the next time I comment."""

FORM_FIRST = f"""{HEAD}
{BODY}
Leave a comment
Your email address will not be published. Required fields are marked *
Name *
I grew up on that ferry. Shame on the council.
They sold the post office first, remember? You could not make it up.
Who needs ferries anyway
People who live on islands, maybe.
Related Posts
Council raises parking fees again
Post office closes after 90 years"""

BARE = f"""{BODY}
Good
About time!
Trees matter more than boats
Says who
Me.
Share
No comment.
Happy
42
Views
11:47 AM · Feb 12, 2025
·
282.5K
Views
@IanProwse
Ian Prowse
See also the airport.
We will see. Time will tell.
Read my lips: no new pier!!"""
