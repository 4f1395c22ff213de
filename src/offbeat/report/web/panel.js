"use strict";
// One panel of a chart: its lines, its scale, what is usual.

const root = document.documentElement;

function make(tag, className, parent, text) {
  const element = document.createElement(tag);
  if (className) element.className = className;
  if (text !== undefined) element.textContent = text;
  if (parent) parent.append(element);
  return element;
}

function palette() {
  const style = getComputedStyle(root);
  return name => style.getPropertyValue("--" + name).trim();
}

function brush(canvas, width, height) {
  const ratio = window.devicePixelRatio || 1;
  canvas.width = Math.round(width * ratio);
  canvas.height = Math.round(height * ratio);
  canvas.style.height = height + "px";
  const pen = canvas.getContext("2d");
  pen.scale(ratio, ratio);
  pen.font = "11px system-ui, sans-serif";
  return pen;
}

function stroke(pen, c, y, colour, width) {
  pen.strokeStyle = pen.fillStyle = colour;
  pen.lineWidth = width;
  pen.lineJoin = "round";
  pen.beginPath();
  for (let i = 0, open = false; i < c.n; i++) {
    const there = c.first[i] === c.first[i], at = c.at[i];
    if (!there) { open = false; continue; }
    if (open) pen.lineTo(at, y(c.first[i])); else pen.moveTo(at, y(c.first[i]));
    if (c.low[i] !== c.high[i]) { pen.lineTo(at, y(c.low[i])); pen.lineTo(at, y(c.high[i])); pen.lineTo(at, y(c.last[i])); }
    // a value that stands alone between two gaps would be no line at all
    const next = i + 1 < c.n && c.first[i + 1] === c.first[i + 1];
    if (!open && !next && c.low[i] === c.high[i]) pen.rect(at - 1, y(c.first[i]) - 1, 2, 2);
    open = true;
  }
  pen.stroke();
}

function fillBetween(pen, low, high, y, colour) {
  pen.fillStyle = colour;
  for (let i = 0; i < low.n;) {
    if (!(low.low[i] <= high.high[i])) { i++; continue; }
    let end = i;
    while (end < low.n && low.low[end] <= high.high[end]) end++;
    pen.beginPath();
    for (let k = i; k < end; k++) pen.lineTo(low.at[k], y(high.high[k]));
    for (let k = end - 1; k >= i; k--) pen.lineTo(low.at[k], y(low.low[k]));
    pen.fill();
    i = end;
  }
}

function extent(...all) {
  let low = Infinity, high = -Infinity;
  for (const c of all) for (let i = 0; i < c.n; i++) {
    if (c.low[i] < low) low = c.low[i];
    if (c.high[i] > high) high = c.high[i];
  }
  return low <= high ? [low, high] : null;
}

class Panel {
  constructor(chart, name, packed, height) {
    Object.assign(this, {chart, name, packed, height, lines: null});
    this.box = make("div", "panel", chart.stage);
    const head = make("div", "head", this.box);
    make("b", "", head, name).title = name;
    this.base = make("span", "", head);
    this.read = make("span", "", head);
    this.canvas = make("canvas", "", this.box);
    this.canvas.setAttribute("aria-hidden", "true");
  }

  load() {
    if (this.lines) return this.lines;
    this.lines = {};
    for (const word of ["values", "expected", "lower", "upper"]) {
      if (this.packed[word]) this.lines[word] = summarized(decode(this.packed[word]));
    }
    this.packed = null;
    return this.lines;
  }

  draw(colour) {
    const {chart, height} = this, scale = chart.scale, pen = brush(this.canvas, chart.width, height);
    const reduced = {};
    for (const [word, line] of Object.entries(this.load())) reduced[word] = columns(chart.x, line, scale);
    const range = this.range(reduced);
    const y = value => 4 + (height - 8) * (1 - (value - range[0]) / (range[1] - range[0]));
    this.frame(pen, y, range, colour);
    pen.save();
    pen.beginPath();
    pen.rect(scale.left, 0, scale.width, height);
    pen.clip();
    chart.shade(pen, height, colour);
    this.content(pen, reduced, y, colour);
    pen.restore();
  }

  range(reduced) {
    const around = reduced.expected ? [reduced.values, reduced.expected] : [reduced.values];
    const [low, high] = extent(...around) || [0, 1];
    const margin = 0.06 * (high - low) || 0.1 * Math.abs(high) || 1;
    return [low - margin, high + margin];
  }

  frame(pen, y, range, colour) {
    const {left, width} = this.chart.scale;
    pen.textAlign = "right";
    pen.textBaseline = "middle";
    const {ticks, base} = shortened(numberTicks(range[0], range[1], this.height / 38));
    this.base.textContent = base;
    for (const tick of ticks) {
      const at = Math.round(y(tick.at)) + 0.5;
      pen.fillStyle = colour("grid");
      pen.fillRect(left, at - 0.5, width, 1);
      pen.fillStyle = colour("soft");
      pen.fillText(tick.text, left - 7, Math.min(this.height - 6, Math.max(6, at)));
    }
    pen.fillStyle = colour("rule");
    pen.fillRect(left, this.height - 1, width, 1);
  }

  content(pen, reduced, y, colour) {
    if (reduced.lower) fillBetween(pen, reduced.lower, reduced.upper, y, colour("band"));
    if (reduced.expected) stroke(pen, reduced.expected, y, colour("expected"), 1);
    stroke(pen, reduced.values, y, colour("line"), reduced.values.n > 1500 ? 1 : 1.4);
    if (!extent(reduced.values)) {
      pen.fillStyle = colour("soft");
      pen.textAlign = "center";
      pen.fillText("no value here", this.chart.scale.left + this.chart.scale.width / 2, this.height / 2);
    }
  }

  say(row) {
    if (row === null) { this.read.textContent = ""; return; }
    const {values, expected, lower, upper} = this.load();
    let text = number(values.values[row]);
    if (expected && Number.isFinite(expected.values[row])) {
      const [middle, low, high] = [expected, lower, upper].map(line => number(line.values[row]));
      text += ` · expected ${middle}, usual ${low} to ${high}`;
    }
    this.read.textContent = text;
  }
}

class SeverityPanel extends Panel {
  range(reduced) {
    const [low, high] = extent(reduced.values) || [0, 1];
    return [Math.min(0, low), Math.max(1.25, high * 1.06)];
  }

  content(pen, reduced, y, colour) {
    const c = reduced.values, {left, width} = this.chart.scale;
    const floor = {n: c.n, at: c.at, low: Float64Array.from(c.high.subarray(0, c.n), v => v === v ? 1 : NaN)};
    const top = {n: c.n, high: Float64Array.from(c.high.subarray(0, c.n), v => v < 1 ? 1 : v)};
    fillBetween(pen, floor, top, y, colour("chosen"));
    stroke(pen, c, y, colour("severity"), c.n > 1500 ? 1 : 1.3);
    pen.strokeStyle = colour("event");
    pen.lineWidth = 1.2;
    pen.setLineDash([6, 4]);
    pen.beginPath();
    pen.moveTo(left, y(1));
    pen.lineTo(left + width, y(1));
    pen.stroke();
  }

  say(row) {
    const value = row === null ? NaN : this.load().values.values[row];
    this.read.textContent = row === null ? "" : value === value ? `${number(value)} (1 is the threshold)` : "not scored";
  }
}
