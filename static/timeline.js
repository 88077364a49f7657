"use strict";
// The timeline of the front page: dots light up without a new page, a card shows a dot's paper, years can be dragged over.
// It takes cards from charts.js, which runs before it.
{
  const { show, hide, hideSoon, paragraph, element, isShown } = window.marks;
  const drawing = document.querySelector("svg.timeline");
  const form = document.querySelector("form.light");
  const section = form.closest("section");
  const dots = drawing.matches(".grouped") ? [] : [...drawing.querySelectorAll("a[tabindex]")]; // charts.js has those of months
  const papers = new Map();
  let near = null;

  const rowOf = (dot) => dot.parentElement;
  const middle = (dot) => {
    const box = dot.querySelector("circle").getBoundingClientRect();
    return [box.x + box.width / 2, box.y + box.height / 2];
  };

  for (const dot of dots) {
    dot.setAttribute("aria-label", dot.firstChild.textContent);
    dot.firstChild.remove(); // the browser's own tip would cover the card
  }
  section.querySelectorAll(".scripted").forEach((part) => (part.hidden = false));
  dots[0]?.setAttribute("tabindex", "0");

  // The card of a paper: at once its title, and its digest when that has come.
  function describePaper(dot) {
    const link = Object.assign(document.createElement("a"), { href: dot.getAttribute("href"), textContent: dot.getAttribute("aria-label") });
    show(dot, paragraph(link));
    near?.classList.remove("near");
    near = dot;
    dot.classList.add("near");
    setTimeout(async () => {
      if (!isShown(dot)) return;
      const address = link.getAttribute("href");
      if (!papers.has(address)) papers.set(address, fetch(`${address}.json?_shape=objects`).then((answer) => answer.json()));
      const [paper] = (await papers.get(address).catch(() => ({ rows: [] }))).rows;
      if (!isShown(dot) || !paper) return;
      const names = JSON.parse(paper.authors);
      const people = names.slice(0, 3).join(", ") + (names.length > 3 ? ` and ${names.length - 3} more` : "");
      link.textContent = paper.title;
      const date = paper.submitted ?? (paper.year && `list year ${paper.year}`);
      const facts = Object.assign(paragraph([people, date].filter(Boolean).join(" · ")), { className: "quiet" });
      show(dot, paragraph(link), facts, paragraph(paper.digest || "The list has no digest of it."));
    }, 120);
  }

  // The dot that is nearest to a point, if it is at most so far away; lit ones only, where some are.
  function nearest(x, y, most) {
    const isLit = drawing.classList.contains("lit");
    let [best, least] = [null, most];
    for (const dot of dots) {
      if (isLit && !dot.classList.contains("on")) continue;
      const [left, top] = middle(dot);
      const distance = Math.hypot(left - x, top - y);
      if (distance < least) [best, least] = [dot, distance];
    }
    return best;
  }

  function leave() {
    near?.classList.remove("near");
    near = null;
    hide();
  }

  drawing.addEventListener("pointermove", (event) => {
    if (event.pointerType !== "mouse" || start) return;
    const dot = nearest(event.clientX, event.clientY, 10);
    if (dot && !isShown(dot)) describePaper(dot);
    if (!dot && near) {
      hideSoon(leave);
      near.classList.remove("near");
      near = null;
    }
  });
  drawing.addEventListener("pointerleave", () => hideSoon(leave));
  section.addEventListener("focusin", (event) => dots.includes(event.target) && event.target.matches(":focus-visible") && describePaper(event.target));
  drawing.addEventListener("click", (event) => {
    const choice = event.target.closest("a.topic, a.year");
    if (choice) {
      event.preventDefault();
      const asked = new URL(choice.getAttribute("href"), location.href).searchParams;
      for (const name of ["topic", "from", "to"]) if (asked.has(name)) form.elements[name].value = asked.get(name);
      light();
      return;
    }
    if (event.pointerType !== "touch") return;
    const dot = nearest(event.clientX, event.clientY, 28); // a finger is wider than a dot
    if (dot && !isShown(dot)) {
      event.preventDefault();
      describePaper(dot);
    }
  });

  // Arrows go to the next dot of a row, or to the nearest in time of the row above or below; Tab leaves the dots.
  function step(dot, key) {
    const own = [...rowOf(dot).querySelectorAll("a[tabindex]")];
    const place = own.indexOf(dot);
    if (key === "Home") return own[0];
    if (key === "End") return own.at(-1);
    if (key === "ArrowLeft" || key === "ArrowRight") return own[place + (key === "ArrowRight" ? 1 : -1)];
    const rows = [...new Set(dots.map(rowOf))];
    const row = rows[rows.indexOf(rowOf(dot)) + (key === "ArrowDown" ? 1 : -1)];
    const away = (one) => Math.abs(middle(one)[0] - middle(dot)[0]);
    return row && [...row.querySelectorAll("a[tabindex]")].reduce((best, one) => (away(one) < away(best) ? one : best));
  }

  drawing.addEventListener("keydown", (event) => {
    if (!dots.includes(event.target) || !/^(Arrow\w+|Home|End)$/.test(event.key)) return;
    event.preventDefault();
    const next = step(event.target, event.key);
    if (!next) return;
    dots.forEach((dot) => dot.setAttribute("tabindex", "-1"));
    next.setAttribute("tabindex", "0");
    next.focus();
  });

  // Light up what the form says; the server reads it, so that a shared address shows the same.
  let asking = 0;
  async function light() {
    const asked = new URLSearchParams([...new FormData(form)].filter(([, value]) => value));
    const address = form.action + (asked.size ? `?${asked}` : "");
    if (!dots.length) {
      location.assign(address);
      return;
    }
    const turn = ++asking;
    let found;
    try {
      found = await (await fetch(`${form.action}-/timeline.json?${asked}`)).json();
    } catch {
      location.assign(address);
      return;
    }
    if (turn !== asking) return;
    history.replaceState(null, "", address);
    apply(found);
  }

  function apply(found) {
    const lit = new Set(found.papers);
    drawing.classList.toggle("lit", found.is_made);
    for (const dot of dots) dot.classList.toggle("on", lit.has(dot.getAttribute("href").split("/").at(-1)));
    const [notice, message, clear, hint] = section.querySelector(".status").children;
    notice.hidden = !found.fault;
    notice.textContent = found.fault;
    message.hidden = !found.is_made || Boolean(found.fault);
    message.querySelector("a").href = found.href;
    message.querySelector("a").textContent = found.count_text;
    message.querySelector("span").textContent = found.names;
    clear.hidden = !found.is_made;
    hint.hidden = found.is_made;
  }

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    light();
  });
  form.addEventListener("change", light);
  section.querySelector(".status").addEventListener("click", (event) => {
    const link = event.target.closest(".clear, .hint a");
    if (!link) return;
    event.preventDefault();
    for (const name of ["topic", "keyword", "from", "to"]) form.elements[name].value = new URL(link.href).searchParams.get(name) ?? "";
    light();
  });

  // Years dragged over with the mouse.
  let start = null;
  let brush = null;
  const years = [...form.elements.from.options].slice(1).map((option) => option.value);
  const yearAt = (x) => {
    const box = drawing.getBoundingClientRect();
    return Math.max(0, Math.min(years.length - 1, Math.floor(((x - box.x) / box.width) * years.length)));
  };
  drawing.addEventListener("pointerdown", (event) => {
    if (event.pointerType === "mouse" && event.button === 0 && !event.target.closest("a")) start = event.clientX;
  });
  drawing.addEventListener("dragstart", (event) => event.preventDefault());
  addEventListener("pointermove", (event) => {
    if (start === null || Math.abs(event.clientX - start) < 6) return;
    leave();
    brush ??= drawing.appendChild(element("rect", { class: "brush", height: "100%" }));
    const [first, last] = [yearAt(start), yearAt(event.clientX)].sort((one, two) => one - two);
    brush.setAttribute("x", `${(100 * first) / years.length}%`);
    brush.setAttribute("width", `${(100 * (last - first + 1)) / years.length}%`);
  });
  addEventListener("pointerup", (event) => {
    if (brush) {
      const [first, last] = [yearAt(start), yearAt(event.clientX)].sort((one, two) => one - two);
      [form.elements.from.value, form.elements.to.value] = [years[first], years[last]];
      brush.remove();
      light();
    }
    [start, brush] = [null, null];
  });
}
