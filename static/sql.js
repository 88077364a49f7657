// The SQL editor: Datasette's CodeMirror over the textarea, with its formatter and our completion of names.

{
  const box = document.getElementById("sql-editor");
  const schema = document.querySelector("details.schema");

  // Tables and their columns, as the page lists them.
  const tables = Object.fromEntries(
    [...document.querySelectorAll("[data-table]")].map((table) => [
      table.dataset.table,
      [...table.querySelectorAll("[data-column]")].map((column) => column.dataset.column),
    ]),
  );

  if (box) {
    const editor = CodeMirror.fromTextArea(box, {
      lineNumbers: true,
      lineWrapping: true,
      mode: "text/x-sqlite",
      viewportMargin: Infinity,
      screenReaderLabel: "SQL",
    });
    const field = editor.getInputField();
    field.setAttribute("aria-label", document.querySelector("label[for=sql-editor]").textContent);
    const run = () => box.form.requestSubmit();
    editor.setOption("extraKeys", {
      "Ctrl-Enter": run,
      "Cmd-Enter": run,
      "Shift-Enter": run, // as in Datasette
      Tab: false, // leads on to the next field
      "Shift-Tab": false,
    });
    completeNames(editor, tables);

    const format = document.getElementById("sql-format");
    format.hidden = false;
    format.addEventListener("click", () => {
      editor.setValue(sqlFormatter.format(editor.getValue(), { language: "sql" }));
      editor.focus();
    });

    schema.addEventListener("click", (event) => {
      const column = event.target.closest("[data-insert]");
      if (!column) return;
      editor.replaceSelection(column.dataset.insert);
      editor.focus();
    });
    for (const column of schema.querySelectorAll("[data-column]")) {
      const button = document.createElement("button");
      button.type = "button";
      button.dataset.insert = button.textContent = column.dataset.column;
      button.title = "Insert into the statement";
      column.firstChild.replaceWith(button);
    }
  }

  if (schema && matchMedia("(max-width: 800px)").matches) schema.open = false;

  // A ready query's own statement, set in lines.
  const shown = document.getElementById("sql-query");
  const tidy = document.getElementById("sql-format");
  if (shown && tidy && sqlFormatter.format(shown.textContent) !== shown.textContent) {
    tidy.hidden = false;
    tidy.addEventListener("click", () => {
      shown.textContent = sqlFormatter.format(shown.textContent);
    });
  }
}
