// Lists: copying the address, menus that close, facets as a sheet on a narrow screen, their further values in place.
// Without it, the sheet is opened by its address, and further values are on a page of their own.

for (const button of document.querySelectorAll("[data-copy-address]")) {
  button.hidden = false;
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(location.href);
      button.textContent = "Copied";
    } catch {
      button.textContent = "Copy it from the address bar";
    }
  });
}

const closeMenus = (except) => {
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (menu !== except) menu.open = false;
  }
};
document.addEventListener("click", (event) => closeMenus(event.target.closest("details.menu")));
document.addEventListener("keydown", (event) => {
  const menu = event.key === "Escape" && document.querySelector("details.menu[open]");
  if (menu) {
    closeMenus();
    menu.querySelector("summary").focus();
  }
});

const facets = document.getElementById("filter");
const sheet = facets?.querySelector(".sheet");
const opener = document.querySelector(".to-filter");

// The sheet becomes a dialog, which keeps the focus, closes by Escape and returns the focus to its button.
function openSheet(event) {
  if (!matchMedia("(max-width: 800px)").matches) return;
  event.preventDefault();
  const dialog = document.createElement("dialog");
  dialog.className = "filter facets";
  dialog.setAttribute("aria-labelledby", "filter-heading");
  dialog.append(sheet);
  facets.after(dialog);
  dialog.addEventListener("close", () => {
    facets.append(sheet);
    dialog.remove();
  });
  dialog.addEventListener("click", (event) => {
    if (event.target === dialog || event.target.closest(".sheet-head .tool")) {
      event.preventDefault();
      dialog.close();
    }
  });
  dialog.showModal();
}

// All values of a facet, fetched from the page that the link leads to.
async function loadValues(link) {
  const more = link.closest("details");
  link.textContent = "Loading …";
  try {
    const page = new DOMParser().parseFromString(await (await fetch(link.href)).text(), "text/html");
    const [, values] = page.querySelectorAll(`[aria-labelledby="${link.dataset.values}"]`);
    more.querySelector("ul").replaceWith(values);
    link.parentElement.remove();
    values.querySelector("a").focus();
    addFinder(more);
  } catch {
    location.href = link.href;
  }
}

const fold = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();

// A field that leaves of a long facet's values those that contain its text.
function addFinder(more) {
  if (more.querySelectorAll("li").length < 20 || more.querySelector("input")) return;
  const field = document.createElement("input");
  field.type = "search";
  field.placeholder = "Find";
  field.setAttribute("aria-label", `Find ${more.closest(".facet").querySelector("h3").textContent.toLowerCase()}`);
  field.addEventListener("input", () => {
    const text = fold(field.value.trim());
    for (const value of more.querySelectorAll("li")) value.hidden = !fold(value.textContent).includes(text);
  });
  more.querySelector("summary").after(field);
}

if (facets && opener) {
  opener.setAttribute("role", "button");
  opener.addEventListener("click", openSheet);
  sheet.querySelectorAll("details.more").forEach(addFinder);
  sheet.addEventListener("click", (event) => {
    const link = event.target.closest("[data-values]");
    if (link) {
      event.preventDefault();
      loadValues(link);
    }
  });
}
