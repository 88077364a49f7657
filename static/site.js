// Small enhancements; every page works without them.

// A page with a chart of its own opens with that chart set, unless the address says otherwise. datasette-vega reads the
// fragment when the document is ready; deferred scripts run before that.
const drawn = document.querySelector("[data-fragment]");
if (drawn && location.hash.length < 2) {
  history.replaceState(null, "", "#" + drawn.dataset.fragment);
}

// The key / goes to the search, unless it is being typed somewhere.
addEventListener("keydown", (event) => {
  const isTyped = event.target.closest("input, textarea, select, [contenteditable]");
  if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || isTyped) return;
  const seen = [...document.querySelectorAll("form.search input[name=q]")].find((field) => field.checkVisibility());
  if (seen) {
    event.preventDefault();
    seen.focus();
    seen.select();
  }
});

// On a phone the menu is scrolled to the current page.
const current = document.querySelector("header.site nav [aria-current]");
if (current) {
  const menu = current.closest("nav");
  menu.scrollLeft = Math.max(0, current.getBoundingClientRect().right - menu.getBoundingClientRect().right + 40);
}

// The Copy buttons beside texts.
for (const button of document.querySelectorAll("button[data-copy]")) {
  button.hidden = false;
  button.addEventListener("click", async () => {
    const text = document.getElementById(button.dataset.copy).textContent;
    try {
      await navigator.clipboard.writeText(text);
      button.textContent = "Copied";
    } catch {
      getSelection().selectAllChildren(document.getElementById(button.dataset.copy));
      button.textContent = "Selected: press Ctrl+C";
    }
  });
}

// Facets are folded on a phone.
if (matchMedia("(max-width: 800px)").matches) {
  document.querySelectorAll("details.facets[open]").forEach((facets) => facets.removeAttribute("open"));
}
