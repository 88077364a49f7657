// The form of column filters: more lines, and lines taken away. Without script, each "Apply" gives one more line.

{
  const form = document.querySelector("form.filters");
  const blank = form?.querySelector("[data-blank]");

  const enable = (line) => {
    const button = line.querySelector("[data-remove-filter]");
    button.hidden = false;
    button.addEventListener("click", () => {
      const next = line.nextElementSibling?.querySelector("select, button") ?? form.querySelector("select");
      line.remove();
      next.focus();
    });
  };

  if (form) {
    form.querySelectorAll(".filter-line:has([data-remove-filter])").forEach((line) => {
      if (line !== blank) enable(line);
    });
    const more = form.querySelector("[data-add-filter]");
    more.hidden = false;
    more.addEventListener("click", () => {
      const number = 1 + Math.max(0, ...[...form.elements].map((field) => Number(/^_filter_column_(\d+)$/.exec(field.name)?.[1] ?? 0)));
      const line = blank.cloneNode(true);
      delete line.dataset.blank;
      for (const field of line.querySelectorAll("[name]")) {
        field.name += `_${number}`;
        field.value = field.matches("select") ? field.options[0].value : "";
      }
      for (const field of line.querySelectorAll("[id]")) field.id = field.id.replace("filter-", `filter_${number}-`);
      for (const label of line.querySelectorAll("label")) label.htmlFor = label.htmlFor.replace("filter-", `filter_${number}-`);
      blank.after(line);
      enable(line);
      line.querySelector("select").focus();
    });
    if (matchMedia("(max-width: 800px)").matches) form.closest("details").open = false;
  }
}
