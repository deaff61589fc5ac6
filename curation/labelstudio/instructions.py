"""The annotators' handbook as the instructions that Label Studio shows."""

import re


def instructions(handbook: str) -> str:
    """Return a handbook in Markdown as HTML; the interface's style makes it readable.

    HTML in the Markdown (line breaks within tables) is kept, comments are left out.
    """
    from markdown_it import MarkdownIt

    text = re.sub(r"<!--.*?-->\n?", "", handbook, flags=re.DOTALL)
    render = MarkdownIt("commonmark").enable("table").render
    return f'<div class="c-guide">\n{render(text)}</div>\n'
