// Search and filters over all comments; what matches is shown with the comments it answers.

const filters = (() => {
  const form = byId("filters");
  const found = byId("found");
  const field = (name) => byId(`f-${name}`);
  const words = all.text.map((text, k) =>
    [text, all.author[k] ?? "", ...all.spans[k].map((span) => span[2] ?? "")].join("\n").toLowerCase());

  function test() {
    const sought = field("text").value.trim().toLowerCase();
    const [stance, answer, depth] = ["stance", "answer", "depth"].map((name) => field(name).value);
    const [toxic, masked, weak] = ["toxic", "masked", "unsure"].map((name) => field(name).checked);
    if (!sought && !stance && !answer && !depth && !toxic && !masked && !weak) return null;
    return (k) =>
      (!sought || words[k].includes(sought)) &&
      (!stance || all.stance[k] === Number(stance)) &&
      (!answer || (all.answer[k] === Number(answer) && all.parent[k] !== null)) &&
      (!depth || Math.min(all.depth[k], 4) === Number(depth)) &&
      (!toxic || all.toxic[k] === 1) &&
      (!masked || nMasked(k) > 0) &&
      (!weak || unsure(k));
  }

  function apply() {
    const matches = test();
    if (!matches) {
      found.textContent = counted(total, "comment");
      tree.show(null);
      return;
    }
    const marks = new Uint8Array(total);
    let n = 0;
    for (let k = 0; k < total; k += 1) {
      if (!matches(k)) continue;
      n += 1;
      marks[k] = 1;
      for (let above = all.parent[k]; above !== null && !marks[above]; above = all.parent[above]) marks[above] = 2;
    }
    found.textContent = n
      ? `${n.toLocaleString("en")} of ${counted(total, "comment")}, each with what it answers (paler)`
      : "No comment matches.";
    tree.show(marks);
  }

  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("input", rested(apply));
  form.addEventListener("reset", () => setTimeout(apply));
  byId("fold-all").addEventListener("click", () => tree.foldAll(true));
  byId("unfold-all").addEventListener("click", () => tree.foldAll(false));
  found.textContent = counted(total, "comment");

  return {
    clear() {
      for (const input of form.querySelectorAll("input, select")) {
        if (input.type === "checkbox") input.checked = false;
        else input.value = "";
      }
      apply();
    },
  };
})();
