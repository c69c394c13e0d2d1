"""`commentary user`: who may sign in to the chat."""

from pathlib import Path

import click

from ui.running import auth_file_option, errors


@click.group()
def user() -> None:
    """Who may sign in to the chat, in the file that `chat --auth-file` reads."""


@user.command("add")
@auth_file_option("The file; it is made where there is none.", required=True)
@click.argument("name")
@click.password_option(help="Asked for where it is not given.")
def user_add(auth_file: Path, name: str, password: str) -> None:
    """Add NAME, or give NAME another password."""
    from ui.accounts import add_user

    with errors():
        add_user(auth_file, name, password)


@user.command("token")
@auth_file_option("The file.", required=True)
@click.argument("name")
def user_token(auth_file: Path, name: str) -> None:
    """Print a new access token for NAME's programs. It is shown this once only."""
    from ui.accounts import add_token

    with errors():
        click.echo(add_token(auth_file, name))


@user.command("remove")
@auth_file_option("The file.", required=True)
@click.argument("name")
def user_remove(auth_file: Path, name: str) -> None:
    """Take NAME away, with all tokens."""
    from ui.accounts import remove_user

    with errors():
        remove_user(auth_file, name)
