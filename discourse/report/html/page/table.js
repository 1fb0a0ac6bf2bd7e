// The table of articles: sorted by a click on a column's head, narrowed by a search.

{
  const table = byId("table");
  const body = table.tBodies[0];
  const rows = [...body.rows];
  const heads = [...table.tHead.rows[0].cells];

  heads.forEach((head, column) => {
    const button = el("button", { type: "button", cls: "sort" }, head.textContent, el("span", { "aria-hidden": "true", cls: "arrow" }));
    head.replaceChildren(button);
    button.addEventListener("click", () => {
      const number = head.dataset.sort === "number";
      const down = head.getAttribute("aria-sort") !== (number ? "descending" : "ascending");
      const direction = (number ? down : !down) ? "descending" : "ascending";
      const sign = direction === "descending" ? -1 : 1;
      const value = (row) => (number ? Number(row.cells[column].dataset.value) : row.cells[column].dataset.value);
      for (const other of heads) other.removeAttribute("aria-sort");
      head.setAttribute("aria-sort", direction);
      rows.sort((a, b) => sign * (number ? value(a) - value(b) : value(a).localeCompare(value(b), "en")));
      body.append(...rows);
    });
  });

  const found = byId("found");
  const words = new Map(rows.map((row) => [row, row.cells[0].textContent.toLowerCase()]));
  const narrow = () => {
    const sought = byId("find-text").value.trim().toLowerCase();
    for (const row of rows) row.hidden = !words.get(row).includes(sought);
    const n = rows.filter((row) => !row.hidden).length;
    found.textContent = sought ? `${n.toLocaleString("en")} of ${counted(rows.length, "article")}` : counted(rows.length, "article");
  };
  byId("find").addEventListener("input", rested(narrow));
  byId("find").addEventListener("submit", (event) => event.preventDefault());
  narrow();
}
