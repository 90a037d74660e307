import { at } from "../shared/api.js";
import { element, setText } from "../shared/dom.js";
import { alarms } from "./alarms.js";
import { audit } from "./audit.js";
import { bans } from "./bans.js";
import { client } from "./client.js";
import { clients } from "./clients.js";
import { devices } from "./devices.js";
import { events } from "./events.js";
import { Login } from "./login.js";
import { nodes } from "./nodes.js";
import { overview } from "./overview.js";
import { every } from "./parts.js";
import { get, isSilence, remove, wordsOf } from "./rest.js";
import { parseRoute } from "./route.js";
import { topic } from "./topic.js";
import { topics } from "./topics.js";
import { trace } from "./trace.js";

const VIEWS = { overview, nodes, clients, client, topics, topic, devices, events, trace, alarms, bans, audit };

/** The tab of a view that has none of its own. */
const TABS = { client: "clients", topic: "topics" };
const NOTICE_FOR = 6000;
const CLUSTER_EVERY = 15000;

const $ = (id) => document.getElementById(id);
const problems = new Map();

/** The name of the node that the page comes from, when it is known. */
let served = null;

/** What the views may use of the page. */
const page = {
  session: { operator: false },
  dialog: $("dialog"),

  /** Says that something failed, until the same works. */
  failed(problem, what = "action") {
    problems.set(what, problem);
    this.tell();
  },

  worked(what = "action") {
    if (problems.delete(what)) this.tell();
  },

  tell() {
    const all = [...problems.values()];
    const silent = all.some(isSilence);
    $("banner").hidden = all.length === 0;
    setText($("problem"), all.length ? wordsOf(all[0]) : "");
    $("others").hidden = !silent || !$("others").querySelector("a");
    if (!served) return;
    setText($("served"), silent ? served + " does not answer" : served);
    $("served").dataset.state = silent ? "bad" : "good";
    $("served").title = "This page comes from " + served;
  },

  /** Says what was done, for a while. */
  say(text) {
    setText($("notice"), text);
    $("notice").hidden = false;
    clearTimeout(page.noticeTimer);
    page.noticeTimer = setTimeout(() => ($("notice").hidden = true), NOTICE_FOR);
  },

  /** Does what a visitor wants, and says how it went. */
  async act(action, done) {
    try {
      await action();
      page.worked();
      page.say(done);
      return true;
    } catch (problem) {
      page.failed(problem);
      return false;
    }
  },
};

let shown = { view: null, abort: () => {}, update: null };

/** Shows the view that the URL names; the same view with another query goes on as it is. */
function show(focus) {
  const { view, query } = parseRoute(location.hash, Object.keys(VIEWS));
  if (shown.view === view && shown.update) {
    shown.update(query);
    return;
  }
  leave();
  const ended = new AbortController();
  const tab = "#" + (TABS[view] ?? view);
  for (const link of document.querySelectorAll(".tabs a")) {
    if (link.hash === tab) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  document.body.dataset.view = view;
  $("view").replaceChildren();
  const update = VIEWS[view]($("view"), page, ended.signal, query);
  shown = { view, abort: () => ended.abort(), update };
  if (focus) $("view").focus();
}

function leave() {
  shown.abort();
  shown = { view: null, abort: () => {}, update: null };
  page.dialog.close();
  problems.clear();
  page.tell();
}

/** Shows the console, the login, or that there is none. */
function enter(session) {
  const { enabled, user, viewer, hint, oidc } = session;
  page.session = session;
  $("off").hidden = enabled;
  $("login").hidden = !enabled || viewer;
  $("console").hidden = !enabled || !viewer;
  $("logout").hidden = !viewer;
  setText($("who"), user ?? "");
  if (hint) setText($("login-hint"), hint);
  $("login-oidc").hidden = !oidc;
  document.body.dataset.session = enabled ? (viewer ? "open" : "closed") : "off";
  leave();
  if (!$("console").hidden) show();
  if (!$("login").hidden) $("login").elements.user.focus();
}

const login = new Login($("login"), $("login-again"), enter);

async function begin() {
  try {
    login.set(await get("session"));
    every(CLUSTER_EVERY, page, new AbortController().signal, learn);
    page.worked(begin);
  } catch (problem) {
    page.failed(problem, begin);
    setTimeout(begin, 2000);
  }
}

/** Learns the nodes while one answers, so that the page can name others when it does not. */
async function learn() {
  const cluster = await get("cluster");
  served = cluster.self;
  setText($("cluster"), cluster.name);
  const others = cluster.nodes.filter((node) => !node.self && at(node.url, "admin/"));
  const links = others.map(({ name, url }) => element("a", { href: at(url, "admin/").href }, name));
  $("others").replaceChildren("Consoles of other nodes: ", ...links.flatMap((link, i) => (i ? [", ", link] : [link])));
  page.tell();
}

$("logout").addEventListener("click", async () => {
  if (await page.act(() => remove("session"), "Logged out.")) login.ended(await get("session"));
});

page.dialog.addEventListener("click", (event) => {
  if (event.target === page.dialog) page.dialog.close();
});

document.querySelector(".skip").addEventListener("click", (event) => {
  event.preventDefault();
  $("view").focus();
});

addEventListener("hashchange", () => {
  if (!$("console").hidden) show(true);
});
begin();
