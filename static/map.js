// The map with a script: a card for the paper at hand, arrow keys, zoom, and filters that need no new page.

const frame = document.getElementById("map");
const svg = frame.querySelector("svg.map");
const plane = svg.querySelector(".plane");
const form = document.querySelector("form.on-map");
const REACH = 24; // pixels from a dot within which it is meant
const DRAG = 5; // pixels after which a press is a drag
const dots = [...plane.querySelectorAll(".dots a")].map((link) => {
  const circle = link.querySelector("circle");
  const [x, y] = ["cx", "cy"].map((name) => parseFloat(circle.getAttribute(name)) / 100);
  return { link, x, y };
});
const view = { zoom: 1, left: 0, top: 0 };
let current = null;

const isOffered = (dot) => !svg.classList.contains("filtered") || dot.link.classList.contains("on");

function placeOf(dot) {
  const { width, height } = svg.getBoundingClientRect();
  return [view.left + dot.x * width * view.zoom, view.top + dot.y * height * view.zoom];
}

function nearest(cost, most) {
  let best = null;
  for (const dot of dots.filter(isOffered)) {
    const found = cost(...placeOf(dot), dot);
    if (found < most) [best, most] = [dot, found];
  }
  return best;
}

function dotAt(event) {
  const box = svg.getBoundingClientRect();
  const [x, y] = [event.clientX - box.left, event.clientY - box.top];
  return nearest((left, top) => Math.hypot(left - x, top - y), REACH);
}

// The card

const card = document.createElement("div");
card.className = "map-card";
card.hidden = true;
card.setAttribute("role", "status");
frame.append(card);
const known = new Map();

async function fetchPaper(link) {
  const address = link.getAttribute("href");
  if (!known.has(address)) {
    const answer = await fetch(`${address}.json?_shape=objects`);
    if (answer.ok) known.set(address, (await answer.json()).rows[0]);
  }
  return known.get(address);
}

function add(name, text, className = "") {
  const element = document.createElement(name);
  element.textContent = text;
  element.className = className;
  card.append(element);
  return element;
}

function fillCard(dot, paper) {
  card.replaceChildren();
  const title = paper?.title ?? dot.link.querySelector("title")?.textContent ?? "…";
  Object.assign(add("a", title), { href: dot.link.getAttribute("href"), tabIndex: -1 });
  if (paper) {
    const authors = JSON.parse(paper.authors);
    const more = authors.length > 4 ? ` and ${authors.length - 4} more` : "";
    if (authors.length) add("p", authors.slice(0, 4).join(", ") + more);
    add("p", [paper.year, ...JSON.parse(paper.keywords)].filter(Boolean).join(" · "), "quiet");
    if (paper.digest) add("p", paper.digest.length > 240 ? `${paper.digest.slice(0, 239)}…` : paper.digest);
  }
  const [x, y] = placeOf(dot);
  const { width, height } = svg.getBoundingClientRect();
  card.hidden = false;
  const left = x > width / 2 ? x - card.offsetWidth - 14 : x + 14;
  card.style.left = `${Math.min(Math.max(left, 8), width - card.offsetWidth - 8)}px`;
  card.style.top = `${Math.max(Math.min(y > height / 2 ? y - card.offsetHeight - 14 : y + 14, height - card.offsetHeight - 8), 8)}px`;
}

async function choose(dot) {
  if (dot === current) return;
  current?.link.classList.remove("at");
  current = dot;
  card.hidden = true;
  if (!dot) return;
  dot.link.classList.add("at");
  fillCard(dot, known.get(dot.link.getAttribute("href")));
  const paper = await fetchPaper(dot.link);
  if (dot === current && paper) fillCard(dot, paper);
}

// Zoom and dragging

function setZoom(zoom, x, y) {
  const { width, height } = svg.getBoundingClientRect();
  zoom = Math.min(Math.max(zoom, 1), 12);
  moveTo(x - ((x - view.left) * zoom) / view.zoom, y - ((y - view.top) * zoom) / view.zoom, zoom);
  svg.style.touchAction = zoom > 1 ? "none" : "";
  const names = width * zoom >= 960 && height * zoom >= 600 ? "wide" : width * zoom >= 600 ? "middle" : "narrow";
  if (zoom > 1) svg.dataset.names = names;
  else delete svg.dataset.names;
}

function moveTo(left, top, zoom = view.zoom) {
  const { width, height } = svg.getBoundingClientRect();
  view.zoom = zoom;
  view.left = Math.min(Math.max(left, width * (1 - zoom)), 0);
  view.top = Math.min(Math.max(top, height * (1 - zoom)), 0);
  const values = { x: view.left, y: view.top, width: `${100 * zoom}%`, height: `${100 * zoom}%` };
  for (const [name, value] of Object.entries(values)) plane.setAttribute(name, value);
  choose(null);
}

function zoomMiddle(factor) {
  const { width, height } = svg.getBoundingClientRect();
  setZoom(factor ? view.zoom * factor : 1, width / 2, height / 2);
}

const buttons = document.createElement("div");
buttons.className = "map-zoom";
for (const [text, label, factor] of [["+", "Zoom in", 1.6], ["−", "Zoom out", 1 / 1.6], ["⤢", "Whole map", 0]]) {
  const button = document.createElement("button");
  Object.assign(button, { type: "button", textContent: text, ariaLabel: label });
  button.addEventListener("click", () => zoomMiddle(factor));
  buttons.append(button);
}
frame.append(buttons);

svg.addEventListener("wheel", (event) => {
  if (!event.ctrlKey) return; // without it, the page scrolls
  event.preventDefault();
  const box = svg.getBoundingClientRect();
  setZoom(view.zoom * Math.exp(-event.deltaY / 200), event.clientX - box.left, event.clientY - box.top);
}, { passive: false });

// Pointer

let pressed = null;
let wasDragged = false;

svg.addEventListener("pointerdown", (event) => {
  wasDragged = false;
  pressed = { x: event.clientX, y: event.clientY, left: view.left, top: view.top, kind: event.pointerType };
});
svg.addEventListener("dragstart", (event) => event.preventDefault()); // else a link would be dragged
addEventListener("pointerup", () => { if (pressed) pressed.isOver = true; });
svg.addEventListener("pointermove", (event) => {
  const isDown = pressed && !pressed.isOver;
  if (isDown && view.zoom > 1) {
    const [x, y] = [event.clientX - pressed.x, event.clientY - pressed.y];
    wasDragged ||= Math.hypot(x, y) > DRAG;
    if (wasDragged) moveTo(pressed.left + x, pressed.top + y);
  } else if (event.pointerType === "mouse") choose(dotAt(event));
});
frame.addEventListener("pointerleave", (event) => { if (event.pointerType === "mouse") choose(null); });
svg.addEventListener("click", (event) => {
  const dot = dotAt(event);
  const isTouch = pressed?.kind === "touch";
  if (wasDragged || isTouch) event.preventDefault();
  if (wasDragged) return;
  card.classList.toggle("held", isTouch);
  if (isTouch) choose(dot); // its card has the link
  else if (dot && !event.target.closest("a")) location.assign(dot.link.getAttribute("href"));
}, true);

// Keyboard

const STEPS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
frame.tabIndex = 0;
frame.setAttribute("role", "application");
frame.setAttribute("aria-label", "Map: arrow keys go from paper to paper, Enter opens one, plus and minus zoom, Escape closes the card");

function step(across, down) {
  const { width, height } = svg.getBoundingClientRect();
  const [x, y] = current ? placeOf(current) : [width / 2, height / 2];
  const cost = (left, top, dot) => {
    const ahead = (left - x) * across + (top - y) * down;
    const aside = Math.abs((left - x) * down) + Math.abs((top - y) * across);
    return dot === current || (current && ahead <= Math.max(aside / 2, 0)) ? Infinity : Math.hypot(left - x, top - y) + aside;
  };
  const found = nearest(cost, Infinity);
  if (found) choose(found);
}

frame.addEventListener("keydown", (event) => {
  if (event.target !== frame || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key in STEPS) step(...STEPS[event.key]);
  else if (event.key === "Enter" && current) location.assign(current.link.getAttribute("href"));
  else if (event.key === "Escape") choose(null);
  else if (event.key === "+") zoomMiddle(1.6);
  else if (event.key === "-") zoomMiddle(1 / 1.6);
  else return;
  event.preventDefault();
});

// Filters: the page that the form would lead to is read, and shown in this one.

let asked = 0;

async function filter() {
  const fields = [...new FormData(form)].filter(([, value]) => value);
  const address = form.getAttribute("action") + (fields.length ? `?${new URLSearchParams(fields)}` : "");
  const number = ++asked;
  const answer = await fetch(address);
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  if (number !== asked) return; // a later choice is under way
  const status = document.getElementById("map-lit");
  if (!answer.ok) {
    status.textContent = page.querySelector(".notice")?.textContent ?? "The map can't be read just now.";
    return;
  }
  history.replaceState(null, "", address);
  document.title = page.title;
  const read = page.querySelectorAll("#map .dots a");
  dots.forEach((dot, place) => dot.link.classList.toggle("on", read[place].classList.contains("on")));
  svg.classList.toggle("filtered", page.querySelector("#map svg.filtered") !== null);
  for (const id of ["map-lit", "map-list"]) {
    document.getElementById(id).replaceChildren(...page.getElementById(id).childNodes);
  }
  choose(null);
}

form.querySelector(".fields button").hidden = true;
form.addEventListener("change", filter);
form.addEventListener("submit", (event) => {
  event.preventDefault();
  filter();
});
