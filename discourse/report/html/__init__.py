"""The report as a page for the browser: one file that needs no network and runs nothing but itself."""

from discourse.report.html.write import check_page_file, write_html

__all__ = ["check_page_file", "write_html"]
