"""What a browser can tell of a page for those who read it in another way: by ear, enlarged, or with other colors."""

from __future__ import annotations

from playwright.sync_api import Page

_DESCRIBED = """
    const words = one => (one.innerText || one.outerHTML).trim().replace(/\\s+/g, ' ');
    const described = one => `${one.tagName} ${words(one).slice(0, 60)}`;
    const all = (selector, within = document) => [...within.querySelectorAll(selector)];
    const seen = one => one.checkVisibility() && one.getBoundingClientRect().width > 1;
"""

_BY_EAR = """() => {
    const displays = {
        TABLE: 'table', THEAD: 'table-header-group', TBODY: 'table-row-group', TR: 'table-row', TH: 'table-cell',
        TD: 'table-cell',
    };
    const roles = {
        TABLE: ['table'], THEAD: ['rowgroup'], TBODY: ['rowgroup'], TR: ['row'], TH: ['columnheader', 'rowheader'],
        TD: ['cell'],
    };
    const relaid = one => !['none', displays[one.tagName]].includes(getComputedStyle(one).display);
    const lost = all('table').flatMap(table => {
        const parts = [table, ...all('thead, tbody, tr, th, td', table)];
        return parts.some(relaid) ? parts.filter(one => !roles[one.tagName].includes(one.getAttribute('role'))) : [];
    });
    const named = one => [...one.labels].some(label => label.textContent.trim()) || one.getAttribute('aria-label')
        || (one.getAttribute('aria-labelledby') || '').split(' ').some(id => document.getElementById(id))
        || (one.tagName === 'BUTTON' && one.textContent.trim());
    const headings = all('h1, h2, h3, h4, h5, h6').filter(one => one.checkVisibility());
    const skips = headings.filter((one, i) => one.tagName[1] - (i ? headings[i - 1].tagName[1] : 0) > 1);
    const ids = all('[id]').map(one => one.id);
    const references = ['for', 'aria-labelledby', 'aria-describedby', 'aria-controls'];
    const dangling = references.flatMap(name => all(`[${name}]`).filter(
        one => one.getAttribute(name).split(/\\s+/).some(id => id && !document.getElementById(id))));
    return [
        ...(all('h1').length === 1 ? [] : [`${all('h1').length} headings of the first level`]),
        ...(all('main').length === 1 ? [] : [`${all('main').length} main parts`]),
        ...skips.map(one => `skips a level: ${described(one)}`),
        ...lost.map(one => `without its role: ${described(one)}`),
        ...all('input:not([type=hidden]), select, textarea, button').filter(one => one.checkVisibility() && !named(one))
            .map(one => `without a label: ${described(one)}`),
        ...all('fieldset').filter(one => one.firstElementChild?.tagName !== 'LEGEND')
            .map(one => `without a legend: ${described(one)}`),
        ...ids.filter((id, i) => ids.indexOf(id) !== i).map(id => `twice: #${id}`),
        ...dangling.map(one => `refers to nothing: ${described(one)}`),
        ...all('a[hreflang]').filter(one => one.hreflang !== document.documentElement.lang && !one.lang)
            .map(one => `in which language: ${described(one)}`),
    ];
}"""

# What is clamped on purpose (`cut`) has its whole text elsewhere; a list of places scrolls within itself.
_CUT = """() => {
    const exempt = '.vh, .skip, .cut, .places, .scroll, svg';
    const clips = (one, style) => (style.overflowX !== 'visible' && one.scrollWidth > one.clientWidth + 1)
        || (['hidden', 'clip'].includes(style.overflowY) && one.scrollHeight > one.clientHeight + 2);
    const spills = (one, style) => one.matches('button, .go, .tag, .chip, .pick, td, th, dt, dd')
        && style.display !== 'inline' && one.scrollWidth > one.clientWidth + 2;
    return all('body *').filter(one => seen(one) && !one.closest(exempt) && !one.matches('input, select, textarea'))
        .filter(one => clips(one, getComputedStyle(one)) || spills(one, getComputedStyle(one))).map(described);
}"""

_COVERED = """() => {
    const acts = all('a, button, input:not([type=hidden]), select, textarea, summary')
        .filter(one => seen(one) && !one.closest('.vh, .skip, .places, .bar, .bulk'))
        .map(one => [one, one.getClientRects()]);
    const inline = one => getComputedStyle(one).display === 'inline';
    // Lines of text in a paragraph overlap a little.
    const overlap = (a, b, most) => Math.min(a.right, b.right) - Math.max(a.left, b.left) > 2
        && Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > most;
    return acts.flatMap(([one, boxes], i) => acts.slice(i + 1).filter(([other, others]) =>
        !one.contains(other) && !other.contains(one) && [...boxes].some(
            a => [...others].some(b => overlap(a, b, inline(one) || inline(other) ? 8 : 3)))
    ).map(([other]) => `${described(one)} and ${described(other)}`));
}"""


def faults_by_ear(page: Page) -> list[str]:
    """Return what a screen reader would miss or read wrongly."""
    return _found(page, _BY_EAR)


def cut_or_covered(page: Page) -> list[str]:
    """Return the parts whose words are cut or stand outside of them, and the controls that lie on each other."""
    return [*_found(page, _CUT), *_found(page, _COVERED)]


def beyond_the_edge(page: Page, of: str = "html") -> int:
    """Return how many pixels of the page, or of a part of it, lie beyond its right edge."""
    return int(page.locator(of).evaluate("one => one.scrollWidth - one.clientWidth"))


def share_of_the_head(page: Page) -> float:
    """Return which share of the window the head covers, since it stays while the page scrolls."""
    return float(page.locator("header.bar").evaluate("one => one.getBoundingClientRect().height / innerHeight"))


def enlarge_text(page: Page) -> None:
    """Set the browser's own size of text to twice its default, which also moves the breaks of the sheet."""
    page.context.new_cdp_session(page).send("Page.setFontSizes", {"fontSizes": {"standard": 32, "fixed": 26}})


def _found(page: Page, script: str) -> list[str]:
    return list(page.evaluate(script.replace("{", "{" + _DESCRIBED, 1)))
