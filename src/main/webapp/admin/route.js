/** What the part of the URL behind # asks for, so that Back, a reload and a link find it again. */

/** The view and its query: {view, query}; the first view where the name is unknown. */
export function parseRoute(hash, views) {
  const text = hash.replace(/^#/, "");
  const mark = text.indexOf("?");
  const name = mark < 0 ? text : text.slice(0, mark);
  return {
    view: views.includes(name) ? name : views[0],
    query: new URLSearchParams(mark < 0 ? "" : text.slice(mark + 1)),
  };
}

/** The part of the URL from # on; members without a value are left out. */
export function route(view, query = {}) {
  const given = new URLSearchParams(
    Object.entries(query).filter(([, value]) => value !== "" && value !== null && value !== undefined),
  ).toString();
  return "#" + view + (given ? "?" + given : "");
}
