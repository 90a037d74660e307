/** What the pages ask of the REST interface of the node that served them. */

const PATIENCE = 4000;

/** The application at the node that served the page, under whatever context root. */
export const HOME = new URL("../", import.meta.url).href;

export async function getJSON(path, credentials = "same-origin", node = HOME) {
  let response = await get(path, credentials, node);
  // A node that has just started, or is about to stop, may fail once.
  if (response.status >= 500) response = await get(path, credentials, node);
  if (!response.ok) throw new Error(path + ": " + response.status);
  return response.json();
}

function get(path, credentials, node) {
  return fetch(new URL(path, node), {
    headers: { accept: "application/json" },
    cache: "no-store",
    credentials,
    signal: AbortSignal.timeout(PATIENCE),
  });
}

/** {self, nodes: [...]}, see /api/cluster. */
export function loadCluster() {
  return getJSON("api/cluster");
}

/** A page of the devices: {total, items}, see /api/led/devices; of another node if the page's own fails. */
export async function loadDevices(query, other = HOME) {
  const path = "api/led/devices?" + new URLSearchParams(query);
  try {
    return await getJSON(path);
  } catch (problem) {
    if (other === HOME) throw problem;
    return getJSON(path, "omit", other);
  }
}

/** The name of a client's node, or null where the node does not tell. */
export async function loadNodeOf(etid) {
  try {
    // Where one must log in to ask this, a visitor shall not be asked for a password.
    return (await getJSON("api/clients/" + etid, "omit")).node ?? null;
  } catch {
    return null;
  }
}

/** The name of the node that answers, or null if none does. */
export async function nodeThatAnswers() {
  return (await loadCluster().catch(() => null))?.self ?? null;
}

export function post(path) {
  // The header shows that no other web site sends it.
  const headers = { "x-requested-by": "smq" };
  return fetch(new URL(path, HOME), { method: "POST", headers, signal: AbortSignal.timeout(PATIENCE) });
}

/** A path of the application at a node, or null if the node's URL is none. */
export function at(nodeURL, path) {
  try {
    return new URL(path, nodeURL.endsWith("/") ? nodeURL : nodeURL + "/");
  } catch {
    return null;
  }
}

/** The broker's URL at a node, or null if the node has none that a page of ours may open. */
export function brokerURL(nodeURL) {
  const url = at(nodeURL, "smq.lsp");
  if (!url || (location.protocol === "https:" && url.protocol !== "https:")) return null;
  url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
  return url.href;
}

/** Where a page may connect: to where it came from, then to the other nodes. */
export function brokerURLs(cluster) {
  const nodes = cluster?.nodes ?? [];
  const others = nodes.filter((node) => node.state !== "draining").map((node) => node.url);
  return [HOME, ...others].map(brokerURL).filter(Boolean);
}

/** The node that a broker URL belongs to, if it is the node's own and not that of all nodes. */
export function nodeAt(cluster, url) {
  const there = cluster?.nodes.filter((node) => brokerURL(node.url) === url) ?? [];
  return there.length === 1 ? there[0].name : null;
}
