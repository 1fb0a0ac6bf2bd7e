// The comments worth reading first, and those that were flagged.

{
  const PIECE = 10;

  byId("sharpest")?.append(
    ...data.sharpest.map(({ parent, reply }) =>
      el("li", { cls: "exchange" }, card(parent, { jump: true }), el("div", { cls: "answered" }, card(reply, { jump: true })))));

  /** Why a comment is here: the words that were found, and what the toxicity model saw. */
  function why(k) {
    const reasons = all.spans[k].map(([start, end, word, masked, sure]) => {
      const surface = (covered ? all.text_masked[k] ?? all.text[k] : all.text[k]).slice(start, end);
      const read = covered ? "" : `, read as ${word ?? "an unknown word"}`;
      return el("li", {}, el("mark", {}, surface), masked ? ` masked profanity${read}` : " plain profanity", `, ${percent(sure)} sure`);
    });
    const parts = all.toxicity[k];
    if (all.toxic[k] && parts) {
      const kinds = data.labels
        .map((name, i) => [name, parts[i]])
        .slice(1)
        .filter(([, p]) => p !== null && p >= data.scale / 10)
        .sort((a, b) => b[1] - a[1])
        .map(([name, p]) => `${name} ${percent(p)}`);
      reasons.push(el("li", {}, `toxic ${percent(parts[0])}, over the threshold${data.threshold === null ? "" : ` of ${percent(data.threshold)}`}`, kinds.length ? `; kinds: ${kinds.join(", ")}` : "", all.spans[k].length ? "" : " (no single word: the text as a whole)"));
    }
    return el("ul", { cls: "why", "data-why": k, "aria-label": "Why it is flagged" }, ...reasons);
  }

  const flagged = [...all.id.keys()]
    .filter((k) => all.toxic[k] || all.spans[k].length)
    .sort((a, b) => (all.toxicity[b]?.[0] ?? 0) - (all.toxicity[a]?.[0] ?? 0) || a - b);
  const list = byId("flagged-list");
  const more = el("button", { type: "button", cls: "more-button" });
  let drawn = 0;

  function drawFlagged() {
    const piece = flagged.slice(drawn, drawn + PIECE);
    const nodes = piece.map((k) => el("li", {}, card(k, { jump: true, extra: why(k) })));
    list.append(...nodes);
    drawn += piece.length;
    more.textContent = `Show more (${(flagged.length - drawn).toLocaleString("en")} left)`;
    more.hidden = drawn >= flagged.length;
    return nodes[0];
  }

  if (flagged.length) {
    list.after(more);
    drawFlagged();
    more.addEventListener("click", () => {
      const first = drawFlagged()?.querySelector("button");
      first?.focus();
    });
  } else list.replaceWith(el("p", { cls: "quiet" }, "None."));

  /** The words behind the masks; covered ones that look alike are one. */
  function drawWords() {
    const counts = new Map();
    for (const { word, n } of data.words) {
      const name = word === null ? "(word unknown)" : shownWord(word);
      counts.set(name, (counts.get(name) ?? 0) + n);
    }
    byId("words")?.replaceChildren(
      ...[...counts].sort((a, b) => b[1] - a[1]).map(([name, n]) => el("li", {}, name, el("span", { cls: "quiet" }, ` ×${n}`))));
  }
  drawWords();

  // The switch between covered and written text.
  const button = byId("cover");
  button.setAttribute("aria-pressed", String(covered));
  button.addEventListener("click", () => {
    covered = !covered;
    button.setAttribute("aria-pressed", String(covered));
    for (const node of document.querySelectorAll(".text[data-k]")) fillText(node, Number(node.dataset.k));
    for (const node of document.querySelectorAll("[data-why]")) node.replaceWith(why(Number(node.dataset.why)));
    for (const node of document.querySelectorAll(".figures")) {
      const k = Number(node.closest(".card").querySelector(".text").dataset.k);
      node.replaceWith(figuresOf(k));
    }
    drawWords();
  });
}
