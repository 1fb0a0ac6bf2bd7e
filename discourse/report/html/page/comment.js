// One comment as a card: who and where, what the tags say, its text, and every figure on demand.

const all = data.comments;
const total = all.id.length;
const sides = ["favor", "against", "none"];
const sideWords = ["+ for", "− against", "· neither"];
const answerWords = ["agrees", "disagrees", "neutral"];
const CLAMP = 420; // characters above which a text is first shown in part
let covered = data.covered;

const inferred = (k) => all.parent[k] !== null && all.source[k] !== "given";
const unsure = (k) => all.parent[k] !== null && Boolean(all.weak[k]);
const placed = (k) => (all.source[k] === "orphan" ? "top level: who is answered is not in the source" : `top level ${percent(all.confidence[k])}`);
const nMasked = (k) => all.spans[k].filter((span) => span[3]).length;
const nameOf = (k) => all.line[k] ?? `comment ${all.id[k].slice(0, 24)}`;

/** A word for display: covered like the texts are, or as it is. */
const shownWord = (word) => (covered ? word.replace(/\S+/g, (w) => w[0] + "*".repeat(w.length - 1)) : word);

/** Puts the text of comment `k` into a node, profanity marked, covered or not as the reader chose. */
function fillText(node, k) {
  const plain = all.text[k];
  const text = covered ? all.text_masked[k] ?? plain : plain;
  const parts = [];
  let at = 0;
  if (text.length === plain.length) {
    for (const [start, end, word, masked] of all.spans[k]) {
      if (start < at) continue;
      const title = masked ? `masked word${covered ? "" : `, read as ${word ?? "an unknown word"}`}` : "profanity";
      parts.push(text.slice(at, start), el("mark", { title }, text.slice(start, end)));
      at = end;
    }
  }
  node.replaceChildren(...parts, text.slice(at));
}

function textOf(k, limit = CLAMP) {
  const node = el("div", { cls: "text", dir: "auto", "data-k": k });
  fillText(node, k);
  const text = all.text[k];
  if (text.length <= limit && text.split("\n", 9).length < 9) return [node];
  node.classList.add("clamped");
  const more = el("button", { type: "button", cls: "quiet-button", "aria-expanded": "false" }, "Show all");
  more.addEventListener("click", () => {
    const cut = node.classList.toggle("clamped");
    more.textContent = cut ? "Show all" : "Show less";
    more.setAttribute("aria-expanded", String(!cut));
  });
  return [node, more];
}

function tagsOf(k) {
  const tags = [];
  const stance = all.stance[k];
  if (stance !== null) {
    const sure = stance < 2 && all.stance_p[k] ? ` ${percent(all.stance_p[k][stance])}` : "";
    tags.push(el("span", { cls: `tag ${sides[stance]}` }, sideWords[stance] + sure));
  }
  const answer = all.answer[k];
  if (answer !== null && all.parent[k] !== null) {
    const sure = all.answer_p[k] ? ` ${percent(all.answer_p[k][answer])}` : "";
    tags.push(el("span", { cls: "tag answer" }, answerWords[answer] + sure));
  }
  if (all.toxic[k]) tags.push(el("span", { cls: "tag toxic" }, `! toxic ${percent(all.toxicity[k]?.[0])}`));
  if (nMasked(k)) tags.push(el("span", { cls: "tag masked" }, `✱ ${counted(nMasked(k), "masked word")}`));
  if (inferred(k)) {
    const weak = unsure(k);
    tags.push(el("span", { cls: `tag link${weak ? " unsure" : ""}` }, `${weak ? "? " : ""}link ${percent(all.confidence[k])}`));
  }
  if (all.parent[k] === null && all.weak[k]) tags.push(el("span", { cls: "tag link unsure" }, `? ${placed(k)}`));
  return tags;
}

function figuresOf(k) {
  const list = el("dl", { cls: "figures" });
  const row = (name, value) => list.append(el("div", {}, el("dt", {}, name), el("dd", {}, value)));
  const three = (parts, words) => words.map((word, i) => `${word} ${percent(parts[i])}`).join(", ");
  if (all.stance_p[k]) row("toward the article", three(all.stance_p[k], ["for", "against", "neither"]));
  const camp = all.camp?.[k];
  if (typeof camp === "number") row("camp, by words and replies", camp * 2 >= data.scale ? `for ${percent(camp)}` : `against ${percent(data.scale - camp)}`);
  if (all.answer_p[k] && all.parent[k] !== null) row("toward the comment answered", three(all.answer_p[k], ["agrees", "disagrees", "neutral"]));
  if (all.toxicity[k]) row("toxicity", data.labels.map((label, i) => `${label} ${percent(all.toxicity[k][i])}`).join(", "));
  for (const [start, end, word, masked, sure] of all.spans[k]) {
    const surface = covered ? (all.text_masked[k] ?? all.text[k]).slice(start, end) : all.text[k].slice(start, end);
    row(masked ? "masked word" : "profanity", `${surface}${masked && !covered ? ` → ${word ?? "unknown"}` : ""} ${percent(sure)}`);
  }
  row("link", all.parent[k] === null ? (all.source[k] === "given" ? "top level" : placed(k)) : `answers ${nameOf(all.parent[k])}, ${all.source[k]} ${percent(all.confidence[k])}`);
  row("id", all.id[k]);
  return list;
}

/** The card of comment `k`; `before` goes to the start of its head line, `extra` below its text. */
function card(k, { before = null, extra = null, jump = false } = {}) {
  const details = el("button", { type: "button", cls: "quiet-button last", "aria-expanded": "false", "aria-label": `Figures of ${nameOf(k)}` }, "Figures");
  const node = el("div", { cls: "card" },
    el("div", { cls: "meta" },
      before,
      jump ? jumpTo(k) : el("span", { cls: "where" }, nameOf(k)),
      all.author[k] ? el("bdi", { cls: "author" }, all.author[k]) : null,
      all.posted_at[k] ? el("span", { cls: "where" }, all.posted_at[k]) : null,
      ...tagsOf(k),
      details),
    ...textOf(k), extra);
  details.addEventListener("click", () => {
    const open = node.querySelector(":scope > .figures");
    if (open) open.remove();
    else node.append(figuresOf(k));
    details.setAttribute("aria-expanded", String(!open));
  });
  return node;
}

const jumpTo = (k) => el("button", { type: "button", cls: "where jump", on: { click: () => tree.reveal(k) } }, nameOf(k), el("span", { cls: "unseen" }, ", show in the tree"));
