"use strict";
// Sorts a table by the column whose heading is pressed; headings of families only make sense in the original order.
document.querySelectorAll("table.sortable").forEach(table => {
  const headings = Array.from(table.tHead.rows[0].cells);
  const bodies = Array.from(table.tBodies);
  const original = bodies.map(body => Array.from(body.rows));
  const key = (row, column) => {
    const cell = row.cells[column];
    const text = cell.dataset.sort === undefined ? cell.textContent.trim() : cell.dataset.sort;
    const number = parseFloat(text.replace("−", "-"));
    return column === 0 ? text.toLowerCase() : Number.isNaN(number) ? null : number;
  };
  const restore = () => bodies.forEach((body, i) => body.replaceChildren(...original[i]));
  const sort = (column, sign) => {
    const rows = original.flat().filter(row => !row.classList.contains("family"));
    const keyed = rows.map(row => ({ row, value: key(row, column) }));
    keyed.sort((a, b) => {
      if (a.value === null || b.value === null) return (a.value === null) - (b.value === null);
      return a.value === b.value ? 0 : (a.value > b.value ? sign : -sign);
    });
    bodies.forEach(body => body.replaceChildren());
    bodies[0].replaceChildren(...keyed.map(k => k.row));
  };
  headings.forEach((heading, column) => {
    const button = document.createElement("button");
    button.type = "button";
    button.title = "Sort; a third press restores the original order";
    button.append(...heading.childNodes);
    heading.replaceChildren(button);
    button.addEventListener("click", () => {
      const order = column === 0 ? ["ascending", "descending", null] : ["descending", "ascending", null];
      const next = order[(order.indexOf(heading.getAttribute("aria-sort")) + 1) % 3];
      headings.forEach(h => h.removeAttribute("aria-sort"));
      if (next === null) {
        restore();
      } else {
        heading.setAttribute("aria-sort", next);
        sort(column, next === "ascending" ? 1 : -1);
      }
    });
  });
});
