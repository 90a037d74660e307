/** A list as a file: all that is found, not the page that is shown. */

/** What spreadsheets take for a formula; text from clients must not be one. */
const FORMULA = /^[=+\-@\t\r]/;

/**
 * Rows as CSV by RFC 4180: a line with the members' names, then a line for each row. Members of a
 * member have names with a dot; a list is written as JSON.
 */
export function toCsv(rows) {
  const flat = rows.map(flatten);
  const names = [...new Set(flat.flatMap((row) => Object.keys(row)))];
  const lines = [names, ...flat.map((row) => names.map((name) => row[name]))];
  return lines.map((line) => line.map(csvCell).join(",") + "\r\n").join("");
}

function flatten(row) {
  const isObject = (value) => typeof value === "object" && value !== null && !Array.isArray(value);
  return Object.fromEntries(
    Object.entries(row).flatMap(([name, value]) =>
      isObject(value) ? Object.entries(value).map(([inner, each]) => [`${name}.${inner}`, each]) : [[name, value]],
    ),
  );
}

function csvCell(value) {
  if (value === null || value === undefined) return "";
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  let text = typeof value === "string" ? value : JSON.stringify(value);
  if (FORMULA.test(text)) text = "'" + text;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

export const toJson = (rows) => JSON.stringify(rows, null, 2) + "\n";

/** How often a part is asked for again from further back, each time twice as far. */
const MOST_STEPS_BACK = 20;

/**
 * All of a list, which comes in parts and may change meanwhile. Each part begins with the last row of the one before:
 * where it does not, rows before it have gone, so that others have moved into their places and would be missed.
 *
 * @param {function(number): Promise<{total: number, items: object[]}>} part gets two or more rows from where on
 * @param {function(object): string} key what tells rows apart
 */
export async function collect(part, key) {
  const all = new Map();
  for (let offset = 0, stepsBack = 0; ; ) {
    const { items, total } = await part(offset);
    const joins = offset === 0 || (items.length > 0 && all.has(key(items[0])));
    if (!joins && stepsBack < MOST_STEPS_BACK) {
      offset = Math.max(0, offset - 2 ** stepsBack++);
      continue;
    }
    for (const row of items) all.set(key(row), row);
    if (items.length < 2 || offset + items.length >= total) return [...all.values()];
    offset += items.length - 1;
  }
}

/** Gives a file to the browser, as a click on a link does. */
export function save(name, type, text) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
