// The article's claims that readers take up: a bar of what they make of each, and the comments themselves.

{
  const FEWEST = 10; // comments across the whole width at least: a single one must not look like many
  const most = Math.max(FEWEST, ...data.claims.map((claim) => claim.parts.reduce((n, part) => n + part.n, 0)));

  for (const [i, claim] of data.claims.entries()) {
    let end = 0;
    const parts = claim.parts.map(({ n, tone }) => ({ tone, start: end, end: (end += n) }));
    const box = byId(`claim-bar-${i}`);
    drawn(box, claim.spoken, (width) => Plot.plot({
      className: "plot",
      width,
      height: 14,
      margin: 0,
      x: { domain: [0, most], axis: null },
      marks: [Plot.barX(parts, { x1: "start", x2: "end", fill: (part) => tones[part.tone], insetRight: 1 })],
    }));
    byId(`claim-comments-${i}`)?.append(
      ...claim.examples.map(({ at, note }) => el("li", {}, card(at, { jump: true, extra: el("p", { cls: "why" }, note) }))));
  }
}
