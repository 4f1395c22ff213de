"use strict";
// A chart: a stack of panels over one time axis, and how one moves about in it.

class Chart {
  constructor(host, data, section) {
    Object.assign(this, {host, data, section, chosen: 0, before: null, clicked: false, pending: false, width: 0});
    this.x = places(data.x);
    this.status = data.status && decode(data.status);
    this.calendar = data.dated ? new Calendar(data) : new Numbers(data);
    const n = this.x.length, pad = data.step / 2;
    this.whole = n ? [this.x[0] - pad, this.x[n - 1] + pad] : [0, 1];
    this.from = this.whole[0];
    this.to = this.whole[1];
    this.build();
    this.listen();
    new ResizeObserver(() => { if (host.clientWidth !== this.width) this.draw(); }).observe(host);
    this.draw();
  }

  build() {
    const {host, data} = this, tools = make("div", "tools", host);
    const button = (text, label, act) => {
      const made = make("button", "", tools, text);
      made.type = "button";
      made.title = label;
      made.setAttribute("aria-label", label);
      made.addEventListener("click", act);
    };
    button("All", "Show everything", () => this.reset());
    button("+", "Zoom in", () => this.zoom(0.5));
    button("\u2212", "Zoom out", () => this.zoom(2));
    button("\u2190", "Move to earlier times", () => this.move(-0.4));
    button("\u2192", "Move to later times", () => this.move(0.4));
    if (data.events.length) {
      button("\u2039 event", "Previous event in the table", () => this.next(-1));
      button("event \u203a", "Next event in the table", () => this.next(1));
    }
    this.time = make("span", "time", tools);
    this.message = make("span", "", tools);
    this.message.setAttribute("role", "status");
    this.stage = make("div", "stage", host);
    this.stage.tabIndex = 0;
    this.stage.setAttribute("role", "group");
    this.stage.setAttribute("aria-label", `Chart of ${data.name}. Arrow keys move, plus and minus zoom, 0 shows everything, n and p go through the events.`);
    this.buildPanels();
    make("p", "hint", host, "Drag to zoom, Shift and drag to move, Ctrl and wheel or pinch to zoom, double click to see everything.");
  }

  buildPanels() {
    const {data, stage, host} = this, many = data.channels.length;
    this.flags = make("canvas", "", stage);
    this.panels = data.channels.map(channel => new Panel(this, channel.name, channel, many === 1 ? 260 : 120));
    this.panels.forEach((panel, place) => { panel.box.hidden = !data.few.includes(place); });
    if (many > data.few.length) {
      const more = make("button", "more", null, `Show the other ${many - data.few.length} channels`);
      more.type = "button";
      more.addEventListener("click", () => { this.panels.forEach(p => { p.box.hidden = false; }); more.remove(); this.draw(); });
      host.insertBefore(more, stage);
    }
    this.severity = new SeverityPanel(this, "severity", {values: data.severity}, 96);
    this.panels.push(this.severity);
    this.strip = this.status ? make("canvas", "", stage) : null;
    this.axis = make("canvas", "axis", stage);
    this.cross = make("div", "cross", stage);
    this.pick = make("div", "pick", stage);
    this.legend(make("div", "legend", host));
  }

  legend(box) {
    const banded = this.data.channels.some(channel => channel.expected);
    make("span", "value rule", box, "value");
    if (banded) { make("span", "expected rule", box, "expected"); make("span", "usual", box, "normal range"); }
    if (this.data.events.length) make("span", "event", box, "event");
    make("span", "threshold rule", box, "threshold");
    if (this.status) make("span", "unjudged", box, "missing, frozen or not fully scored (hover to see which)");
  }

  get shown() { return this.panels.filter(panel => !panel.box.hidden); }

  draw() {
    this.width = this.host.clientWidth;
    if (!this.width) return;
    const left = this.width < 640 ? 48 : 64, width = Math.max(50, this.width - left - 10), {from, to} = this;
    this.scale = {
      left, width, from, to,
      pixel: place => left + width * (place - from) / (to - from),
      place: pixel => from + (to - from) * (pixel - left) / width,
    };
    const colour = palette();
    this.drawFlags(colour);
    for (const panel of this.shown) panel.draw(colour);
    if (this.strip) this.drawStrip(colour);
    this.drawAxis(colour);
  }

  later() {
    if (this.pending) return;
    this.pending = true;
    requestAnimationFrame(() => { this.pending = false; this.draw(); });
  }

  shade(pen, height, colour) {
    this.data.events.forEach((event, i) => {
      const [left, right] = this.edges(event);
      if (right < 0) return;
      pen.fillStyle = colour(i + 1 === this.chosen ? "chosen" : "shade");
      pen.fillRect(left, 0, right - left, height);
    });
  }

  // where an event is drawn, at least three pixels wide; to the left of everything where it is out of sight
  edges(event) {
    if (event.to < this.from || event.from > this.to) return [-1, -1];
    const left = this.scale.pixel(event.from), right = this.scale.pixel(event.to), spare = Math.max(0, 3 - (right - left)) / 2;
    return [left - spare, right + spare];
  }

  drawFlags(colour) {
    const height = this.data.events.length ? 20 : 4, pen = brush(this.flags, this.width, height), {left, width} = this.scale;
    this.placed = [];
    pen.textAlign = "center";
    pen.textBaseline = "middle";
    pen.font = "bold 11px system-ui, sans-serif";
    this.data.events.forEach((event, i) => {
      const edges = this.edges(event);
      if (edges[1] < 0) return;
      const at = (Math.max(left, edges[0]) + Math.min(left + width, edges[1])) / 2, half = 5 + 3.5 * String(i + 1).length;
      pen.fillStyle = colour("event");
      if (this.placed.some(flag => Math.abs(flag.at - at) < flag.half + half + 2)) {
        pen.fillRect(at - 1, height - 4, 2, 4);
        return;
      }
      this.placed.push({at, half, rank: i + 1});
      pen.beginPath();
      pen.roundRect(at - half, 1, 2 * half, 16, 8);
      pen.fill();
      pen.fillStyle = colour("on-event");
      pen.fillText(String(i + 1), at, 9.5);
    });
  }

  drawStrip(colour) {
    const pen = brush(this.strip, this.width, 8), {left, width, from, to} = this.scale, {x, status} = this;
    pen.fillStyle = colour("unjudged");
    let drawn = -1;
    const half = this.data.step / 2, end = Math.min(x.length, rowAt(x, to + half));
    for (let row = Math.max(0, rowAt(x, from - half)); row < end;) {
      if (!status[row]) { row++; continue; }
      let last = row;
      while (last + 1 < end && status[last + 1]) last++;
      const a = Math.max(left, this.scale.pixel(x[row] - half)), b = Math.min(left + width, this.scale.pixel(x[last] + half));
      // a million lone rows are no more than a thousand pixels
      if (b > drawn) { pen.fillRect(a, 2, Math.max(1, b - a), 5); drawn = Math.max(b, a + 1); }
      row = last + 1;
    }
  }

  drawAxis(colour) {
    const pen = brush(this.axis, this.width, 36), {left, width, from, to} = this.scale;
    pen.textAlign = "center";
    pen.textBaseline = "top";
    let context = null, free = -Infinity;
    for (const tick of this.calendar.ticks(from, to, width / 80)) {
      const at = this.scale.pixel(tick.at);
      pen.fillStyle = colour("rule");
      pen.fillRect(Math.round(at), 0, 1, 5);
      const half = pen.measureText(tick.text).width / 2;
      const middle = Math.min(left + width - half + 8, Math.max(left + half - 30, at));
      if (middle - half < free) continue;
      free = middle + half + 8;
      pen.fillStyle = colour("soft");
      pen.fillText(tick.text, middle, 7);
      if (tick.context !== context) pen.fillText(tick.context, Math.max(middle, left + pen.measureText(tick.context).width / 2 - 30), 21);
      context = tick.context;
    }
  }

  // ---- moving about ----

  show(from, to) {
    const [low, high] = this.whole, least = Math.min(high - low, 4 * this.data.step);
    let span = Math.min(high - low, Math.max(least, to - from));
    from = (from + to - span) / 2;
    from = Math.min(high - span, Math.max(low, from));
    this.from = from;
    this.to = from + span;
    this.later();
  }

  reset() { this.select(0, false); this.show(...this.whole); }

  zoom(factor, around = (this.from + this.to) / 2) {
    const [low, high] = this.whole, span = Math.min(high - low, Math.max(4 * this.data.step, factor * (this.to - this.from)));
    const share = (around - this.from) / (this.to - this.from), from = around - share * span;
    this.show(from, from + span);
  }

  move(share) {
    const by = share * (this.to - this.from), [low, high] = this.whole;
    const held = Math.min(high - this.to, Math.max(low - this.from, by));
    this.show(this.from + held, this.to + held);
  }

  next(by) {
    const count = this.data.events.length;
    if (count) this.select(this.chosen ? (this.chosen - 1 + by + count) % count + 1 : by > 0 ? 1 : count);
  }

  // choose an event by its rank and zoom to it; the same again, or 0, goes back
  select(rank, go = true) {
    const back = rank === this.chosen || rank < 1 || rank > this.data.events.length;
    if (back && !this.chosen) return;
    if (!this.chosen && !back) this.before = [this.from, this.to];
    this.chosen = back ? 0 : rank;
    if (go && back) this.show(...this.before);
    if (!back) this.goTo(this.data.events[rank - 1]);
    this.mark();
    this.later();
  }

  goTo(event) {
    const length = event.to - event.from, room = Math.max(1.5 * length, 60 * this.data.step);
    for (const place of event.channels) this.panels[place].box.hidden = false;
    this.show(event.from - room, event.to + room);
  }

  mark() {
    const {chosen} = this;
    for (const row of this.section.querySelectorAll("tr[data-event]")) {
      const mine = Number(row.dataset.event) === chosen;
      row.classList.toggle("chosen", mine);
      row.querySelector("button").setAttribute("aria-pressed", String(mine));
    }
    this.message.textContent = chosen ? `Event ${chosen} of ${this.data.events.length}` : "";
    const series = this.host.dataset.series, where = series === "1" ? "" : `series=${series}&`;
    history.replaceState(null, "", chosen ? `#${where}event=${chosen}` : location.pathname + location.search);
  }

  hover(pixel) {
    const {scale, x} = this, inside = pixel !== null && x.length && pixel >= scale.left && pixel <= scale.left + scale.width;
    this.cross.style.display = inside ? "block" : "none";
    let row = null;
    if (inside) {
      const place = scale.place(pixel);
      row = Math.min(x.length - 1, rowAt(x, place));
      if (row && place - x[row - 1] < x[row] - place) row--;
      this.cross.style.left = scale.pixel(x[row]) + "px";
    }
    const why = row !== null && this.status && this.status[row] ? ` (${this.data.statuses[this.status[row]]})` : "";
    this.time.textContent = row === null ? "" : this.calendar.text(x[row]) + why;
    for (const panel of this.shown) panel.say(row);
  }

  // ---- mouse, fingers, keys ----

  listen() {
    const {stage} = this, held = new Map();
    const pixel = event => event.clientX - stage.getBoundingClientRect().left;
    stage.addEventListener("pointerdown", event => {
      if (event.button !== 0) return;
      this.clicked = true;
      const pan = event.pointerType === "touch" || event.shiftKey || event.target === this.axis;
      held.set(event.pointerId, {start: pixel(event), now: pixel(event), pan});
      stage.setPointerCapture(event.pointerId);
    });
    stage.addEventListener("pointermove", event => {
      const finger = held.get(event.pointerId), now = pixel(event);
      this.hover(now);
      if (!finger) return;
      if (held.size === 2) this.pinch(held, event.pointerId, now);
      else if (finger.pan) this.move((finger.now - now) / this.scale.width);
      else this.rubber(finger.start, now);
      finger.now = now;
    });
    const lift = done => event => {
      const finger = held.get(event.pointerId);
      held.delete(event.pointerId);
      this.pick.style.display = "none";
      if (!finger || !done) return;
      const {start, now} = finger;
      if (Math.abs(now - start) < 4) this.click(event, now);
      else if (!finger.pan) this.show(...[start, now].map(p => this.scale.place(p)).sort((a, b) => a - b));
    };
    stage.addEventListener("pointerup", lift(true));
    stage.addEventListener("pointercancel", lift(false));
    stage.addEventListener("pointerleave", () => { this.clicked = false; this.hover(null); });
    stage.addEventListener("dblclick", () => this.reset());
    stage.addEventListener("wheel", event => this.wheel(event, pixel(event)), {passive: false});
    stage.addEventListener("keydown", event => this.key(event));
  }

  rubber(start, now) {
    const {left, width} = this.scale, [a, b] = [start, now].map(p => Math.min(left + width, Math.max(left, p))).sort((p, q) => p - q);
    Object.assign(this.pick.style, {display: "block", left: a + "px", width: b - a + "px"});
  }

  pinch(held, id, now) {
    const mine = held.get(id), other = [...held.entries()].find(([key]) => key !== id)[1];
    const before = Math.abs(mine.now - other.now), after = Math.abs(now - other.now);
    if (before > 5 && after > 5) this.zoom(before / after, this.scale.place((now + other.now) / 2));
  }

  // A plain wheel scrolls the page, until the chart was clicked: then it zooms.
  wheel(event, pixel) {
    const zooms = event.ctrlKey || event.metaKey || this.clicked;
    const sideways = Math.abs(event.deltaX) > Math.abs(event.deltaY);
    if (!zooms && !sideways) return;
    event.preventDefault();
    const unit = event.deltaMode === 1 ? 20 : 1;
    if (sideways) this.move(unit * event.deltaX / this.scale.width);
    else this.zoom(Math.exp(unit * event.deltaY * (event.ctrlKey ? 0.01 : 0.002)), this.scale.place(pixel));
  }

  click(event, pixel) {
    if (event.target !== this.flags && this.flags.getBoundingClientRect().bottom < event.clientY) return;
    const flag = this.placed.find(f => Math.abs(f.at - pixel) <= f.half + 2);
    if (flag) this.select(flag.rank);
  }

  key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const acts = {
      ArrowLeft: () => this.move(-0.2), ArrowRight: () => this.move(0.2), "+": () => this.zoom(0.5), "=": () => this.zoom(0.5),
      "-": () => this.zoom(2), "0": () => this.reset(), Home: () => this.reset(), n: () => this.next(1), p: () => this.next(-1),
      Escape: () => this.select(0),
    };
    if (!acts[event.key]) return;
    event.preventDefault();
    acts[event.key]();
  }
}
