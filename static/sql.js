// The SQL editor: Datasette's CodeMirror over the textarea, with its formatter and our completion of names.

{
  const box = document.getElementById("sql-editor");
  const schema = document.querySelector("details.schema");
  const tidy = document.getElementById("sql-format");

  // The formatter comes when it is first asked for.
  const format = async (text) => {
    if (!window.sqlFormatter) {
      await new Promise((resolve, reject) => {
        const script = document.createElement("script");
        script.src = tidy.dataset.script;
        script.addEventListener("load", resolve);
        script.addEventListener("error", reject);
        document.head.append(script);
      });
    }
    return sqlFormatter.format(text, { language: "sql" });
  };

  // Tables and their columns, as the page lists them.
  const readTables = () =>
    Object.fromEntries(
      [...schema.querySelectorAll("[data-table]")].map((table) => [
        table.dataset.table,
        [...table.querySelectorAll("[data-column]")].map((column) => column.dataset.column),
      ]),
    );

  const openEditor = () => {
    const editor = CodeMirror.fromTextArea(box, { lineNumbers: true, lineWrapping: true, mode: "text/x-sqlite" });
    editor.getInputField().setAttribute("aria-label", document.querySelector("label[for=sql-editor]").textContent);
    const run = () => box.form.requestSubmit();
    editor.setOption("extraKeys", {
      "Ctrl-Enter": run,
      "Cmd-Enter": run,
      "Shift-Enter": run, // as in Datasette
      Tab: false, // leads on to the next field
      "Shift-Tab": false,
    });
    completeNames(editor, readTables());
    tidy.addEventListener("click", async () => {
      editor.setValue(await format(editor.getValue()));
      editor.focus();
    });
    return editor;
  };

  // A column of the schema is a button that puts its name into the statement.
  const insertColumns = (editor) => {
    for (const column of schema.querySelectorAll("[data-column]")) {
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = column.dataset.column;
      button.title = "Insert into the statement";
      button.addEventListener("click", () => {
        editor.replaceSelection(column.dataset.column);
        editor.focus();
      });
      column.firstChild.replaceWith(button);
    }
    if (matchMedia("(max-width: 800px)").matches) schema.open = false;
  };

  if (tidy) tidy.hidden = false;
  if (box) insertColumns(openEditor());
  const shown = document.getElementById("sql-query"); // of a canned query
  if (shown) {
    tidy.addEventListener("click", async () => {
      shown.textContent = await format(shown.textContent);
    });
  }
}
