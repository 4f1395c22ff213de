"use strict";
// Numbers and times as a person writes them, and where an axis has its marks.

function number(value) {
  if (!Number.isFinite(value)) return "none";
  const size = Math.abs(value);
  if (size !== 0 && (size < 1e-4 || size >= 1e15)) return value.toPrecision(4);
  return Number(value.toPrecision(size < 1e5 ? 5 : 12)).toLocaleString("en", {maximumFractionDigits: 8});
}

function niceStep(span, most) {
  const raw = span / Math.max(1, most), power = 10 ** Math.floor(Math.log10(raw));
  return [1, 2, 5, 10].map(m => m * power).find(step => step >= raw * 0.999);
}

function numberTicks(from, to, most) {
  const step = niceStep(to - from, most), ticks = [];
  if (!(step > 0) || !Number.isFinite(step)) return ticks;
  const decimals = Math.max(0, -Math.floor(Math.log10(step) + 1e-9)), big = Math.max(Math.abs(from), Math.abs(to)) >= 1e6;
  for (let k = Math.ceil(from / step); k * step <= to && ticks.length < 50; k++) {
    const at = k * step || 0;
    const format = big ? {notation: "compact", maximumSignificantDigits: 6}
      : {minimumFractionDigits: Math.min(12, decimals), maximumFractionDigits: Math.min(12, decimals)};
    ticks.push({at, text: step < 1e-6 && !big ? String(Number(at.toPrecision(6))) : at.toLocaleString("en", format)});
  }
  return ticks;
}

// Where labels would be long or alike, the first is the base and the others say how far they lie above it.
function shortened(ticks) {
  const texts = new Set(ticks.map(tick => tick.text));
  if (ticks.length < 2 || (texts.size === ticks.length && ticks.every(tick => tick.text.length < 10))) return {ticks, base: ""};
  const base = ticks[0].at, above = at => "+" + Number((at - base).toPrecision(4));
  return {ticks: ticks.map((tick, i) => ({at: tick.at, text: i ? above(tick.at) : "base"})), base: `base ${number(base)}`};
}

const MINUTE = 60e3, HOUR = 3600e3, DAY = 864e5;
const MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(" ");
const FIXED = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1e3, 2e3, 5e3, 10e3, 15e3, 30e3, MINUTE, 2 * MINUTE, 5 * MINUTE,
  10 * MINUTE, 15 * MINUTE, 30 * MINUTE, HOUR, 2 * HOUR, 3 * HOUR, 6 * HOUR, 12 * HOUR, DAY, 2 * DAY, 7 * DAY, 14 * DAY];
const two = n => String(n).padStart(2, "0");

// Dates in the zone of the series: the page carries the zone's shifts, so the reader's own zone has no say.
class Calendar {
  constructor(data) { Object.assign(this, {origin: data.origin, shifts: data.shifts, digits: data.digits, step: data.step}); }

  shift(x) {
    let shift = this.shifts.length ? this.shifts[0][1] : 0;
    for (const [from, ms] of this.shifts) { if (x >= from) shift = ms; else break; }
    return shift;
  }

  local(x) { return this.origin + x + this.shift(x); }

  place(local) {
    const near = local - this.origin;
    return near - this.shift(near - this.shift(near));
  }

  text(x) {
    const local = this.local(x), t = new Date(local);
    const month = `${MONTHS[t.getUTCMonth()]} ${t.getUTCFullYear()}`;
    if (this.step >= 27 * DAY) return month;
    const day = `${t.getUTCDate()} ${month}`;
    if (this.digits === DAY) return day;
    const clock = `${day} ${two(t.getUTCHours())}:${two(t.getUTCMinutes())}`;
    if (this.digits === MINUTE) return clock;
    if (this.digits === 1000) return `${clock}:${two(t.getUTCSeconds())}`;
    const seconds = ((local % MINUTE) + MINUTE) % MINUTE / 1000;
    return `${clock}:${seconds.toFixed(this.digits === 1 ? 3 : 6).padStart(this.digits === 1 ? 6 : 9, "0")}`;
  }

  ticks(from, to, most) {
    const span = to - from, step = FIXED.find(ms => span / ms <= most);
    const made = step ? this.evenTicks(from, to, step) : this.monthTicks(from, to, Math.max(1, span / most / (30.4 * DAY)));
    return made.filter(tick => tick.at >= from && tick.at <= to);
  }

  evenTicks(from, to, step) {
    // weeks begin on Monday, and 1 January 1970 was a Thursday
    const ticks = [], lead = step % (7 * DAY) === 0 ? 4 * DAY : 0;
    for (let k = Math.ceil((this.local(from) - lead) / step); ; k++) {
      const local = k * step + lead, at = this.place(local);
      if (at > to || ticks.length > 60) return ticks;
      const t = new Date(local), day = `${t.getUTCDate()} ${MONTHS[t.getUTCMonth()]}`;
      const clock = `${two(t.getUTCHours())}:${two(t.getUTCMinutes())}`;
      const fine = `${clock}:${two(t.getUTCSeconds())}` + (step < 1000 ? "." + String(t.getUTCMilliseconds()).padStart(3, "0") : "");
      if (step >= DAY) ticks.push({at, text: day, context: String(t.getUTCFullYear())});
      else ticks.push({at, text: step >= MINUTE ? clock : fine, context: `${day} ${t.getUTCFullYear()}`});
    }
  }

  monthTicks(from, to, months) {
    const every = [1, 2, 3, 6, 12].find(m => m >= months * 0.999) || 12 * niceStep(months / 12, 1);
    const start = new Date(this.local(from)), ticks = [];
    const begin = Math.floor((start.getUTCFullYear() * 12 + start.getUTCMonth()) / every) * every;
    for (let month = begin; ticks.length < 60; month += every) {
      const year = Math.floor(month / 12), t = new Date(0);
      t.setUTCFullYear(year, month - 12 * year, 1);
      const at = this.place(t.getTime());
      if (at > to) break;
      const whole = every >= 12;
      ticks.push({at, text: whole ? String(year) : MONTHS[month - 12 * year], context: whole ? "" : String(year)});
    }
    return ticks;
  }
}

class Numbers {
  constructor(data) { this.origin = data.origin; }
  text(x) { return number(this.origin + x); }
  ticks(from, to, most) {
    return numberTicks(this.origin + from, this.origin + to, most).map(t => ({at: t.at - this.origin, text: t.text, context: ""}));
  }
}
