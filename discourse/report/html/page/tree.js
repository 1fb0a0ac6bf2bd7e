// The reply tree: nested lists, drawn a piece at a time as the reader comes near, folded by hand.
// Comments stand in drawing order, so all below comment k are the places k+1 to k+size[k]-1.
// Lists nest down to a certain depth (browsers fail on thousands); what lies deeper stands in one list
// with its elders and says whom it answers.

const tree = (() => {
  const PIECE = 80; // comments drawn in one go
  const OPEN = 200; // pages up to this size start unfolded
  const LEVELS = 14; // depth of the comments whose replies are the last to get a list of their own
  const root = byId("tree");
  root.classList.toggle("long", total > OPEN);
  let folded = new Uint8Array(total);
  let shown = null; // with a filter: 1 = matches, 2 = on the way to a match
  let items = new Map();
  let tasks = new Set();

  const watcher = new IntersectionObserver((entries) => {
    for (const entry of entries) if (entry.isIntersecting) entry.target.work();
  }, { rootMargin: "1200px" });

  const visible = (k) => shown === null || shown[k] > 0;

  /** A stretch of comments still to be drawn, and the button that stands where it will go on. */
  function task(from, to, place) {
    const own = { at: from, to, place };
    own.button = el("button", { type: "button", cls: "more-button" });
    own.holder = el("li", { cls: "more" }, own.button);
    own.button.work = () => advance(own);
    own.button.addEventListener("click", () => advance(own));
    tasks.add(own);
    advance(own);
  }

  function advance(own, piece = PIECE) {
    watcher.unobserve(own.button);
    let left = piece;
    while (own.at < own.to && left > 0) {
      const k = own.at;
      if (!visible(k)) own.at += all.size[k]; // nothing below it matches either
      else {
        listFor(k).append(item(k));
        left -= 1;
        own.at += folded[k] ? all.size[k] : 1;
      }
    }
    while (own.at < own.to && !visible(own.at)) own.at += all.size[own.at];
    if (own.at >= own.to) {
      own.holder.remove();
      tasks.delete(own);
      return;
    }
    own.button.textContent = `Show more (${counted(own.to - own.at, "comment")} left)`;
    own.place.append(own.holder);
    watcher.observe(own.button);
  }

  function listFor(k) {
    const parent = all.parent[k];
    if (parent === null) return root;
    return all.depth[parent] > LEVELS ? items.get(parent).parentElement : repliesOf(parent);
  }

  function repliesOf(k) {
    const node = items.get(k);
    return (node.list ??= node.appendChild(el("ul", { cls: all.depth[k] === LEVELS ? "replies deep" : "replies" })));
  }

  const foldable = (k) => all.size[k] > 1 && all.depth[k] <= LEVELS;

  function item(k) {
    const stance = all.stance[k] === null ? "" : ` ${sides[all.stance[k]]}`;
    const fold = foldable(k) ? el("button", { type: "button", cls: "fold", "aria-expanded": String(!folded[k]) }) : null;
    const body = card(k, { before: fold });
    body.tabIndex = -1;
    const node = el("li", { cls: `comment${stance}${all.toxic[k] ? " is-toxic" : ""}${unsure(k) ? " weak" : ""}` }, body);
    if (shown?.[k] === 2) node.classList.add("passing");
    if (all.depth[k] > LEVELS + 1) {
      body.querySelector(".where").after(el("span", { cls: "where" }, `depth ${all.depth[k]}, answers `, jumpTo(all.parent[k])));
    }
    if (fold) {
      label(fold, k);
      fold.addEventListener("click", () => setFolded(k, !folded[k]));
      node.fold = fold;
    }
    items.set(k, node);
    return node;
  }

  function label(fold, k) {
    const replies = counted(all.size[k] - 1, "reply", "replies");
    fold.replaceChildren(
      el("span", { "aria-hidden": "true" }, `${folded[k] ? "▸" : "▾"} ${(all.size[k] - 1).toLocaleString("en")}`),
      el("span", { cls: "unseen" }, `${replies} below ${nameOf(k)}`));
  }

  function setFolded(k, fold) {
    folded[k] = Number(fold);
    const node = items.get(k);
    if (!node) return;
    node.fold.setAttribute("aria-expanded", String(!fold));
    label(node.fold, k);
    const end = k + all.size[k];
    if (node.list) node.list.hidden = fold;
    // A task that was on its way through what is now folded goes on behind it; the rest waits in here.
    for (const own of fold ? [...tasks] : []) {
      if (own.at <= k || own.at >= end || own.to <= end) continue;
      node.rest = own.at;
      own.at = end;
    }
    if (!fold && !node.list) task(k + 1, end, repliesOf(k));
    else if (!fold && node.rest) {
      const from = node.rest;
      node.rest = null;
      task(from, end, node.list);
    }
  }

  /** Draws the tree anew. */
  function draw() {
    watcher.disconnect();
    tasks = new Set();
    items = new Map();
    root.replaceChildren();
    task(0, total, root);
  }

  /** Shows only the comments whose mark is not 0 (null: all). */
  function show(marks) {
    shown = marks;
    if (marks) folded.fill(0);
    else foldAtFirst();
    draw();
  }

  function foldAtFirst() {
    folded = new Uint8Array(total);
    if (total > OPEN) for (let k = 0; k < total; k += 1) folded[k] = Number(foldable(k));
  }

  function foldAll(fold) {
    folded = new Uint8Array(total);
    if (fold) for (let k = 0; k < total; k += 1) folded[k] = Number(foldable(k));
    draw();
  }

  /** Brings comment `k` into view, unfolding what hides it and dropping a filter that leaves it out. */
  function reveal(k) {
    if (!visible(k)) filters.clear();
    const path = [];
    for (let above = all.parent[k]; above !== null; above = all.parent[above]) path.unshift(above);
    for (const above of [...path, k]) {
      drawUpTo(above);
      if (above !== k && folded[above]) setFolded(above, false);
    }
    const node = items.get(k);
    const body = node.querySelector(":scope > .card");
    body.scrollIntoView({ block: "center" });
    body.focus({ preventScroll: true });
    for (const found of root.querySelectorAll(".found-here")) found.classList.remove("found-here");
    body.classList.add("found-here");
  }

  function drawUpTo(k) {
    while (!items.has(k)) {
      const own = [...tasks].filter((t) => t.at <= k && k < t.to).sort((a, b) => a.to - a.at - (b.to - b.at))[0];
      advance(own, k - own.at + 1);
    }
  }

  /** Draws what is left, up to `limit` comments: for the printer. */
  function drawRest(limit) {
    for (const own of [...tasks]) advance(own, limit);
  }

  foldAtFirst();
  draw();
  return { show, foldAll, reveal, drawRest };
})();
