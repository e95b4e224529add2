"""What `tests/conftest.py` promises, tried on small suites of their own."""

from __future__ import annotations

from pathlib import Path

import pytest

CONFTEST = Path(__file__).with_name("conftest.py")
INI = """
[pytest]
testpaths = tests
markers =
    fast
    oracle
    golden
    slow
"""


@pytest.fixture
def suite(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> pytest.Pytester:
    """Return an otherwise empty project whose tests stand under our conftest, outside CI."""
    monkeypatch.delenv("CI", raising=False)
    pytester.makefile(".ini", pytest=INI)
    write(pytester, "tests/conftest.py", CONFTEST.read_text(encoding="utf-8"))
    return pytester


def write(suite: pytest.Pytester, name: str, text: str) -> None:
    file = suite.path / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")


def chosen(suite: pytest.Pytester, tier: str) -> list[str]:
    result = suite.runpytest_inprocess("--collect-only", "-q", "-m", tier)
    return [line for line in result.outlines if "::" in line]


def test_the_folder_gives_the_tier(suite: pytest.Pytester) -> None:
    write(suite, "tests/oracles/test_a.py", "def test_a(): pass")
    write(suite, "tests/golden/test_b.py", "def test_b(): pass")
    write(suite, "tests/sampling/test_c.py", "def test_c(): pass")
    assert chosen(suite, "oracle") == ["tests/oracles/test_a.py::test_a"]
    assert chosen(suite, "golden") == ["tests/golden/test_b.py::test_b"]
    assert chosen(suite, "fast") == ["tests/sampling/test_c.py::test_c"]


def test_a_mark_wins_over_the_folder(suite: pytest.Pytester) -> None:
    write(suite, "tests/oracles/test_a.py", "import pytest\n\n@pytest.mark.slow\ndef test_a(): pass")
    assert chosen(suite, "slow") == ["tests/oracles/test_a.py::test_a"]
    assert chosen(suite, "oracle") == []


def test_two_tiers_are_refused(suite: pytest.Pytester) -> None:
    write(
        suite,
        "tests/test_a.py",
        "import pytest\n\npytestmark = pytest.mark.slow\n\n@pytest.mark.golden\ndef test_a(): pass",
    )
    result = suite.runpytest_inprocess()
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["*test_a.py::test_a: must have one tier of *; found ?'golden', 'slow'?"])


def test_a_test_outside_the_tests_has_no_tier_and_is_refused(suite: pytest.Pytester) -> None:
    write(suite, "tests/test_a.py", "def test_a(): pass")
    write(suite, "elsewhere/test_b.py", "def test_b(): pass")
    result = suite.runpytest_inprocess("tests", "elsewhere")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["*elsewhere/test_b.py::test_b: must have one tier of *; found none"])


IN_A_TEST = "import pytest\n\ndef test_a():\n    pytest.importorskip('no_such_package')"
OF_A_MODULE = "import pytest\n\npytest.importorskip('no_such_package')\n\ndef test_a(): pass"


@pytest.mark.parametrize("text", [IN_A_TEST, OF_A_MODULE])
def test_a_missing_package_skips_a_test_on_a_desk(suite: pytest.Pytester, text: str) -> None:
    write(suite, "tests/test_a.py", text)
    suite.runpytest_inprocess().assert_outcomes(skipped=1)


@pytest.mark.parametrize(("text", "outcome"), [(IN_A_TEST, "failed"), (OF_A_MODULE, "errors")])
def test_a_missing_package_fails_a_test_in_ci(
    suite: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, text: str, outcome: str
) -> None:
    monkeypatch.setenv("CI", "true")
    write(suite, "tests/test_a.py", text)
    result = suite.runpytest_inprocess()
    result.assert_outcomes(**{outcome: 1})
    result.stdout.fnmatch_lines(["*in CI a skip for a missing package is a failure*no_such_package*"])


def test_another_reason_to_skip_holds_in_ci_too(
    suite: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CI", "true")
    write(suite, "tests/test_a.py", "import pytest\n\ndef test_a():\n    pytest.skip('no browser here')")
    suite.runpytest_inprocess().assert_outcomes(skipped=1)
