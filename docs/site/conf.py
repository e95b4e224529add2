"""The site: the repository's own pages as they stand, and pages made from the code.

`make docs` builds it into build/site. The root of the repository is the source folder, so that every link
that holds where the pages are read as files holds here.
"""

from __future__ import annotations

import re
import sys
import tomllib
from pathlib import Path
from typing import Any

import jupytext

ROOT = Path(__file__).resolve().parents[2]
SITE = ROOT / "docs" / "site"
sys.path.insert(0, str(ROOT / "src"))

import flowsim  # noqa: E402

project = "flowsim"
author = copyright = "flowsim contributors"
version = release = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
language = "en_GB"

extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon", "sphinx_click"]
root_doc = "docs/index"
include_patterns = [
    *("README.md", "CONTRIBUTING.md", "CHANGELOG.md", "docs/*.md", "docs/*/*.md", "docs/site/notebooks/*.md"),
    *(
        "notebooks/README.md",
        "data/README.md",
        "benchmarks/README.md",
        "SECURITY.md",
        "tests/oracles/README.md",
    ),
]
myst_heading_anchors = 4
# A page read as a file may step from its title to small headings; a diagram stays as it is written.
suppress_warnings = ["myst.header", "misc.highlighting_failure"]
default_role = "code"  # as in the docstrings, whose single backquotes are Markdown's
autodoc_typehints = "description"
autodoc_member_order = "bysource"
napoleon_use_rtype = False

html_theme = "furo"
html_title = "flowsim"
html_extra_path = ["root"]
html_static_path = ["static"]
html_css_files = ["wide.css"]
html_copy_source = False
html_theme_options = {"footer_icons": []}

LINK = re.compile(r"(?<!!)\[([^\]]*)\]\(([^)#:\s]+)\)")


def python_page() -> str:
    """Return the page of the public API: everything that `import flowsim` offers."""
    parts = ["# Python\n", "Everything that `import flowsim` offers.\n"]
    for name in sorted(flowsim.__all__, key=str.lower):
        found = getattr(flowsim, name)
        if isinstance(found, type):
            directive = f".. autoclass:: flowsim.{name}\n   :members:\n"
        elif callable(found):
            directive = f".. autofunction:: flowsim.{name}\n"
        elif name == "METRICS":
            parts.append(f"## {name}\n\nEvery metric by name: [the table](../metrics.md).\n")
            continue
        else:
            directive = f".. automodule:: {found.__name__}\n   :members:\n   :exclude-members: Problem\n"
        parts.append(f"## {name}\n\n```{{eval-rst}}\n{directive}```\n")
    return "\n".join(parts)


def notebook_page(file: Path) -> str:
    """Return a notebook as a page."""
    return str(jupytext.writes(jupytext.read(file), fmt="md")).partition("---\n\n")[2]


def make_pages(_: Any) -> None:
    """Write the pages that are made from the code."""
    made = SITE / "notebooks"
    made.mkdir(exist_ok=True)
    names = []
    for file in sorted((ROOT / "notebooks").glob("*.ipynb")):
        names.append(f"notebooks/{file.stem}")
        _write(made / f"{file.stem}.md", notebook_page(file))
    listed = "\n".join(names)
    _write(SITE / "notebooks.md", f"# The notebooks, to read\n\n```{{toctree}}\n{listed}\n```\n")
    _write(SITE / "python.md", python_page())


def _write(file: Path, text: str) -> None:
    if not file.exists() or file.read_text(encoding="utf-8") != text:
        file.write_text(text, encoding="utf-8")


def without_folders(app: Any, name: str, source: list[str]) -> None:
    """Leave links to folders as words: a site has no page for them."""
    here = Path(app.srcdir, name).parent
    source[0] = LINK.sub(lambda link: link[1] if (here / link[2]).is_dir() else link[0], source[0])


def as_text(_: Any, __: Any, lines: list[str]) -> None:
    """Keep stars of a help text from beginning an emphasis."""
    lines[:] = [line.replace("*", "\\*") for line in lines]


def setup(app: Any) -> None:
    """Hook in."""
    for part in ("description", "options", "arguments", "epilog"):
        app.connect(f"sphinx-click-process-{part}", as_text)
    app.connect("builder-inited", make_pages)
    app.connect("source-read", without_folders)
