"""`lambdalint server`: a language server over standard input and output."""

from __future__ import annotations

import gc

import click

from lambdalint.errors import UsageError


@click.command(short_help="Serve editors over the language server protocol.")
def server() -> int:
    """Serve editors: findings as diagnostics, fixes as code actions, over standard input and output.

    Needs `pip install 'lambdalint[lsp]'`.
    """
    gc.enable()
    try:
        from lambdalint.server.protocol import serve
    except ImportError:
        raise UsageError("the server needs other packages: pip install 'lambdalint[lsp]'") from None
    serve()
    return 0
