"""What an analyst uses, in a real browser: the SQL editor, column menus, the filter form, a chart of one's own."""

from __future__ import annotations

import pytest
from browsing import Visit, visiting
from page_kinds import sql_path
from playwright.sync_api import Browser, Page, expect
from test_browser import wait_for_chart

BY_YEAR = sql_path("select year, count(*) as n from papers group by year")
EDITED = "document.querySelector('.CodeMirror').CodeMirror.getValue()"
CORNER = """canvas => [...canvas.getContext('2d').getImageData(1, 1, 1, 1).data].slice(0, 3).join(', ')"""
PAGE_COLOUR = "getComputedStyle(document.body).backgroundColor"


def edit(page: Page, text: str) -> None:
    """Type a statement instead of the one in the editor."""
    page.locator(".CodeMirror").click()
    page.keyboard.press("Control+a")
    page.keyboard.press("Delete")
    page.keyboard.type(text)


def test_a_statement_is_completed_formatted_and_run_by_the_keyboard(desk: Visit) -> None:
    page = desk.page
    desk.go("/phenomena")
    expect(page.locator(".cm-keyword").first).to_have_text("select")
    edit(page, "select p.ven")
    expect(page.get_by_role("option")).to_have_count(0)  # nothing is called p yet
    edit(page, "select papers.ven")
    expect(page.get_by_role("option")).to_have_text(["venue", "venue_year"])
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("option", selected=True)).to_have_text("venue_year")
    page.keyboard.press("Enter")
    page.keyboard.type(", count(*) as n from pap")
    page.keyboard.press("Tab")
    page.keyboard.type(" group by ven")
    page.keyboard.press("Escape")
    expect(page.get_by_role("listbox")).to_have_count(0)
    page.keyboard.type("ue_year")
    page.keyboard.press("Escape")
    assert page.evaluate(EDITED) == "select papers.venue_year, count(*) as n from papers group by venue_year"
    page.keyboard.press("Control+Enter")
    expect(page.locator("table.rows-and-columns th")).to_have_text(["venue_year", "n"])
    expect(page.locator("table.rows-and-columns tbody tr").first).to_be_in_viewport()
    page.get_by_role("button", name="Format SQL").click()
    page.wait_for_function(
        f"text => {EDITED}.startsWith(text)", arg="select\n  papers.venue_year,\n  count(*) as n\nfrom\n"
    )


def test_columns_of_an_alias_and_of_the_tables_named_come_first(desk: Visit) -> None:
    page = desk.page
    desk.go("/phenomena")
    edit(page, "select own.as from paper_authors as own")
    for _ in range(len(" from paper_authors as own")):
        page.keyboard.press("ArrowLeft")
    expect(page.get_by_role("listbox")).to_have_count(0)
    page.keyboard.press("Control+Space")
    expect(page.get_by_role("option")).to_have_text(["as_written"])
    page.get_by_role("option").click()
    assert page.evaluate(EDITED) == "select own.as_written from paper_authors as own"


def test_a_column_of_the_schema_goes_into_the_statement(desk: Visit) -> None:
    desk.go("/phenomena")
    edit(desk.page, "select ")
    desk.page.locator("[data-table=links] summary").click()
    desk.page.get_by_role("button", name="host").click()
    assert desk.page.evaluate(EDITED) == "select host"


def test_without_script_the_statement_is_a_text_that_runs(browser: Browser, server: str) -> None:
    with visiting(browser, server, script=False) as visit:
        visit.go("/phenomena")
        visit.page.get_by_label("One SELECT statement").fill("select id, host from links where id < 3 and label = :l")
        visit.page.get_by_role("button", name="Run SQL").click()
        visit.page.get_by_label("l", exact=True).fill("paper")
        visit.page.get_by_role("button", name="Run SQL").click()
        expect(visit.page.locator("table.rows-and-columns tbody tr")).to_have_text(["1arxiv.org", "2arxiv.org"])
        for needing_script in ("#sql-format", "details.own-chart"):
            expect(visit.page.locator(needing_script)).to_have_count(1)
            expect(visit.page.locator(needing_script)).to_be_hidden()


def test_a_column_menu_opens_and_closes_by_the_keyboard(desk: Visit) -> None:
    page = desk.page
    desk.go("/phenomena/links")
    button = page.get_by_role("button", name="Menu of the column label")
    button.focus()
    page.keyboard.press("Enter")
    menu = page.get_by_role("group", name="Column label")
    expect(menu).to_be_visible()
    page.keyboard.press("Escape")
    expect(menu).to_be_hidden()
    expect(button).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(menu.get_by_role("link", name="Sort ascending")).to_be_focused()
    menu.get_by_role("link", name="Hide this column").click()
    expect(page.locator("th.col-label")).to_have_count(0)
    page.get_by_role("link", name="Show all columns").first.click()
    expect(page.locator("th.col-label")).to_have_count(1)


@pytest.mark.parametrize("script", [True, False])
def test_rows_are_filtered_by_several_columns(browser: Browser, server: str, script: bool) -> None:
    with visiting(browser, server, script=script) as visit:
        form = visit.page.get_by_role("form", name="Filter and sort")
        visit.go("/phenomena/links")
        form.locator("[name=_filter_column]").select_option("label")
        form.locator("[name=_filter_value]").fill("code")
        if script:
            form.get_by_role("button", name="Add a filter").click()
        else:
            form.get_by_role("button", name="Apply").click()
        column, operator, value = (
            form.locator(f"[name={name}{'_1' if script else ''}]")
            for name in ("_filter_column", "_filter_op", "_filter_value")
        )
        column.select_option("host")
        operator.select_option("contains")
        value.fill("github")
        form.get_by_role("button", name="Apply").click()
        assert sorted(visit.page.url.partition("?")[2].split("&"))[-2:] == [
            "host__contains=github",
            "label__exact=code",
        ]
        assert visit.errors == []


def test_a_filter_is_taken_away(desk: Visit) -> None:
    desk.go("/phenomena/links?label=code&host=github.com")
    form = desk.page.get_by_role("form", name="Filter and sort")
    form.get_by_role("button", name="Remove this filter").first.click()
    form.get_by_role("button", name="Apply").click()
    expect(desk.page.locator("[name=_filter_value_2]")).to_have_count(0)
    assert desk.page.url.endswith("/phenomena/links?_sort=id&label__exact=code")


def test_a_chart_of_ones_own_has_the_colours_of_the_page(desk: Visit) -> None:
    desk.go(BY_YEAR)
    assert desk.page.locator("script[src*=static-vega]").count() == 0
    desk.page.get_by_text("Make your own chart").click()
    canvas, seen = desk.page.locator("canvas.marks"), []
    for scheme in ("light", "dark"):
        desk.page.emulate_media(color_scheme=scheme)
        colour = desk.page.evaluate(PAGE_COLOUR).removeprefix("rgb(").removesuffix(")")
        canvas.wait_for()
        desk.page.wait_for_function(
            f"colour => ({CORNER})(document.querySelector('canvas.marks')) === colour", arg=colour
        )
        seen.append(colour)
    assert len(set(seen)) == 2


def test_a_chart_of_ones_own_fits_a_phone(phone: Visit) -> None:
    phone.go(BY_YEAR)
    phone.page.get_by_text("Make your own chart").click()
    wait_for_chart(phone.page)
    box = phone.page.locator("canvas.marks").bounding_box()
    assert box and box["x"] >= 0 and box["x"] + box["width"] <= 390
    assert phone.page.evaluate("document.documentElement.scrollWidth") == 390
