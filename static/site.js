// Small enhancements; every page works without them.

// A page with a chart of its own opens with that chart set, unless the address says otherwise. datasette-vega reads the
// fragment when the document is ready; deferred scripts run before that.
const drawn = document.querySelector("[data-fragment]");
if (drawn && location.hash.length < 2) {
  history.replaceState(null, "", "#" + drawn.dataset.fragment);
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
