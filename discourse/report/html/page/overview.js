// Articles compared: each one's lean with its interval, side by side and over time.

{
  const MOST = 40; // articles drawn side by side; the table holds them all
  const tone = (point) => tones[point.side ?? "none"];
  const short = (title, letters) => (title.length > letters ? `${title.slice(0, letters - 1).replace(/(.{8}.*)\s\S*$/s, "$1")}…` : title);
  const signed = (v) => (v === -1 ? "← for" : v === 1 ? "against →" : `${v > 0 ? "+" : v < 0 ? "−" : ""}${Math.round(100 * Math.abs(v))}`);
  const grid = { stroke: "var(--line)", strokeOpacity: 1 };
  const dots = (points, along, across) =>
    Plot.dot(points, { [across]: "value", [along]: "place", r: 5, stroke: tone, strokeWidth: 2, fill: (p) => (p.side ? tone(p) : "var(--paper)") });

  const largest = [...data.points].sort((a, b) => b.n - a.n).slice(0, MOST).sort((a, b) => b.value - a.value);
  const box = byId("lean-chart");
  if (box) {
    if (largest.length < data.points.length) byId("lean-caption").textContent = `The ${MOST} articles with most comments`;
    const rows = largest.map((point, i) => ({ ...point, place: i }));
    drawn(box, `${counted(rows.length, "article")} by share against minus share for; the table below gives every figure.`, (width) => {
      const left = Math.min(360, Math.round(width * 0.42));
      return Plot.plot({
        className: "plot", width, height: 28 * rows.length + 44, marginLeft: left, marginRight: 32, marginTop: 24, marginBottom: 20,
        x: { domain: [-1, 1], label: null },
        y: { type: "band", domain: rows.map((_, i) => i), axis: null },
        marks: [
          Plot.gridX({ ...grid, ticks: [-1, -0.5, 0, 0.5, 1] }),
          Plot.axisX({ anchor: "top", ticks: [-1, -0.5, 0, 0.5, 1], tickFormat: signed, tickSize: 0, color: "var(--quiet)", label: null }),
          Plot.ruleX([0], { stroke: "var(--ink)" }),
          Plot.ruleY(rows.filter((row) => row.low !== null), { y: "place", x1: "low", x2: "high", stroke: tone, strokeWidth: 2 }),
          dots(rows, "y", "x"),
          Plot.text(rows, { y: "place", frameAnchor: "left", dx: -left, textAnchor: "start", fontSize: 13, fill: "var(--ink)", text: (row) => short(row.title, Math.floor(left / 7.6) - 1) + (row.few ? "°" : "") }),
        ],
      });
    });
  }

  const time = byId("time-chart");
  if (time) {
    const points = data.points.filter((point) => point.published).map((point) => ({ ...point, place: new Date(`${point.published}T00:00:00Z`) }));
    drawn(time, `${counted(points.length, "dated article")} by share against minus share for; the table below gives every figure.`, (width) =>
      Plot.plot({
        className: "plot", width, height: 280, marginLeft: 64, marginRight: 16, marginTop: 12, marginBottom: 28,
        x: { type: "utc", label: null }, y: { domain: [-1, 1], label: null },
        marks: [
          Plot.axisX({ color: "var(--quiet)", ticks: width < 500 ? 4 : 8, tickSize: 0, label: null }),
          Plot.axisY({ ticks: [-1, -0.5, 0, 0.5, 1], tickFormat: signed, tickSize: 0, color: "var(--quiet)", label: null }),
          Plot.ruleY([0], { stroke: "var(--ink)" }),
          Plot.ruleX(points.filter((point) => point.low !== null), { x: "place", y1: "low", y2: "high", stroke: tone, strokeWidth: 1.5, strokeOpacity: 0.6 }),
          dots(points, "x", "y"),
        ],
      }));
  }
}
