/** The REST interface of the node that served this page. */

const PATIENCE = 8000;

/** What the node answered instead of doing it; detail is for people. */
export class Problem extends Error {
  constructor(status, detail) {
    super(detail);
    this.status = status;
  }
}

let onUnauthorized = () => {};

/** Calls back when the login does not hold any more. */
export function whenUnauthorized(action) {
  onUnauthorized = action;
}

async function call(method, path, body) {
  const headers = { accept: "application/json", "x-requested-by": "smq-console" };
  if (body !== undefined) headers["content-type"] = "application/json";
  const response = await fetch("/api/" + path, {
    method,
    headers,
    body: body === undefined ? undefined : JSON.stringify(body),
    cache: "no-store",
    signal: AbortSignal.timeout(PATIENCE),
  });
  if (response.ok) return response.status === 200 ? response.json() : null;
  const problem = await response.json().catch(() => ({}));
  if (response.status === 401 && path !== "session") onUnauthorized();
  throw new Problem(response.status, problem.detail ?? "The node answered " + response.status);
}

export const get = (path, query = {}) => {
  const given = Object.entries(query).filter(([, value]) => value !== "" && value !== null);
  return call("GET", given.length ? path + "?" + new URLSearchParams(given) : path);
};

export const post = (path, body) => call("POST", path, body);

export const remove = (path, query = {}) =>
  call("DELETE", path + "?" + new URLSearchParams(query));

/**
 * A live stream: calls back with name and data of every event, and with whether it is open, or over
 * because the browser has given it up; returns what ends it.
 */
export function stream(path, query, names, onEvent, onState = () => {}) {
  const source = new EventSource("/api/" + path + "?" + new URLSearchParams(query));
  for (const name of names) {
    source.addEventListener(name, (event) => onEvent(name, JSON.parse(event.data)));
  }
  source.addEventListener("open", () => onState(true));
  source.addEventListener("error", () =>
    onState(false, source.readyState === EventSource.CLOSED),
  );
  return () => source.close();
}
