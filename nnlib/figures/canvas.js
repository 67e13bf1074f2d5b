// Draws a MovingFigure: looks the frame up, and writes one SVG. It computes no number of the text.
// Runs as an anywidget in Jupyter and, through host.js, on a page with no kernel.

const NARROW = 560; // pixels of width below which panels stand below each other
const TIP = 3; // radius of the dot at the tip of a line
const LINE = 16; // pixels from one line of small text to the next
let made = 0;

const esc = (text) =>
  String(text).replace(
    /[&<>"]/g,
    (c) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" })[c],
  );
const px = (v) => Math.round(v * 10) / 10;
const paint = (color) => `var(--nnf-${color})`;
const colorAt = (color, k) => (Array.isArray(color) ? color[k % color.length] : color);

let ruler;
let face = "system-ui, sans-serif";
const widths = new Map();
function widthOf(text, size = 12, bold = false) {
  const font = `${bold ? 600 : 400} ${size}px ${face}`;
  const key = font + text;
  if (!widths.has(key)) {
    ruler ??= document.createElement("canvas").getContext("2d");
    ruler.font = font;
    widths.set(key, ruler.measureText(text).width);
  }
  return widths.get(key);
}

// ---------------------------------------------------------------- frames

// The packed frames: values, lists of fields and shapes stand once, a frame is a list of numbers.
function unpack(text) {
  const { values, fields, shapes, frames } = JSON.parse(text);
  const built = shapes.map(([names, ...parts]) =>
    Object.fromEntries(fields[names].map((field, k) => [field, values[parts[k]]])),
  );
  return frames.map((frame) => frame.map((k) => built[k]));
}

// ---------------------------------------------------------------- axes

function niceTicks(low, high, count) {
  const raw = (high - low) / Math.max(1, count);
  const ten = 10 ** Math.floor(Math.log10(raw));
  const step = ten * [1, 2, 5, 10].find((m) => m * ten >= raw * 0.999);
  const digits = Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
  const ticks = [];
  for (let k = Math.ceil(low / step - 1e-9); k * step <= high + step * 1e-9; k += 1) {
    ticks.push([
      k * step,
      (k * step)
        .toFixed(digits)
        .replace(/^-0(\.0*)?$/, "0")
        .replace("-", "−"),
    ]);
  }
  return ticks;
}

const raised = (n) => String(n).replace(/[-0-9]/g, (c) => "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"["-0123456789".indexOf(c)]);

function logTicks(low, high, count) {
  const first = Math.ceil(Math.log10(low) - 1e-9);
  const last = Math.floor(Math.log10(high) + 1e-9);
  const step = Math.max(1, Math.ceil((last - first) / Math.max(1, count)));
  const ticks = [];
  for (let k = first; k <= last; k += step) {
    ticks.push([10 ** k, k === 0 ? "1" : k === 1 ? "10" : `10${raised(k)}`]);
  }
  return ticks;
}

// An axis's own ticks, those that are seen; with fewer than two seen, round numbers.
function ticksOf(axis, pixels, each) {
  const seen = axis.ticks?.filter(([v]) => v >= axis.low && v <= axis.high) ?? [];
  if (seen.length > 1 || (seen.length && seen.length === axis.ticks.length))
    return seen.map(([v, words]) => [v, words ?? String(v).replace("-", "−")]);
  return (axis.log ? logTicks : niceTicks)(
    axis.low,
    axis.high,
    Math.max(2, Math.floor(pixels / each)),
  );
}

function scale(axis, from, to) {
  const f = axis.log ? Math.log10 : (v) => v;
  const low = f(axis.low);
  const per = (to - from) / (f(axis.high) - low);
  return (v) => from + (f(v) - low) * per;
}

// Where a panel's marks go: pixels of its frame, and the maps from numbers to pixels.
function place(panel, box, narrow) {
  const turned = narrow && panel.turn;
  let [left, top, right, bottom] = [box.x + 6, box.y + 6, box.x + box.w - 6, box.y + box.h - 6];
  if (panel.title) top += LINE + 8;
  if (panel.axes) {
    if (panel.y.label) top += LINE + 2;
    const yTicks = ticksOf(panel.y, bottom - top - 40, 44);
    left += Math.max(...yTicks.map(([, words]) => widthOf(words))) + 6;
    bottom -= LINE + 4 + (panel.x.label ? LINE : 0);
    right -= 8;
  }
  if (panel.equal) {
    const unit = Math.min(
      (right - left) / (panel.x.high - panel.x.low),
      (bottom - top) / (panel.y.high - panel.y.low),
    );
    const spareX = (right - left - unit * (panel.x.high - panel.x.low)) / 2;
    const spareY = (bottom - top - unit * (panel.y.high - panel.y.low)) / 2;
    [left, right, top, bottom] = [left + spareX, right - spareX, top + spareY, bottom - spareY];
  }
  const sx = turned ? scale(panel.x, top, bottom) : scale(panel.x, left, right);
  const sy = turned ? scale(panel.y, left, right) : scale(panel.y, bottom, top);
  const at = turned ? (x, y) => [sy(y), sx(x)] : (x, y) => [sx(x), sy(y)];
  return { panel, box, left, top, right, bottom, sx, sy, at, turned };
}

function drawAxes(p) {
  const { panel, left, top, right, bottom } = p;
  let out = "";
  const heading = panel.title
    ? `<text class="title" x="${px(p.box.x + 6)}" y="${px(p.box.y + 18)}">${esc(panel.title)}</text>`
    : "";
  if (!panel.axes) return heading;
  for (const [v, words] of ticksOf(panel.y, bottom - top, 44)) {
    const y = px(p.sy(v));
    out += `<line class="grid" x1="${px(left)}" x2="${px(right)}" y1="${y}" y2="${y}"/>`;
    out += `<text class="tick" text-anchor="end" x="${px(left - 6)}" y="${y + 4}">${esc(words)}</text>`;
  }
  let free = -Infinity;
  for (const [v, words] of ticksOf(panel.x, right - left, 64)) {
    const x = px(p.sx(v));
    const half = widthOf(words) / 2;
    out += `<line class="axis" x1="${x}" x2="${x}" y1="${px(bottom)}" y2="${px(bottom + 4)}"/>`;
    if (x - half < free) continue;
    free = x + half + 6;
    out += `<text class="tick" text-anchor="middle" x="${x}" y="${px(bottom + LINE + 2)}">${esc(words)}</text>`;
  }
  out += `<line class="axis" x1="${px(left)}" x2="${px(right)}" y1="${px(bottom)}" y2="${px(bottom)}"/>`;
  if (panel.x.label) {
    out += `<text class="name" text-anchor="end" x="${px(right)}" y="${px(bottom + 2 * LINE + 2)}">${esc(panel.x.label)}</text>`;
  }
  if (panel.y.label) {
    out += `<text class="name" x="${px(p.box.x + 6)}" y="${px(top - 10)}">${esc(panel.y.label)}</text>`;
  }
  return heading + out;
}

// ---------------------------------------------------------------- words

// Labels are drawn after all shapes; each keeps clear of those before it by moving up or down.
class Labels {
  constructor(p) {
    this.p = p;
    this.taken = [];
    this.out = "";
  }

  put(x, y, text, { color = "ink", anchor = "start", bold = false, steps = [0], size = 12 }) {
    const w = widthOf(text, size, bold);
    const { x: bx, w: bw } = this.p.box;
    let left = anchor === "end" ? x - w : anchor === "middle" ? x - w / 2 : x;
    left = Math.max(bx + 2, Math.min(left, bx + bw - w - 2));
    const clear = (dy) =>
      !this.taken.some(
        (t) => left < t.right + 4 && left + w > t.left - 4 && Math.abs(y + dy - t.y) < LINE - 1,
      );
    const dy = steps.find(clear) ?? steps[0];
    this.taken.push({ left, right: left + w, y: y + dy });
    this.out += `<text class="label${bold ? " bold" : ""}" font-size="${size}" fill="${paint(color)}" x="${px(left)}" y="${px(y + dy)}">${esc(text)}</text>`;
  }
}

const path = (points) => points.map(([x, y], k) => `${k ? "L" : "M"}${px(x)} ${px(y)}`).join("");
const ROWS = [0, LINE, 2 * LINE, 3 * LINE];
const NEAR = [0, -LINE, LINE, -2 * LINE, 2 * LINE];

// The point at a place between two points of a line, such as 2.5.
function along(points, place) {
  const k = Math.min(Math.floor(place), points.length - 2); // −1 where there is one point only
  const [[ax, ay], [bx, by]] = [points[Math.max(0, k)], points[k + 1]];
  return [ax + (bx - ax) * (place - k), ay + (by - ay) * (place - k)];
}

// The words of a line stand clear above (else below) the stretch that they run along; where the
// line is steep, beside it.
function alongLine(m, p, labels, points) {
  const [x, y] = along(points, m.at * (points.length - 1));
  const anchor = m.at > 0.9 ? "end" : m.at < 0.1 ? "start" : "middle";
  const w = widthOf(m.words, 12, true);
  const left = { end: x - w, start: x, middle: x - w / 2 }[anchor];
  const heights = points.filter(([px]) => px >= left && px <= left + w).map(([, py]) => py);
  const [top, bottom] = [Math.min(y, ...heights), Math.max(y, ...heights)];
  const style = { color: m.color, bold: true, steps: NEAR };
  if (bottom - top > 3 * LINE) {
    const [side, from] = anchor === "end" ? [-8, "end"] : [8, "start"];
    labels.put(x + side, y + 4, m.words, { ...style, anchor: from });
  } else {
    const above = top - 7 > p.top + 8;
    labels.put(x, above ? top - 7 : bottom + LINE, m.words, { ...style, anchor });
  }
}

function inMiddle(m, labels, points) {
  const mean = (k) => points.reduce((sum, point) => sum + point[k], 0) / points.length;
  labels.put(mean(0), mean(1) + 4, m.words, { anchor: "middle" });
}

// Words above each of several parts, given by two ends or corners.
function above(m, labels, parts) {
  if (!Array.isArray(m.words)) return;
  parts.forEach(([[x0, y0], [x1, y1]], k) => {
    if (m.words[k])
      labels.put((x0 + x1) / 2, Math.min(y0, y1) - 6, m.words[k], { anchor: "middle" });
  });
}

function ahead(m, labels, [[x0, y0], [x, y]]) {
  const [side, anchor] = x >= x0 ? [7, "start"] : [-7, "end"];
  const style = { color: m.color, bold: true, anchor, steps: NEAR };
  labels.put(x + side, y + (y > y0 ? 14 : -4), m.words, style);
}

// At an upright line across the panel: to its right, or to its left where on the right the words
// would leave the panel or be crossed by another such line. At a level line: at its right end.
function atEnd(m, p, labels, [[x, y]], shapes) {
  if (!isUpright(m, p)) {
    const style = { color: m.color, anchor: "end", steps: [0, LINE + 3] };
    labels.put(p.right, y - 5, m.words, style);
    return;
  }
  const w = widthOf(m.words) + 8;
  const others = shapes
    .filter((s) => s.kind === "segments" && s !== m && isUpright(s, p))
    .map((s) => segmentsOf(s, p)[0][0][0]);
  const free = (from, to) =>
    from > p.left && to < p.box.x + p.box.w && !others.some((at) => at > from && at < to);
  const [side, anchor] = free(x, x + w) || !free(x - w, x) ? [5, "start"] : [-5, "end"];
  labels.put(x + side, p.top + 11, m.words, { color: m.color, anchor, steps: ROWS });
}

// ---------------------------------------------------------------- shapes

// A coordinate as a list: a number repeats; one left out is the `absent` end of its axis.
const list = (value, count, absent) =>
  Array.isArray(value) ? value : Array(count).fill(value ?? absent);
const countOf = (values) => values.find(Array.isArray)?.length;

const pointsOf = (m, p) => m.x.map((x, k) => p.at(x, m.y[k])).slice(0, m.shown);

// The two ends of each line of a shape in pixels, from a corner to the other one.
function linesOf([x0, y0, x1, y1], p) {
  const count = countOf([x0, y0, x1, y1]) ?? 1;
  const { x, y } = p.panel;
  const [xs, ys] = [list(x0, count, x.low), list(y0, count, y.low)];
  const [ends, tops] = [list(x1, count, x.high), list(y1, count, y.high)];
  return xs.map((at, k) => [p.at(at, ys[k]), p.at(ends[k], tops[k])]);
}

// Numbers with steps from them added; what is left out stays so.
function moved(value, step) {
  if (value === undefined) return value;
  const count = countOf([value, step]);
  if (count === undefined) return value + step;
  const steps = list(step, count);
  return list(value, count).map((v, k) => v + steps[k]);
}
const segmentsOf = (m, p) =>
  linesOf([m.x, m.y, moved(m.x, m.dx), moved(m.y, m.dy)], p).slice(0, m.shown);

// Whether it is a line across the panel that stands upright on the screen.
const isUpright = (m, p) => (p.turned ? m.x : m.y) === undefined;

function arrowHead([x0, y0], [x1, y1], color, width) {
  const length = Math.hypot(x1 - x0, y1 - y0);
  if (length < 1) return "";
  const [ux, uy] = [(x1 - x0) / length, (y1 - y0) / length];
  const size = Math.min(5 + 2 * width, length);
  const [bx, by] = [x1 - ux * size, y1 - uy * size];
  const half = size * 0.42;
  return `<path fill="${paint(color)}" d="${path([
    [x1, y1],
    [bx - uy * half, by + ux * half],
    [bx + uy * half, by - ux * half],
  ])}Z"/>`;
}

function arrow([x0, y0], [x1, y1], color, width) {
  const back = Math.min(1, (4 + width) / Math.max(1, Math.hypot(x1 - x0, y1 - y0)));
  const neck = [x1 - (x1 - x0) * back, y1 - (y1 - y0) * back];
  return (
    `<path class="curve" stroke="${paint(color)}" stroke-width="${width}" d="${path([[x0, y0], neck])}"/>` +
    arrowHead([x0, y0], [x1, y1], color, width)
  );
}

const disc = ([x, y], radius, fill, ring) =>
  `<circle cx="${px(x)}" cy="${px(y)}" r="${radius}" fill="${fill}"${ring ? ` stroke="${ring}" stroke-width="1.8"` : ""}/>`;

const draw = {
  path(m, p, labels) {
    const points = pointsOf(m, p);
    if (m.words && points.length) {
      if (m.at === undefined) inMiddle(m, labels, points);
      else alongLine(m, p, labels, points);
    }
    const stroke = m.width ? `stroke="${paint(m.color)}" stroke-width="${m.width}"` : "";
    const dash = m.dashed ? ' stroke-dasharray="5 4"' : "";
    const behind = m.back ? pointsOf({ ...m, y: m.back }, p).reverse() : [];
    const line = path([...points, ...behind]);
    return m.fill === undefined
      ? `<path class="curve" ${stroke}${dash} d="${line}"/>`
      : `<path fill="${paint(m.color)}" fill-opacity="${m.fill}" ${stroke}${dash} stroke-linejoin="round" d="${line}Z"/>`;
  },

  dots(m, p, labels) {
    return pointsOf(m, p)
      .map((point, k) => {
        if (m.words?.[k])
          labels.put(point[0] + m.size + 4, point[1] + 4, m.words[k], { steps: NEAR });
        const color = paint(colorAt(m.color, k));
        return m.hollow ? disc(point, m.size, paint("surface"), color) : disc(point, m.size, color);
      })
      .join("");
  },

  rectangles(m, p, labels) {
    const corners = linesOf([m.left, m.low, m.right, m.high], p);
    above(m, labels, corners);
    if (typeof m.words === "string") {
      const [x, y] = [0, 1].map((k) => Math.min(corners[0][0][k], corners[0][1][k]));
      labels.put(x + 5, y + 13, m.words, { steps: ROWS });
    }
    return corners
      .map(([a, b], k) => {
        const [w, h] = [Math.max(1, Math.abs(a[0] - b[0])), Math.abs(a[1] - b[1])];
        const [x, y] = [(a[0] + b[0] - w) / 2, Math.min(a[1], b[1])];
        return `<rect fill="${paint(colorAt(m.color, k))}" fill-opacity="${m.fill ?? 1}" x="${px(x)}" width="${px(w)}" y="${px(y)}" height="${px(h)}"/>`;
      })
      .join("");
  },

  segments(m, p, labels, shapes) {
    const dash = m.dashed ? ' stroke-dasharray="4 3"' : "";
    const lines = segmentsOf(m, p);
    above(m, labels, lines);
    if (typeof m.words === "string" && lines.length) {
      if (m.x === undefined || m.y === undefined) atEnd(m, p, labels, lines[0], shapes);
      else ahead(m, labels, lines[0]);
    }
    return lines
      .map((ends, k) => {
        const color = colorAt(m.color, k);
        if (m.tip === "arrow") return arrow(...ends, color, m.width);
        const line = `<path class="segment" stroke="${paint(color)}" stroke-width="${m.width}"${dash} d="${path(ends)}"/>`;
        return m.tip ? line + disc(ends[1], TIP, paint(color)) : line;
      })
      .join("");
  },

  cells(m, p) {
    const at = (grid, i, j) => (Array.isArray(grid) ? grid[i][j] : grid);
    const [rows, columns] = [m.tone, m.percent, m.words]
      .filter(Array.isArray)
      .map((grid) => [grid.length, grid[0].length])[0];
    const part = (range, k, n) => range[0] + ((range[1] - range[0]) * k) / n;
    let out = "";
    for (let i = 0; i < rows; i += 1) {
      for (let j = 0; j < columns; j += 1) {
        const [ax, ay] = p.at(part(m.x, j, columns), part(m.y, i, rows));
        const [bx, by] = p.at(part(m.x, j + 1, columns), part(m.y, i + 1, rows));
        const [x, y] = [Math.round(Math.min(ax, bx)), Math.round(Math.min(ay, by))];
        const [w, h] = [Math.round(Math.max(ax, bx)) - x, Math.round(Math.max(ay, by)) - y];
        const gap = m.words || Math.min(w, h) >= 24 ? 1 : 0;
        const color = m.tones[at(m.tone, i, j)];
        const percent = at(m.percent, i, j);
        out += `<rect class="cell" fill="${paint(color)}" fill-opacity="${percent / 100}" x="${x}" y="${y}" width="${w - gap}" height="${h - gap}"/>`;
        const words = m.words?.[i]?.[j];
        if (words)
          out += `<text class="cellword" style="--percent:${percent};--turn:var(--nnf-${color}-turn)" text-anchor="middle" x="${px(x + w / 2)}" y="${px(y + h / 2 + 4)}">${esc(words)}</text>`;
      }
    }
    return out;
  },

  text(m, p, labels) {
    const [x, y] = p.at(m.x, m.y);
    labels.put(x, y + 4, m.words, m);
    return "";
  },

  box(m, p) {
    const b = boxRect(m, p);
    const press = m.choose
      ? ` role="button" tabindex="0" aria-pressed="${Boolean(m.strong)}" data-choose="${m.choose.join(",")}" aria-label="${esc(m.below ? `${m.words}, ${m.below}` : m.words)}"`
      : "";
    return (
      `<g class="box${m.strong ? " strong" : ""}${m.choose ? " press" : ""}" style="--hue:${paint(m.color)}"${press}>` +
      `<rect x="${px(b.x)}" y="${px(b.y)}" width="${px(b.w)}" height="${px(b.h)}" rx="7"/>` +
      `<text text-anchor="middle" x="${px(b.cx)}" y="${px(b.cy + (m.below ? -3 : 5))}">${esc(m.words ?? "")}</text>` +
      (m.below
        ? `<text class="below" text-anchor="middle" x="${px(b.cx)}" y="${px(b.cy + 13)}">${esc(m.below)}</text>`
        : "") +
      "</g>"
    );
  },

  edge(m, p, labels, shapes) {
    const find = (name) =>
      boxRect(
        shapes.find((s) => s.kind === "box" && (s.name || s.words) === name),
        p,
      );
    const [a, b] = [find(m.start), find(m.end)];
    const length = Math.hypot(b.cx - a.cx, b.cy - a.cy) || 1;
    const [nx, ny] = [-(b.cy - a.cy) / length, (b.cx - a.cx) / length];
    const towards = [(a.cx + b.cx) / 2 + nx * m.bend, (a.cy + b.cy) / 2 + ny * m.bend];
    const [x0, y0] = border(a, ...towards);
    const [x1, y1] = border(b, ...towards);
    // Measured between the borders: the middle of the centers may lie inside a wide box.
    const [mx, my] = [(x0 + x1) / 2 + nx * m.bend, (y0 + y1) / 2 + ny * m.bend];
    const [qx, qy] = [mx + nx * m.bend, my + ny * m.bend];
    if (m.words) {
      // Far enough to the side that the words' rectangle, and a little air, is clear of the line.
      const [w, h] = [widthOf(m.words), 9];
      const off = (Math.abs(nx) * w + Math.abs(ny) * h) / 2 + m.width / 2 + 4;
      labels.put(mx + nx * off, my + ny * off + 4, m.words, {
        color: m.color === "grey" ? "ink" : m.color,
        anchor: "middle",
        steps: [0, LINE, -LINE],
      });
    }
    return (
      `<path class="curve" stroke="${paint(m.color)}" stroke-width="${m.width}"${m.back ? ' stroke-dasharray="4 3"' : ""} d="M${px(x0)} ${px(y0)}Q${px(qx)} ${px(qy)} ${px(x1)} ${px(y1)}"/>` +
      arrowHead([qx, qy], [x1, y1], m.color, m.width)
    );
  },
};

function boxRect(m, p) {
  const [cx, cy] = p.at(m.x, m.y);
  const w = Math.max(widthOf(m.words ?? "", 14, true), widthOf(m.below ?? "")) + 20;
  const h = m.below ? 44 : 40;
  return { cx, cy, w, h, x: cx - w / 2, y: cy - h / 2 };
}

// Where the line from the box's middle towards (x, y) leaves the box, with a little air.
function border(b, x, y) {
  const [dx, dy] = [x - b.cx, y - b.cy];
  const t = 1 / Math.max(Math.abs(dx) / (b.w / 2 + 3), Math.abs(dy) / (b.h / 2 + 3), 1e-9);
  return [b.cx + dx * t, b.cy + dy * t];
}

// ---------------------------------------------------------------- the whole picture

function boxes(spec, width, height, narrow) {
  if (narrow) {
    let y = 0;
    return spec.panels.map((panel) => {
      const h =
        panel.phone ??
        (height - fixed(spec)) / Math.max(1, spec.panels.filter((q) => !q.phone).length);
      y += h;
      return { x: 0, y: y - h, w: width, h };
    });
  }
  const gap = 20;
  const whole = spec.panels.reduce((sum, panel) => sum + panel.share, 0);
  let x = 0;
  return spec.panels.map((panel) => {
    const w = ((width - gap * (spec.panels.length - 1)) * panel.share) / whole;
    x += w + gap;
    return { x: x - w - gap, y: 0, w, h: height };
  });
}

const fixed = (spec) => spec.panels.reduce((sum, panel) => sum + (panel.phone ?? 0), 0);

// The panel as this frame shows it: a view may take a part of its axes.
function seen(panel, k, frame) {
  const view = frame.find((m) => m.kind === "view" && (m.panel ?? 0) === k);
  if (!view) return panel;
  const part = (axis, ends) => (ends ? { ...axis, low: ends[0], high: ends[1] } : axis);
  return { ...panel, x: part(panel.x, view.x), y: part(panel.y, view.y) };
}

function placesOf(spec, frame, width, height, narrow) {
  return boxes(spec, width, height, narrow).map((box, k) =>
    place(seen(spec.panels[k], k, frame), box, narrow),
  );
}

function svgOf(spec, frame, width, height, narrow, id) {
  const places = placesOf(spec, frame, width, height, narrow);
  let out = "";
  places.forEach((p, k) => {
    const labels = new Labels(p);
    const own = frame.filter((m) => draw[m.kind] && (m.panel ?? 0) === k);
    const shapes = own.map((m) => draw[m.kind](m, p, labels, own)).join("");
    const clip = p.panel.axes
      ? `<clipPath id="${id}-${k}"><rect x="${px(p.left - 4)}" y="${px(p.top - 4)}" width="${px(p.right - p.left + 8)}" height="${px(p.bottom - p.top + 5)}"/></clipPath>`
      : "";
    out += `<g class="panel">${drawAxes(p)}${clip}<g${clip ? ` clip-path="url(#${id}-${k})"` : ""}>${shapes}</g>${labels.out}</g>`;
  });
  return out;
}

// A formula as MathML (checked when the frames were made), or words with code between backquotes.
const rich = (text) =>
  text.startsWith("<math")
    ? text
    : esc(text).replace(/`([^`]+)`/g, "<code>$1</code>");

function cardHtml(marks) {
  return marks
    .filter((m) => m.kind === "card")
    .map(
      (m) =>
        `<p class="nnf-cardtitle">${esc(m.title ?? "")}</p><dl>${(m.rows ?? []).map(([term, text]) => `<dt>${esc(term)}</dt><dd>${rich(text)}</dd>`).join("")}</dl>`,
    )
    .join("");
}

// The longest cards, laid invisibly under the one that is seen, keep the page from jumping.
const cardRoom = (cards) =>
  cards
    .map((marks) => `<div class="nnf-room" aria-hidden="true">${cardHtml(marks)}</div>`)
    .join("");

function render({ model, el }) {
  const spec = model.get("spec");
  const frames = unpack(model.get("frames"));
  const id = `nnf${(made += 1)}`;
  const clickable = frames.some((frame) => frame.some((m) => m.choose));
  const free = spec.panels.filter((panel) => !panel.phone).length;
  el.classList.add("nnf");
  el.classList.toggle("nnf-below", Boolean(spec.cardsBelow));
  el.innerHTML =
    `<div class="nnf-body" style="--nnf-height:${spec.height}px;--nnf-free:${free};--nnf-fixed:${fixed(spec)}px">` +
    `<svg class="nnf-picture" role="${clickable ? "group" : "img"}" aria-label="${esc(spec.alt)}"></svg>` +
    (spec.cards.length
      ? `<div class="nnf-card">${cardRoom(spec.cards)}<div class="nnf-told" aria-live="polite"></div></div>`
      : "") +
    "</div>" +
    (spec.notes.length
      ? `<div class="nnf-note"><div class="nnf-room" aria-hidden="true">${spec.notes.map((text) => `<p>${esc(text)}</p>`).join("")}</div><div class="nnf-seen" aria-hidden="true"></div><div class="nnf-heard" aria-live="polite"></div></div>`
      : "");
  const svg = el.querySelector("svg");
  const [card, seen, heard] = [".nnf-told", ".nnf-seen", ".nnf-heard"].map((name) =>
    el.querySelector(name),
  );
  let [width, height, narrow] = [0, 0, false];
  let soon = 0;
  let pending = 0;
  let told = "";

  function frame() {
    return frames[spec.sizes.reduce((sum, size, k) => sum * size + model.get(`i${k}`), 0)];
  }

  function speak(marks) {
    if (card) {
      const words = cardHtml(marks);
      if (told !== words) card.innerHTML = words;
      told = words;
    }
    if (!seen) return;
    seen.innerHTML = marks
      .filter((m) => m.kind === "note")
      .flatMap((m) => m.lines)
      .map((text) => `<p>${esc(text)}</p>`)
      .join("");
    clearTimeout(soon); // a screen reader hears where the reader stops, not every step on the way
    soon = setTimeout(
      () => {
        heard.innerHTML = seen.innerHTML;
      },
      heard.innerHTML ? 600 : 0,
    );
  }

  // Asked for when the figure changes its size and not at every move of a slider: an answer makes
  // the browser lay the page out.
  function measure() {
    [width, height] = [svg.clientWidth, svg.clientHeight];
    narrow = el.clientWidth < NARROW;
    if (width && height) svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
  }

  function redraw() {
    pending = 0;
    if (!width || !height) return;
    const marks = frame();
    const held = svg.contains(document.activeElement)
      ? document.activeElement.dataset.choose
      : null;
    svg.innerHTML = svgOf(spec, marks, width, height, narrow, id);
    if (held) svg.querySelector(`[data-choose="${held}"]`)?.focus();
    speak(marks);
  }

  const later = () => {
    pending ||= requestAnimationFrame(redraw);
  };

  function press(event) {
    const box = event.target.closest?.("[data-choose]");
    if (!box || (event.type === "keydown" && event.key !== "Enter" && event.key !== " ")) return;
    event.preventDefault();
    const [control, option] = box.dataset.choose.split(",").map(Number);
    model.set(`i${control}`, option);
    model.save_changes();
  }

  // Pointing sets both sliders to the values that lie nearest, in pixels.
  function point(event) {
    const p = placesOf(spec, frame(), width, height, narrow)[spec.pointer.panel];
    const corner = svg.getBoundingClientRect();
    const at = { x: event.clientX - corner.left, y: event.clientY - corner.top };
    if (event.type === "pointerdown") {
      const inside = at.x >= p.left - 8 && at.x <= p.right + 8 && at.y >= p.top - 8 && at.y <= p.bottom + 8;
      if (!inside || event.button) return;
      svg.setPointerCapture(event.pointerId);
    } else if (!svg.hasPointerCapture(event.pointerId)) return;
    for (const [way, s] of [["x", p.sx], ["y", p.sy]]) {
      const { control, values } = spec.pointer[way];
      const here = (way === "x") === !p.turned ? at.x : at.y;
      const gaps = values.map((v) => Math.abs(s(v) - here));
      model.set(`i${control}`, gaps.indexOf(Math.min(...gaps)));
    }
    model.save_changes();
  }

  if (spec.pointer) {
    svg.classList.add("nnf-points");
    svg.addEventListener("pointerdown", point);
    svg.addEventListener("pointermove", point);
  }
  svg.addEventListener("click", press);
  svg.addEventListener("keydown", press);
  spec.sizes.forEach((_, k) => model.on(`change:i${k}`, later));
  const watch = new ResizeObserver(() => {
    measure();
    later();
  });
  watch.observe(el);
  watch.observe(svg);
  face = getComputedStyle(el).fontFamily;
  document.fonts?.ready.then(() => {
    widths.clear(); // they were measured in another face
    later();
  });
  measure();
  redraw();
  return () => {
    watch.disconnect();
    clearTimeout(soon);
    spec.sizes.forEach((_, k) => model.off(`change:i${k}`, later));
  };
}

export default { render };
