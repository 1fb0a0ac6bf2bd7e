"""`discourse serve`: Perspective API's methods on your own machine."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from discourse.cli.messages import say, step
from discourse.cli.options import (
    BackendOption,
    DeviceOption,
    ProfanityModelOption,
    QuietOption,
    StanceModelOption,
    ToxicityModelOption,
)
from discourse.cli.outputs import check_outputs
from discourse.schema import UsageError

EPILOG = "Example: discourse serve --port 8000 --suggestions suggestions.jsonl"
PACKAGES = ("fastapi", "uvicorn", "prometheus_client", "py3langid")


def register(app: typer.Typer) -> None:
    """Adds the command."""
    app.command("serve", epilog=EPILOG)(serve)


def serve(
    host: Annotated[str, typer.Option(help="The address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="The port; 0 takes a free one.")] = 8000,
    keys: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Ask for API keys; their hashes are in FILE.")
    ] = None,
    new_key: Annotated[
        str | None, typer.Option("--new-key", metavar="NAME", help="Add a key to --keys, print it, stop.")
    ] = None,
    open_access: Annotated[
        bool, typer.Option("--open", help="Ask for no key though other machines reach the address.")
    ] = False,
    suggestions: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Keep suggested scores (comments:suggestscore) in FILE."),
    ] = None,
    rate: Annotated[
        float, typer.Option(min=0, help="Requests a second per key, or address; 0: no limit.")
    ] = 0.0,
    longest_wait: Annotated[
        float,
        typer.Option("--longest-wait", min=0.05, help="Seconds of work that may wait; more is refused."),
    ] = 2.0,
    workers: Annotated[
        int, typer.Option(min=1, max=64, help="Processes that answer; the models are in one more, once.")
    ] = 1,
    cors_origin: Annotated[
        list[str] | None,
        typer.Option("--cors-origin", metavar="ORIGIN", help="Let pages of ORIGIN ask; may be repeated."),
    ] = None,
    assume_english: Annotated[
        bool, typer.Option("--assume-english", help="Score every comment, whatever its language.")
    ] = False,
    log_requests: Annotated[
        bool, typer.Option("--log-requests", help="A line for each request, without its text.")
    ] = False,
    log_text: Annotated[bool, typer.Option("--log-text", help="The texts too.")] = False,
    toxicity_model: ToxicityModelOption = None,
    stance_model: StanceModelOption = None,
    profanity_model: ProfanityModelOption = None,
    device: DeviceOption = "cpu",
    backend: BackendOption = None,
    quiet: QuietOption = False,
) -> None:
    """Answer Perspective API's requests, and tag whole threads (POST /v1/tag), until told to stop."""
    require()
    from discourse.nn.devices import check_device
    from discourse.serve import ServeSettings
    from discourse.serve.keys import new_key as make_key
    from discourse.serve.server import load_taggers
    from discourse.serve.server import serve as run
    from discourse.taggers.given import check_models

    check_outputs({"--keys": keys, "--suggestions": suggestions}, ())
    if new_key is not None:
        if keys is None:
            raise UsageError("--new-key needs --keys FILE, where the key's hash is kept")
        print(make_key(keys, new_key))
        return
    check_device(device)
    models = {"toxicity": toxicity_model, "stance": stance_model, "profanity": profanity_model}
    check_models(models)
    settings = ServeSettings(
        host=host,
        port=port,
        keys=keys,
        open_access=open_access,
        suggestions=suggestions,
        rate=rate,
        longest_wait=longest_wait,
        workers=workers,
        origins=tuple(cors_origin or ()),
        check_language=not assume_english,
        log_requests=log_requests,
        log_text=log_text,
        models=models,
        device=device,
        backend=backend,
    )

    def load(settings: ServeSettings):
        with step("loading the models", quiet=quiet):
            return load_taggers(settings)

    run(settings, lambda text: say(text, quiet=quiet), load)


def require() -> None:
    """Looks whether the packages of the extra are there.

    Raises:
        UsageError: one is missing, or the system is not one that it runs on.
    """
    if sys.platform == "win32":
        raise UsageError("discourse serve runs on Linux and macOS; on Windows use it in WSL")
    from importlib.util import find_spec

    missing = [name for name in PACKAGES if find_spec(name) is None]
    if missing:
        raise UsageError(f"discourse serve needs {missing[0]}: pip install 'discourse-analyzer[serve]'")
