"""The summary is what the figures make, and the figures are counted right."""

import importlib.util
import json
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
_spec = importlib.util.spec_from_file_location("measure", ROOT / "tools" / "measure.py")
measure = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(measure)

REPORT = """<testsuites><testsuite>
<testcase classname="tests.parity.test_recorded" name="a"/>
<testcase classname="tests.parity_charts.test_recorded" name="b"/>
<testcase classname="tests.unit.test_x" name="c"><skipped/></testcase>
<testcase classname="tests.unit.test_x" name="d"><failure/></testcase>
<testcase classname="tests.unit.test_x.Class" name="e"/>
</testsuite></testsuites>"""


def test_the_page_is_made_of_the_figures():
    figures = json.loads(measure.FIGURES.read_text(encoding="utf-8"))
    assert measure.PAGE.read_text(encoding="utf-8") == measure.page(figures)


def test_a_report_is_counted(tmp_path):
    report = tmp_path / "tests.xml"
    report.write_text(REPORT)
    counted = measure.tests(report)
    assert counted["outcomes"] == {"failed": 1, "passed": 3, "skipped": 1}
    assert counted["folders"] == {"parity": 1, "parity_charts": 1, "unit": 1}
    assert (counted["recorded"], counted["charts"]) == (1, 1)


def test_what_was_not_measured_is_said_to_be_so():
    figures = json.loads(measure.FIGURES.read_text(encoding="utf-8"))
    for name in ("api", "parity"):
        figures.pop(name, None)
    figures["tests"] = None
    assert measure.page(figures).count("not measured") == 5
