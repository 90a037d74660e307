/** The REST interface of the node that served this page. */

const PATIENCE = 8000;
const API = new URL("../api/", import.meta.url);

/** What the node answered instead of doing it; detail is for people. */
export class Problem extends Error {
  constructor(status, detail) {
    super(detail);
    this.status = status;
  }
}

/** Whether a failure is that the node did not answer at all. */
export const isSilence = (problem) => !(problem instanceof Problem || problem.constructor === Error);

/** What is said of a failure. */
export const wordsOf = (problem) => (isSilence(problem) ? "The node does not answer." : problem.message);

let logIn = () => new Promise(() => {});

/** Sets what asks for a login when one is over; its promise is kept when there is one again. */
export function whenUnauthorized(action) {
  logIn = action;
}

/** Asks for a login where there is none any more; gives whether there was none. */
export async function checkLogin() {
  const over = !(await get("session")).viewer;
  if (over) await logIn();
  return over;
}

async function call(method, path, body) {
  const headers = { accept: "application/json", "x-requested-by": "smq-console" };
  if (body !== undefined) headers["content-type"] = "application/json";
  const response = await fetch(new URL(path, API), {
    method,
    headers,
    body: body === undefined ? undefined : JSON.stringify(body),
    cache: "no-store",
    signal: AbortSignal.timeout(PATIENCE),
  });
  if (response.ok) return response.status === 200 ? response.json() : null;
  const problem = await response.json().catch(() => ({}));
  if (response.status === 401 && path !== "session") {
    const again = logIn();
    // What only looks goes on after the login. A change does not: another may log in, hours later.
    if (method !== "GET") throw new Problem(401, "The login was over, so nothing was changed. Do it again.");
    await again;
    return call(method, path);
  }
  throw new Problem(response.status, problem.detail ?? "The node answered " + response.status);
}

/** The path with what is given of the query. */
export function withQuery(path, query = {}) {
  const given = Object.entries(query).filter(([, value]) => value !== "" && value !== null && value !== undefined);
  return given.length ? path + "?" + new URLSearchParams(given) : path;
}

/** The address of a path, for a link. */
export const address = (path, query) => new URL(withQuery(path, query), API).href;

export const get = (path, query) => call("GET", withQuery(path, query));

export const post = (path, body) => call("POST", path, body);

export const put = (path, body) => call("PUT", path, body);

export const remove = (path, query) => call("DELETE", withQuery(path, query));

/**
 * A live stream: calls back with name, data and id of every event, and with whether it is open, or
 * over because the browser has given it up; returns what ends it.
 */
export function stream(path, query, names, onEvent, onState) {
  const source = new EventSource(address(path, query));
  for (const name of names) {
    source.addEventListener(name, (event) => onEvent(name, JSON.parse(event.data), event.lastEventId));
  }
  source.addEventListener("open", () => onState(true));
  source.addEventListener("error", () =>
    onState(false, source.readyState === EventSource.CLOSED),
  );
  return () => source.close();
}
