// Small enhancements; every page works without them.

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

// What is said to those who don't see that something was copied.
const said = document.createElement("div");
said.className = "hidden";
said.setAttribute("role", "status");
document.body.append(said);

// A link to a paper's BibTeX copies it instead; where the clipboard is closed, or the answer lost, it leads there as ever.
addEventListener("click", async (event) => {
  const link = event.target.closest("a[data-bibtex]");
  if (!link || !navigator.clipboard || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
  event.preventDefault();
  try {
    const text = fetch(link.href).then(async (answer) => {
      if (!answer.ok) throw new Error(answer.statusText);
      return new Blob([await answer.text()], { type: "text/plain" });
    });
    await navigator.clipboard.write([new ClipboardItem({ "text/plain": text })]);
  } catch {
    location.assign(link.href);
    return;
  }
  said.textContent = `Copied the BibTeX of “${link.dataset.bibtex}”`;
  link.classList.add("copied");
  setTimeout(() => link.classList.remove("copied"), 2000);
});

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
