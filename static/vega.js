// "Make your own chart": loads datasette-vega when it is opened, or at once where the address has a chart's settings.

{
  const chart = document.querySelector("details.own-chart");

  // The theme of the charts, in the colours that the page has now. datasette-vega asks for it at each drawing.
  window.chartConfig = () => {
    const place = chart.querySelector(".own-chart-place");
    const probe = place.appendChild(document.createElement("i")); // a variable may hold a colour for each scheme
    const colour = (name) => {
      probe.style.color = `var(--${name})`;
      return getComputedStyle(probe).color;
    };
    const font = getComputedStyle(document.documentElement).fontFamily;
    const words = { labelFont: font, titleFont: font, labelFontSize: 12, titleFontSize: 12, labelColor: colour("quiet"), titleColor: colour("text") };
    const series = [0, 1, 2, 3, 4, 5, 6, 7, 8].map((number) => colour(`c${number}`));
    const room = place.clientWidth - 90;
    const config = {
      background: colour("page"),
      axis: { ...words, gridColor: colour("line"), domainColor: colour("edge"), tickColor: colour("edge"), labelLimit: room < 500 ? 110 : 220 },
      legend: { ...words, symbolType: "square" },
      view: { stroke: "transparent", width: Math.max(180, Math.min(640, room)), height: 280 },
      range: { category: series },
      mark: { color: colour("c0") },
      circle: { size: 60, opacity: 0.75 },
      scale: { bandPaddingInner: 0.15, rangeStep: room < 500 ? 21 : 30 },
    };
    probe.remove();
    return config;
  };

  const open = () => {
    if (location.hash.length < 2) history.replaceState(null, "", "#" + chart.dataset.settings);
    const style = document.createElement("link");
    style.rel = "stylesheet";
    style.href = chart.dataset.style;
    document.head.prepend(style); // so that ours goes over it
    const script = document.createElement("script");
    script.src = chart.dataset.script;
    script.addEventListener("load", () => {
      document.dispatchEvent(new Event("DOMContentLoaded")); // which it waits for
      chart.querySelector(".own-chart-place").append(document.querySelector("table.rows-and-columns").previousElementSibling);
    });
    document.head.append(script);
  };

  const redraw = () => chart.querySelector("select")?.dispatchEvent(new Event("change", { bubbles: true }));

  if (chart) {
    chart.hidden = false;
    chart.addEventListener("toggle", open, { once: true });
    chart.open = location.hash.startsWith("#g.");
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", redraw);
    new MutationObserver(redraw).observe(document.documentElement, { attributeFilter: ["data-theme"] });
  }
}
