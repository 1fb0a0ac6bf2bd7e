"""The local service: Perspective API's methods over our taggers, and tagging of whole threads.

`perspective` and `errors` are the shapes of requests and answers, `scorer` asks the taggers, `batcher`
puts requests together, `service` holds what requests share, `app` routes them, `server` runs them.
Needs the extra `[serve]`.
"""

from discourse.serve.settings import ServeSettings

__all__ = ["ServeSettings"]
