"""What is written beside an appraisal to be worked with and signed: workbooks and sign-off sheets."""

from __future__ import annotations

from flowsim.finance.finance import Finance
from flowsim.report.sign_off import sign_off
from flowsim.report.workbook import workbook


def finance_files(found: Finance) -> dict[str, bytes]:
    """Return the workbook and the sign-off sheet of each arm by the names of their files."""
    files: dict[str, bytes] = {}
    for arm in found.arms:
        files[f"{arm.name}.xlsx"] = workbook(found, arm)
        sheet = sign_off(found, arm)
        files[f"sign-off-{arm.name}.md"] = sheet.markdown().encode()
        files[f"sign-off-{arm.name}.html"] = sheet.html().encode()
    return files
