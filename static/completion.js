// Completion of names in the SQL editor. Datasette's CodeMirror comes without its own, so this is a list box below the
// cursor: it opens as a name is typed or at Ctrl+Space; arrows choose, Enter or Tab takes, Escape closes.

{
  const WORDS = ("select from where join left cross on group by order having limit offset with recursive as distinct union all case when then " +
    "else end and or not in is null like glob between exists asc desc count sum avg min max group_concat json_each substr").split(" ");
  const MOST = 12;

  /** Tables that a statement names after from, join or a comma, by the name that they have in it. */
  const namedTables = (text, tables) => {
    const found = {};
    for (const [, table, alias] of text.matchAll(/(?:from|join|,)\s+(\w+)(?:\s+(?:as\s+)?(?!(?:on|where|join|left|cross|inner|group|order|limit|union|using)\b)(\w+))?/gi)) {
      const columns = tables[table] ?? tables[table.toLowerCase()];
      if (columns) found[alias ?? table] = found[table] = columns;
    }
    return found;
  };

  /** What may stand at the cursor: after `table.` its columns; else columns of the tables named, tables, words of SQL. */
  const candidates = (text, before, tables) => {
    const [, owner, start] = /(?:(\w+)\.)?(\w*)$/.exec(before);
    const named = namedTables(text, tables);
    const all = owner !== undefined
      ? (named[owner] ?? tables[owner] ?? [])
      : [...new Set([...Object.values(named).flat(), ...Object.keys(tables), ...(start ? WORDS : [])])];
    const begin = start.toLowerCase();
    const fitting = all.filter((name) => name.toLowerCase().startsWith(begin) && name !== start);
    return { start, names: fitting.slice(0, MOST), isMember: owner !== undefined };
  };

  window.completeNames = (editor, tables) => {
    const list = document.createElement("ul");
    list.id = "sql-names";
    list.className = "sql-names";
    list.setAttribute("role", "listbox");
    list.setAttribute("aria-label", "Names");
    const field = editor.getInputField();
    field.setAttribute("aria-autocomplete", "list");
    let chosen = 0;
    let at = null; // where the name begins

    const mark = () => {
      [...list.children].forEach((item, place) => item.setAttribute("aria-selected", place === chosen));
      field.setAttribute("aria-activedescendant", list.children[chosen].id);
      list.children[chosen].scrollIntoView({ block: "nearest" });
    };
    const move = (step) => {
      chosen = (chosen + step + list.children.length) % list.children.length;
      mark();
    };
    const close = () => {
      list.remove();
      editor.removeKeyMap(keys);
      field.removeAttribute("aria-activedescendant");
      field.removeAttribute("aria-controls");
    };
    const take = () => {
      const cursor = editor.getCursor();
      editor.replaceRange(list.children[chosen].textContent, at, cursor, "+complete");
      close();
    };
    const keys = { Up: () => move(-1), Down: () => move(1), Enter: take, Tab: take, Esc: close };

    const suggest = (isAsked) => {
      close();
      const cursor = editor.getCursor();
      const before = editor.getLine(cursor.line).slice(0, cursor.ch);
      const kind = editor.getTokenTypeAt(cursor) ?? "";
      const { start, names, isMember } = candidates(editor.getValue(), before, tables);
      if (/string|comment|number/.test(kind) || !names.length || !(isAsked || start.length > 1 || isMember)) return;
      chosen = 0;
      at = { line: cursor.line, ch: cursor.ch - start.length };
      list.replaceChildren(
        ...names.map((name, place) => {
          const item = document.createElement("li");
          item.id = `sql-name-${place}`;
          item.setAttribute("role", "option");
          item.textContent = name;
          item.addEventListener("mousedown", (event) => {
            event.preventDefault(); // the editor keeps the focus
            chosen = place;
            take();
          });
          return item;
        }),
      );
      editor.addKeyMap(keys);
      editor.addWidget(at, list, true);
      field.setAttribute("aria-controls", list.id);
      mark();
    };

    editor.on("inputRead", (_, change) => change.origin === "+input" && suggest(false));
    editor.on("change", (_, change) => change.origin === "+delete" && close());
    editor.on("blur", close);
    editor.on("cursorActivity", () => {
      const { line, ch } = editor.getCursor();
      const isOwn = at && line === at.line && ch >= at.ch && /^\w*$/.test(editor.getLine(line).slice(at.ch, ch));
      if (list.isConnected && !isOwn) close();
    });
    editor.addKeyMap({ "Ctrl-Space": () => suggest(true) });
  };
}
