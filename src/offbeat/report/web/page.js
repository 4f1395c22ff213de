"use strict";
// The page: its charts, its tables, its address.

const charts = new Map();

function chartOf(host) {
  if (!charts.has(host)) {
    const block = document.getElementById("data-" + host.dataset.series);
    charts.set(host, new Chart(host, JSON.parse(block.textContent), host.closest(".series")));
    block.textContent = "";
  }
  return charts.get(host);
}

function follow() {
  const asked = new URLSearchParams(location.hash.slice(1)), rank = Number(asked.get("event"));
  const host = document.querySelector(`.chart[data-series="${Number(asked.get("series") || 1)}"]`);
  if (!rank || !host) return;
  const chart = chartOf(host);
  if (chart.chosen !== rank) chart.select(rank);
  reveal(host);
}

function reveal(host) {
  const box = host.getBoundingClientRect();
  if (box.top < 0 || box.top > innerHeight / 2) host.scrollIntoView({block: "start"});
}

const hosts = [...document.querySelectorAll(".chart")];
const seen = new IntersectionObserver(entries => {
  for (const entry of entries) if (entry.isIntersecting) { chartOf(entry.target); seen.unobserve(entry.target); }
}, {rootMargin: "600px"});
for (const host of hosts) {
  if (host.getBoundingClientRect().top < innerHeight) chartOf(host); else seen.observe(host);
}

document.addEventListener("click", event => {
  const row = event.target.closest("tr[data-event]");
  if (!row || String(getSelection())) return;
  const host = row.closest(".series").querySelector(".chart"), chart = chartOf(host);
  chart.select(Number(row.dataset.event));
  if (chart.chosen) reveal(host);
});
addEventListener("hashchange", follow);
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => charts.forEach(chart => chart.draw()));
const paper = on => () => {
  root.classList.toggle("on-paper", on);
  hosts.forEach(host => chartOf(host).draw());
};
addEventListener("beforeprint", paper(true));
addEventListener("afterprint", paper(false));
follow();
