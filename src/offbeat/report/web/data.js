"use strict";
// The data of a chart, and its reduction to what a screen can show.
// Places are distances from the first row, in milliseconds or in the data's own unit.

const TYPES = {f4: Float32Array, f8: Float64Array, u1: Uint8Array};

function decode(packed) {
  const text = atob(packed.data), bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);
  return new TYPES[packed.type](bytes.buffer);
}

function places(x) {
  return x.count === undefined ? decode(x) : Float64Array.from({length: x.count}, (_, i) => i * x.step);
}

// the first row at or after a place
function rowAt(x, place) {
  let low = 0, high = x.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (x[middle] < place) low = middle + 1; else high = middle;
  }
  return low;
}

const BLOCK = 64;

// The least and greatest value of each block of rows are taken once, so that a million rows are drawn at ease.
function summarized(values) {
  const count = Math.ceil(values.length / BLOCK), low = new Float64Array(count), high = new Float64Array(count);
  for (let block = 0; block < count; block++) {
    let least = Infinity, greatest = -Infinity;
    const end = Math.min(values.length, (block + 1) * BLOCK);
    // a missing value, NaN, is neither less nor greater
    for (let row = block * BLOCK; row < end; row++) {
      if (values[row] < least) least = values[row];
      if (values[row] > greatest) greatest = values[row];
    }
    low[block] = least; high[block] = greatest;
  }
  return {values, low, high};
}

// One entry a row, or one a pixel where rows are denser: the first, last, least and greatest value there, so that
// no spike is lost; NaN where values are missing, so that no gap is bridged.
function columns(x, line, scale) {
  const first = Math.max(0, rowAt(x, scale.from) - 1), last = Math.min(x.length, rowAt(x, scale.to) + 2);
  const dense = last - first > 3 * scale.width, count = dense ? Math.ceil(scale.width) : last - first;
  const c = {n: 0, at: new Float64Array(count)};
  for (const part of ["first", "last", "low", "high"]) c[part] = new Float64Array(count);
  for (let i = 0, row = first; i < count && row < last; i++) {
    const end = dense ? Math.min(last, Math.max(row, rowAt(x, scale.place(scale.left + i + 1)))) : row + 1;
    if (end === row) continue;
    c.at[c.n] = dense ? scale.left + i + 0.5 : scale.pixel(x[row]);
    summarize(line, row, end, c, c.n++);
    row = end;
  }
  return c;
}

function summarize({values, low, high}, begin, end, c, k) {
  let least = Infinity, greatest = -Infinity;
  for (let row = begin; row < end;) {
    const whole = row % BLOCK === 0 && row + BLOCK <= end, block = row / BLOCK;
    const below = whole ? low[block] : values[row], above = whole ? high[block] : values[row];
    if (below < least) least = below;
    if (above > greatest) greatest = above;
    row += whole ? BLOCK : 1;
  }
  const none = least > greatest;
  let first = begin, last = end - 1;
  while (!none && values[first] !== values[first]) first++;
  while (!none && values[last] !== values[last]) last--;
  c.first[k] = values[first]; c.last[k] = values[last];
  c.low[k] = none ? NaN : least; c.high[k] = none ? NaN : greatest;
}
