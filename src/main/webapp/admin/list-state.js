/** Which part of a list is shown: filter, order and page, as the URL tells them. */

export const LIMITS = [25, 50, 100, 500];
export const LIMIT = 50;

const natural = (text) => (/^\d{1,9}$/.test(text ?? "") ? Number(text) : 0);

/**
 * What a query of the URL asks for; nonsense counts as not given.
 *
 * @param {URLSearchParams} query
 * @param {string[]} names what the list may be searched by
 * @param {string[]} sorts what it may be sorted by, the first unless the query says otherwise
 */
export function readState(query, names, sorts) {
  const sort = query.get("sort") ?? "";
  const limit = natural(query.get("limit"));
  return {
    filter: Object.fromEntries(names.map((name) => [name, query.get(name) ?? ""])),
    sort: sorts.includes(sort.replace(/^-/, "")) ? sort : sorts[0],
    offset: natural(query.get("offset")),
    limit: LIMITS.includes(limit) ? limit : LIMIT,
  };
}

/** The members of the URL's query: what differs from the list as it opens. */
export function writeState({ filter, sort, offset, limit }, sorts) {
  return {
    ...filter,
    sort: sort === sorts[0] ? "" : sort,
    offset: offset || "",
    limit: limit === LIMIT ? "" : limit,
  };
}

/** Where the pages of a list begin: {number, count, from, to, first, before, next, last}. */
export function pagesOf({ offset, limit, total }) {
  const last = Math.max(0, Math.ceil(total / limit) - 1) * limit;
  return {
    number: Math.floor(offset / limit) + 1,
    count: last / limit + 1,
    from: total === 0 ? 0 : offset + 1,
    to: Math.min(offset + limit, total),
    first: 0,
    before: Math.max(0, offset - limit),
    next: Math.min(offset + limit, last),
    last,
  };
}

/** Lets only the newest of several questions have its answer; an older one gets undefined. */
export function newest() {
  let asked = 0;
  return async (question) => {
    const mine = ++asked;
    try {
      const answer = await question;
      return mine === asked ? answer : undefined;
    } catch (problem) {
      if (mine === asked) throw problem;
      return undefined;
    }
  };
}
