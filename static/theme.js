// The colour scheme that a visitor chose is set before the first paint, so this script blocks; all else waits.
{
  const root = document.documentElement;
  const system = matchMedia("(prefers-color-scheme: dark)").matches ? ["light", "dark"] : ["dark", "light"];
  const next = { "": system[0], [system[0]]: system[1], [system[1]]: "" };
  const names = { "": "as the system", light: "light", dark: "dark" };

  const read = () => {
    try {
      const kept = localStorage.getItem("theme");
      return kept in names ? kept : "";
    } catch {
      return ""; // storage is closed to this page
    }
  };

  const show = (theme) => {
    if (theme) root.dataset.theme = theme;
    else delete root.dataset.theme;
    const button = document.querySelector("button.theme");
    if (!button) return;
    button.hidden = false;
    button.title = `Colours: ${names[theme]}. Change to ${names[next[theme]]}.`;
    button.setAttribute("aria-label", button.title);
  };

  const keep = (theme) => {
    try {
      localStorage.setItem("theme", theme);
    } catch {
      // it lasts as long as the page
    }
  };

  show(read());
  document.addEventListener("DOMContentLoaded", () => {
    show(root.dataset.theme ?? "");
    document.querySelector("button.theme")?.addEventListener("click", () => {
      const theme = next[root.dataset.theme ?? ""];
      keep(theme);
      show(theme);
    });
  });
}
