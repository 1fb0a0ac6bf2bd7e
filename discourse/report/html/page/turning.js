// The comments that the discussion turns on, and those furthest from the article.

for (const [id, list] of Object.entries(data.turning)) {
  byId(id)?.append(...list.map(({ at, note }) => el("li", {}, card(at, { jump: true, extra: note ? el("p", { cls: "why" }, note) : null }))));
}
