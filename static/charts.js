"use strict";
// Cards beside the marks of charts, for mouse, touch and keyboard, and pictures of charts. Without it every mark is a link
// with a title.
{
  const SVG = "http://www.w3.org/2000/svg";
  const card = document.createElement("div");
  card.className = "mark-card";
  card.hidden = true;
  document.body.append(card);
  const MANY = 10; // links of a chart, each a stop for Tab
  let shown = null;
  let leaving = 0;

  // Put the card beside a mark: above it where there is room, and within the window.
  function place(mark) {
    const box = mark.getBoundingClientRect();
    const left = box.x + box.width / 2 - card.offsetWidth / 2;
    const above = box.y - card.offsetHeight - 8;
    card.style.left = `${scrollX + Math.max(8, Math.min(left, document.documentElement.clientWidth - card.offsetWidth - 8))}px`;
    card.style.top = `${scrollY + (above > 0 ? above : box.bottom + 8)}px`;
  }

  function show(mark, ...content) {
    clearTimeout(leaving);
    shown = mark;
    card.replaceChildren(...content);
    card.hidden = false;
    place(mark);
  }

  function hide() {
    clearTimeout(leaving);
    shown = null;
    card.hidden = true;
  }

  // Hide the card unless something is shown or pointed at before.
  function hideSoon(then = hide) {
    clearTimeout(leaving);
    leaving = setTimeout(then, 200);
  }

  function paragraph(...content) {
    const made = document.createElement("p");
    made.append(...content);
    return made;
  }

  // What a mark counts; a finger, which has no second way to follow it, gets a link.
  function describe(mark, byTouch) {
    const [what, count] = mark.getAttribute("aria-label").split(/: (?=[^:]*$)/);
    const link = document.createElement("a");
    link.href = mark.getAttribute("href");
    link.textContent = "Show them";
    show(mark, paragraph(`${what}: `, Object.assign(document.createElement("strong"), { textContent: count })), ...(byTouch ? [paragraph(link)] : []));
  }

  for (const mark of document.querySelectorAll("figure.chart svg a[aria-label]:not(svg.timeline:not(.grouped) a, a.topic, a.year), table.bars svg a")) {
    mark.querySelector("title")?.remove(); // or the browser's own comes over the card
    mark.addEventListener("pointerenter", (event) => event.pointerType === "mouse" && describe(mark));
    mark.addEventListener("focus", () => mark.matches(":focus-visible") && describe(mark));
    mark.addEventListener("pointerleave", () => hideSoon());
    mark.addEventListener("blur", () => hideSoon());
    mark.addEventListener("click", (event) => {
      if (event.pointerType === "touch" && shown !== mark) {
        event.preventDefault();
        describe(mark, true);
      }
    });
  }
  card.addEventListener("pointerenter", () => clearTimeout(leaving));
  card.addEventListener("pointerleave", () => hideSoon());
  addEventListener("keydown", (event) => event.key === "Escape" && hide());
  addEventListener("pointerdown", (event) => !card.contains(event.target) && !event.target.closest("svg a") && hide());

  // A chart of many links is one stop for Tab; arrows, Home and End go on to its other links.
  const CHARTS = "table.grid, table.bars, svg.columns, ul.multiples, svg.timeline.grouped";
  for (const chart of document.querySelectorAll(CHARTS)) {
    const links = [...chart.querySelectorAll("a[href]")];
    if (links.length <= MANY) continue;
    const steps = { ArrowRight: 1, ArrowLeft: -1, Home: -Infinity, End: Infinity };
    const parts = chart.rows ?? (chart.matches("ul, svg.timeline") ? chart.children : [chart]);
    const rows = [...parts].map((row) => [...row.querySelectorAll("a[href]")]).filter((row) => row.length);
    links.forEach((link, place) => link.setAttribute("tabindex", place ? "-1" : "0"));
    chart.setAttribute("aria-description", "Arrow keys go from link to link");
    chart.addEventListener("keydown", (event) => {
      const at = rows.findIndex((row) => row.includes(event.target));
      const across = steps[event.key];
      const down = { ArrowDown: 1, ArrowUp: -1 }[event.key];
      if (at < 0 || !(across || down) || event.ctrlKey || event.metaKey || event.altKey) return;
      event.preventDefault();
      const row = rows[Math.max(0, Math.min(at + (down ?? 0), rows.length - 1))];
      const place = rows[at].indexOf(event.target) + (across ?? 0);
      const next = row[Math.max(0, Math.min(place, row.length - 1))];
      event.target.setAttribute("tabindex", "-1");
      next.setAttribute("tabindex", "0");
      next.focus();
    });
  }

  // A picture of what a section shows, painted from the page as it stands: colours, fonts and places are those in view.
  const UNSEEN = "details, .more, form, .hidden, [hidden], .clear, .hint";
  const LEAST = 480;

  function element(name, attributes, text) {
    const made = document.createElementNS(SVG, name);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    if (text) made.textContent = text;
    return made;
  }

  function paintShape(node, box, look) {
    const paint = { fill: look.fill, opacity: look.opacity, stroke: look.stroke, "stroke-width": look.strokeWidth };
    if (node.tagName === "circle") {
      return element("circle", { cx: box.x + box.width / 2, cy: box.y + box.height / 2, r: parseFloat(look.r), ...paint });
    }
    return element("rect", { x: box.x, y: box.y, width: box.width, height: box.height, ...paint });
  }

  // Each word of a text where it stands, so that lines break as they do on the page.
  function* paintWords(node, look, from) {
    const range = document.createRange();
    const inDrawing = node.parentElement.closest("svg");
    for (const word of node.data.matchAll(/\S+/g)) {
      range.setStart(node, word.index);
      range.setEnd(node, word.index + word[0].length);
      const box = range.getBoundingClientRect();
      if (!box.width) continue;
      const font = { "font-family": look.fontFamily, "font-size": look.fontSize, "font-weight": look.fontWeight };
      const y = box.y - from.y + box.height * 0.78;
      yield element("text", { x: box.x - from.x, y, fill: inDrawing ? look.fill : look.color, ...font }, word[0]);
    }
  }

  function picture(section) {
    const from = section.getBoundingClientRect();
    const page = getComputedStyle(document.body);
    const drawn = [];
    const walker = document.createTreeWalker(section, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT, (node) =>
      node.nodeType === 1 && node.matches(UNSEEN) ? NodeFilter.FILTER_REJECT : NodeFilter.FILTER_ACCEPT);
    let bottom = 0;
    let right = LEAST;
    while (walker.nextNode()) {
      const node = walker.currentNode;
      const look = getComputedStyle(node.nodeType === 1 ? node : node.parentElement);
      if (node.nodeType === 3) {
        if (node.parentElement.tagName !== "title") drawn.push(...paintWords(node, look, from));
        continue;
      }
      const box = node.getBoundingClientRect();
      const at = { x: box.x - from.x, y: box.y - from.y, width: box.width, height: box.height };
      const isShape = /^(rect|circle)$/.test(node.tagName);
      if (isShape && look.fill !== "none" && !node.matches(".hit")) drawn.push(paintShape(node, at, look));
      else if (!isShape && !node.closest("svg") && look.backgroundColor !== "rgba(0, 0, 0, 0)") {
        drawn.push(element("rect", { ...at, fill: look.backgroundColor }));
      }
      if (box.width) [bottom, right] = [Math.max(bottom, at.y + at.height), Math.max(right, at.x + at.width)];
    }
    const size = { width: Math.ceil(right + 32), height: Math.ceil(bottom + 56) };
    const whole = element("svg", { xmlns: SVG, ...size, viewBox: `-16 -16 ${size.width} ${size.height}` });
    whole.append(element("rect", { x: -16, y: -16, ...size, fill: page.backgroundColor }), ...drawn);
    const source = `${document.querySelector("header.site .home").textContent.trim()} · ${location.origin}${location.pathname}${location.search}`;
    whole.append(element("text", { x: 0, y: bottom + 24, "font-family": page.fontFamily, "font-size": "12px", fill: page.color }, source));
    return { text: new XMLSerializer().serializeToString(whole), ...size };
  }

  async function asPng({ text, width, height }) {
    const image = new Image(width, height);
    image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(text)}`;
    await image.decode();
    const canvas = Object.assign(document.createElement("canvas"), { width: 2 * width, height: 2 * height });
    const context = canvas.getContext("2d");
    context.scale(2, 2);
    context.drawImage(image, 0, 0, width, height);
    return new Promise((done) => canvas.toBlob(done, "image/png"));
  }

  function save(blob, name) {
    const link = Object.assign(document.createElement("a"), { href: URL.createObjectURL(blob), download: name });
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
  }

  for (const button of document.querySelectorAll("button[data-picture]")) {
    button.hidden = false;
    button.addEventListener("click", async () => {
      const section = button.closest("section");
      const name = section.querySelector("h2").textContent.trim().replace(/\W+/g, "-").toLowerCase();
      const drawn = picture(section);
      if (button.dataset.picture === "svg") {
        save(new Blob([drawn.text], { type: "image/svg+xml" }), `${name}.svg`);
        return;
      }
      try {
        await navigator.clipboard.write([new ClipboardItem({ "image/png": asPng(drawn) })]);
        button.textContent = "Copied";
      } catch {
        save(await asPng(drawn), `${name}.png`); // a browser that copies no pictures, or mayn't
        button.textContent = "Saved as PNG";
      }
    });
  }

  window.marks = { show, hide, hideSoon, paragraph, element, isShown: (mark) => shown === mark };
}
