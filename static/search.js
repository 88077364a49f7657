// Suggestions under every search field (the combobox pattern of WAI-ARIA), and the key / that leads to it.
// Without this script a search field is a plain form.

const PAUSE = 80; // milliseconds without a key before suggestions are asked for
const kept = new Map(); // text to its suggestions

function make(name, attributes, text) {
  const node = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
  if (text !== undefined) node.textContent = text;
  return node;
}

function describe(one) {
  if (one.kind === "paper") return one.detail;
  const papers = `${one.count} ${one.count === 1 ? "paper" : "papers"}`;
  return `${one.kind}, ${papers}`;
}

function enhance(form, number) {
  const input = form.querySelector("input[type=search]");
  if (!input) return;
  const address = new URL("../-/suggest", form.action);
  const id = `suggestions-${number}`;
  const box = make("div", { class: "suggestions", hidden: "" });
  const list = make("ul", { role: "listbox", id, "aria-label": "Suggestions" });
  const hint = make("p", { class: "hint" }, 'Also: "a phrase", OR, -without, author:, year:2020-, has:code. Enter shows all papers.');
  const status = make("p", { class: "hidden", role: "status" });
  box.append(list, hint);
  form.append(box, status);
  for (const [key, value] of Object.entries({
    role: "combobox", autocomplete: "off", "aria-expanded": "false", "aria-controls": id, "aria-autocomplete": "list",
  })) input.setAttribute(key, value);

  let shown = [], active = -1, timer = 0, asking = new AbortController();

  function mark(place) {
    active = place;
    [...list.children].forEach((item, at) => item.setAttribute("aria-selected", String(at === place)));
    if (place < 0) return input.removeAttribute("aria-activedescendant");
    input.setAttribute("aria-activedescendant", list.children[place].id);
    list.children[place].scrollIntoView({ block: "nearest" });
  }

  function close() {
    clearTimeout(timer);
    asking.abort();
    box.hidden = true;
    input.setAttribute("aria-expanded", "false");
    mark(-1);
  }

  function show(found) {
    shown = found;
    list.replaceChildren(...found.map((one, at) => {
      const item = make("li", { role: "option", id: `${id}-${at}`, "aria-selected": "false", class: one.kind });
      item.append(make("span", { class: "label" }, one.label), " ", make("span", { class: "detail" }, describe(one)));
      return item;
    }));
    status.textContent = found.length ? `${found.length} suggestions` : "No suggestions";
    mark(-1);
    box.hidden = !found.length;
    input.setAttribute("aria-expanded", String(found.length > 0));
  }

  async function ask() {
    const text = input.value.trim();
    asking.abort();
    if (!text) return close();
    asking = new AbortController();
    const { signal } = asking;
    try {
      if (!kept.has(text)) {
        address.search = new URLSearchParams({ q: text });
        const answer = await fetch(address, { signal });
        if (!answer.ok) return close();
        kept.set(text, (await answer.json()).suggestions);
      }
      if (!signal.aborted && input.value.trim() === text && document.activeElement === input) show(kept.get(text));
    } catch (error) {
      if (error.name !== "AbortError") close(); // a search still works without suggestions
    }
  }

  input.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(ask, PAUSE);
  });
  input.addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && box.hidden) {
      event.preventDefault();
      ask();
    } else if (step) {
      event.preventDefault();
      const places = shown.length + 1; // the field itself is one
      mark(((active + 1 + step + places) % places) - 1);
    } else if (event.key === "Enter" && active >= 0) {
      event.preventDefault();
      location.assign(shown[active].address);
    } else if (event.key === "Escape" && !box.hidden) {
      event.preventDefault();
      close();
    }
  });
  input.addEventListener("blur", close);
  form.addEventListener("submit", close);
  box.addEventListener("pointerdown", (event) => event.preventDefault()); // the field keeps the focus
  list.addEventListener("click", (event) => {
    const item = event.target.closest("[role=option]");
    if (item) location.assign(shown[[...list.children].indexOf(item)].address);
  });
}

const forms = [...document.querySelectorAll("form.search")];
forms.forEach(enhance);

document.addEventListener("keydown", (event) => {
  const isTyping = event.target.closest("input, textarea, select, [contenteditable]");
  if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || isTyping) return;
  const input = forms.map((form) => form.querySelector("input[type=search]")).find((one) => one?.offsetParent);
  if (!input) return;
  event.preventDefault();
  input.focus();
  input.select();
});
