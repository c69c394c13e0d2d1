// Bars as SVG of our own, and the same figures as a table below them.

const SVG = "http://www.w3.org/2000/svg";
const room = (figure) => Math.max(260, Math.min(520, figure.clientWidth - 40));

function svg(name, attributes, text) {
  const node = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
  if (text !== undefined) node.textContent = text;
  return node;
}

// A name below a bar, which the edges of the drawing push inwards.
function label(x, y, name, width) {
  const half = 3.2 * name.length;
  const anchor = x < half ? "start" : x > width - half ? "end" : "middle";
  return svg("text", { x: { start: 0, middle: x, end: width }[anchor], y, "text-anchor": anchor }, name);
}

function element(name, text, attributes = {}) {
  const node = document.createElement(name);
  if (text !== undefined) node.textContent = text;
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
  return node;
}

const figures = (number) => number.toLocaleString("en");

function filled(figure, caption, drawing, head, rows) {
  const table = element("table");
  const heads = table.createTHead().insertRow();
  for (const name of head) heads.append(element("th", name, { scope: "col" }));
  const body = table.createTBody();
  for (const [name, number] of rows) {
    const row = body.insertRow();
    row.append(element("th", name, { scope: "row" }), element("td", figures(number), { class: "number" }));
  }
  const details = element("details");
  const box = element("div", undefined, { class: "table", tabindex: 0, role: "region", "aria-label": caption });
  box.append(table);
  details.append(element("summary", "As a table"), box);
  figure.replaceChildren(element("figcaption", caption), drawing, details);
}

// One bar a year, or a decade where there are many; what has no date stands apart.
export function drawYears(figure, years) {
  const width = room(figure);
  const dated = years.filter(([year]) => /^\d{4}$/.test(year)).map(([year, count]) => [Number(year), count]);
  const undated = years.filter(([year]) => !/^\d{4}$/.test(year)).reduce((sum, [, count]) => sum + count, 0);
  const first = dated[0]?.[0] ?? 0;
  const last = dated.at(-1)?.[0] ?? 0;
  const step = last - first > 60 ? 10 : 1;
  const from = Math.floor(first / step) * step;
  const bars = [];
  if (dated.length) for (let year = from; year <= last; year += step) bars.push([year, 0]);
  for (const [year, count] of dated) {
    const bar = bars[Math.floor((year - from) / step)];
    if (bar) bar[1] += count;
  }
  const all = bars.map(([year, count]) => [step === 10 ? `${year}s` : String(year), count]);
  if (undated) all.push(["No date", undated]);
  const most = Math.max(1, ...all.map(([, count]) => count));
  const slot = (width - 20) / Math.max(all.length, 1);
  const wide = Math.min(slot * 0.75, 56);
  const drawing = svg("svg", { viewBox: `0 0 ${width} 190`, role: "img", "aria-label": `Documents by year: ${all.map(([name, count]) => `${name}: ${count}`).join(", ")}` });
  const every = Math.ceil(all.length / (width / 60));
  all.forEach(([name, count], number) => {
    const high = count ? Math.max(2, (count / most) * 130) : 0;
    const middle = 10 + slot * (number + 0.5);
    const bar = svg("rect", { class: name === "No date" ? "bar unknown" : "bar", x: middle - wide / 2, y: 155 - high, width: wide, height: high, rx: 2 });
    bar.append(svg("title", {}, `${name}: ${figures(count)}`));
    drawing.append(bar);
    const isLast = number === all.length - 1;
    if ((number % every === 0 && (isLast || number + every / 2 < all.length - 1 || !undated)) || (isLast && undated)) drawing.append(label(middle, 174, name, width));
    if (slot > 18 && count) drawing.append(svg("text", { x: middle, y: 149 - high, "text-anchor": "middle" }, figures(count)));
  });
  drawing.append(svg("line", { class: "axis", x1: 10, x2: width - 10, y1: 155.5, y2: 155.5 }));
  filled(figure, "Documents by year", drawing, ["Year", "Documents"], all.filter(([, count]) => count));
}

export function drawPublishers(figure, publishers) {
  const width = room(figure);
  const rows = publishers.map(([name, count]) => [name || "Not known", count]);
  const most = Math.max(1, ...rows.map(([, count]) => count));
  const drawing = svg("svg", { viewBox: `0 0 ${width} ${Math.max(rows.length, 1) * 34}`, role: "img", "aria-label": `Documents by publisher: ${rows.map(([name, count]) => `${name}: ${count}`).join(", ")}` });
  rows.forEach(([name, count], number) => {
    const y = number * 34;
    const shown = [...name].length > width / 8 ? `${[...name].slice(0, width / 8 - 2).join("")}…` : name;
    const wide = Math.max(2, (count / most) * (width - 70));
    drawing.append(
      svg("text", { class: "name", x: 0, y: y + 12 }, shown),
      svg("rect", { class: publishers[number][0] ? "bar" : "bar unknown", x: 0, y: y + 17, width: wide, height: 9, rx: 2 }),
      svg("text", { x: wide + 8, y: y + 26 }, figures(count)),
    );
  });
  filled(figure, "Documents by publisher", drawing, ["Publisher", "Documents"], rows);
}
