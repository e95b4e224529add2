from __future__ import annotations

from flowsim.report.document import Document, Grid, Heading, Paragraph, Picture

PAGE = Document(
    "A & B",
    [
        Heading("Part <1>"),
        Paragraph("Of *all* [those] under_scored | 5 < 6."),
        Grid(("What", "How many"), [("a|b", "1"), ("-", "2")], (1,)),
        Picture("it.png", b"\x89PNG", "A picture"),
    ],
)


def test_markdown_takes_every_text_as_it_is() -> None:
    assert PAGE.markdown() == (
        "# A & B\n\n## Part \\<1\\>\n\nOf \\*all\\* \\[those\\] under\\_scored | 5 \\< 6.\n\n"
        "| What | How many |\n| --- | ---: |\n| a\\|b | 1 |\n| - | 2 |\n\n![A picture](it.png)\n"
    )


def test_html_is_one_file_that_needs_no_other() -> None:
    text = PAGE.html()
    assert "<h1>A &amp; B</h1>" in text
    assert '<h2 id="part-1">Part &lt;1&gt;</h2>' in text
    assert '<tr><th scope="row">a|b</th><td class="n">1</td></tr>' in text
    assert 'src="data:image/png;base64,iVBORw==' in text
    assert "://" not in text and "<script" not in text
