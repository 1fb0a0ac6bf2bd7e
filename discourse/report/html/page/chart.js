// Charts by Observable Plot. Colours are style variables, so that they follow the theme and the printer.

const tones = {
  favor: "var(--favor)",
  against: "var(--against)",
  none: "var(--none)",
  answer: "var(--answer)",
  toxic: "var(--toxic)",
};

const PAPER = { half: 330, whole: 680 }; // widths of charts on a printed page, two or one abreast

/** Draws `make(width)` into a box, and again whenever the box's width changes and for the printer. */
function drawn(box, spoken, make) {
  let last = 0;
  const draw = (width) => {
    if (!width || width === last) return;
    last = width;
    const svg = make(width);
    for (const part of svg.querySelectorAll("[aria-label]")) part.removeAttribute("aria-label"); // it speaks as a whole
    svg.setAttribute("role", "img");
    svg.setAttribute("aria-label", spoken);
    box.replaceChildren(svg);
  };
  const fit = () => draw(Math.floor(box.clientWidth));
  fit();
  new ResizeObserver(fit).observe(box);
  addEventListener("beforeprint", () => draw(box.closest(".columns") ? PAPER.half : PAPER.whole));
  addEventListener("afterprint", fit);
}

/** Horizontal bars from 0 to 100 %, each with its interval, the share and the limits in words. */
function bars(rows, width) {
  const known = rows.filter((row) => row.value !== null);
  const marginLeft = Math.min(120, 12 + 7.2 * Math.max(...rows.map((row) => row.label.length)));
  const limited = rows.filter((row) => row.low !== null && row.high !== null);
  const ticks = width < 420 ? [0, 0.5, 1] : [0, 0.25, 0.5, 0.75, 1];
  return Plot.plot({
    className: "plot",
    width,
    height: 30 * rows.length + 26,
    marginLeft,
    marginRight: 124,
    marginTop: 2,
    marginBottom: 24,
    x: { domain: [0, 1] },
    y: { domain: rows.map((row) => row.label), padding: 0.38 },
    marks: [
      Plot.gridX({ stroke: "var(--line)", strokeOpacity: 1, ticks }),
      Plot.axisX({ color: "var(--quiet)", fontSize: 11, tickSize: 0, ticks, tickFormat: (v) => `${100 * v}%`, label: null }),
      Plot.axisY({ color: "var(--ink)", fontSize: 13, tickSize: 0, tickPadding: 8, label: null, textAnchor: "start", dx: 8 - marginLeft }),
      Plot.barX(known, { y: "label", x1: 0, x2: "value", fill: (row) => tones[row.tone], fillOpacity: (row) => (row.few ? 0.45 : 1), rx2: 2 }),
      ...[["var(--paper)", 3.5, 2], ["var(--ink)", 1.5, 3]].flatMap(([stroke, strokeWidth, inset]) => [
        Plot.ruleY(limited, { y: "label", x1: "low", x2: "high", stroke, strokeWidth }),
        Plot.tickX(limited, { y: "label", x: "low", stroke, strokeWidth, insetTop: inset, insetBottom: inset }),
        Plot.tickX(limited, { y: "label", x: "high", stroke, strokeWidth, insetTop: inset, insetBottom: inset }),
      ]),
      Plot.text(rows, { y: "label", frameAnchor: "right", text: (row) => row.shown, textAnchor: "end", dx: 52, fontSize: 13, fontWeight: 650, fill: "var(--ink)" }),
      Plot.text(rows, { y: "label", frameAnchor: "right", text: (row) => `${row.limits}${row.few ? "°" : ""}`, textAnchor: "start", dx: 60, fontSize: 11.5, fill: "var(--quiet)" }),
    ],
  });
}

for (const box of document.querySelectorAll("[data-chart]")) {
  const chart = data.charts[box.dataset.chart];
  drawn(box, chart.spoken, (width) => bars(chart.rows, width));
}
