"use strict";
// Tables: a click on a head sorts by that column, again the other way; what is empty stays last.

const LONG = 20;  // rows from which a field to search in is offered

// the number of a cell, its text where it has none, null where it is empty
function keyOf(cell) {
  if (cell.dataset.sort !== undefined) return Number(cell.dataset.sort);
  return cell.textContent === "" ? null : cell.textContent;
}

function order(a, b, sign) {
  if (a === null || b === null) return (a === null) - (b === null);
  return sign * (typeof a === "number" ? a - b : a.localeCompare(b, undefined, {numeric: true}));
}

function sort(head) {
  const place = head.cellIndex, body = head.closest("table").tBodies[0];
  const firstWay = head.classList.contains("n") ? "descending" : "ascending";
  const otherWay = firstWay === "descending" ? "ascending" : "descending";
  const way = head.getAttribute("aria-sort") === firstWay ? otherWay : firstWay;
  for (const other of head.parentNode.cells) other.removeAttribute("aria-sort");
  head.setAttribute("aria-sort", way);
  const rows = [...body.rows].map(row => [keyOf(row.cells[place]), row]);
  rows.sort((one, two) => order(one[0], two[0], way === "ascending" ? 1 : -1));
  body.append(...rows.map(pair => pair[1]));
}

function search(table) {
  const field = document.createElement("input");
  field.type = "search";
  field.className = "sieve";
  field.placeholder = "show rows with ...";
  field.setAttribute("aria-label", "Show only rows with these words");
  field.addEventListener("input", () => {
    const words = field.value.toLowerCase().split(" ");
    for (const row of table.tBodies[0].rows) {
      const text = [...row.cells].map(cell => cell.textContent).join(" ").toLowerCase();
      row.hidden = !words.every(word => text.includes(word));
    }
  });
  table.parentNode.before(field);
}

for (const table of document.querySelectorAll("table.sorts")) {
  for (const head of table.tHead.rows[0].cells) head.firstChild.addEventListener("click", () => sort(head));
  if (table.tBodies[0].rows.length > LONG) search(table);
}
