"""`flowsim app`: a local web page for people who never open a terminal."""

from __future__ import annotations

from pathlib import Path

import click

from flowsim.cli import options

EXAMPLES = "\b\nExamples:\n  flowsim app\n  flowsim app my-scenarios --port 8000\n"


@click.command(short_help="Serve a local web page on which to compare.", epilog=EXAMPLES)
@click.argument(
    "folder", required=False, type=click.Path(path_type=Path, file_okay=False), metavar="[FOLDER]"
)
@click.option("--port", type=click.IntRange(0, 65535), default=8642, show_default=True, help="0 for any.")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address of this computer to listen at.")
@click.option(
    "--open-to-all",
    is_flag=True,
    help="Allow a --host that other computers reach. There is no password: whoever reaches it can run "
    "simulations here and read every answer.",
)
@click.option("--browser", is_flag=True, help="Open the page in a browser, too.")
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("results"),
    show_default=True,
    metavar="DIR",
    help="Folder of finished replications, packs and workbooks.",
)
@options.jobs
def app(
    folder: Path | None, port: int, host: str, open_to_all: bool, browser: bool, out: Path, jobs: int
) -> None:
    """Serve a page on which to choose a hospital and interventions, move levers and see what changes.

    FOLDER holds scenarios and interventions of your own, to be offered besides those that come with flowsim.
    Only this computer can reach the page, and nothing leaves it.
    """
    from flowsim.errors import InputError

    try:
        from flowsim.app.serving import serve
    except ModuleNotFoundError as error:
        if error.name not in ("starlette", "uvicorn"):
            raise
        raise InputError(
            "the app needs the extra `app`, which is not installed: pip install 'patient-flowsim[fast,app]'"
        ) from None

    def told(text: str) -> None:
        click.echo(text, err=True)
        if browser and "http://" in text:
            click.launch(text[text.index("http://") :].split()[0])

    serve(folder, out, host=host, port=port, open_to_all=open_to_all, jobs=jobs, told=told)
