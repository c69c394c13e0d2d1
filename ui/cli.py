"""The `commentary` command, where it begins.

Everything heavy is imported inside the command that needs it, so that --help answers at once.
"""

import io
import sys

import click

from ui.commands import ask, check, serve, sources, user


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="commentary-qa", prog_name="commentary")
def main() -> None:
    """Ask questions of commentaries, offline.

    Put texts into source_texts/, then ask. Every answer is made of sentences that stand in them,
    each cited to its exact characters, or says that they do not answer.
    """
    if isinstance(sys.stdout, io.TextIOWrapper):  # a terminal or a file may know few letters
        sys.stdout.reconfigure(errors="backslashreplace")


for command in (
    sources.index_command, sources.add, sources.remove, sources.list_command,
    ask.ask, ask.search,
    serve.chat, serve.mcp_command,
    user.user,
    check.status, check.verify, check.bench_command, check.eval_command,
):  # fmt: skip
    main.add_command(command)


if __name__ == "__main__":
    main()
