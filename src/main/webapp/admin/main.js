import { setText } from "/shared/dom.js";
import { get, post, remove, whenUnauthorized } from "./rest.js";
import { clients } from "./clients.js";
import { devices } from "./devices.js";
import { events } from "./events.js";
import { nodes } from "./nodes.js";
import { overview } from "./overview.js";
import { topics } from "./topics.js";
import { trace } from "./trace.js";

const VIEWS = { overview, nodes, clients, topics, devices, events, trace };
const NOTICE_FOR = 6000;

const $ = (id) => document.getElementById(id);

/** What the views may use of the page. */
const page = {
  session: { operator: false },
  dialog: $("dialog"),

  /** Says that something failed until something works. */
  failed(problem) {
    setText($("banner"), problem.name === "TimeoutError" ? "The node does not answer." : problem.message);
    $("banner").hidden = false;
  },

  worked() {
    $("banner").hidden = true;
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

let shown = null;

function show() {
  const [name, query] = location.hash.slice(1).split("?");
  const view = VIEWS[name] ? name : "overview";
  shown?.abort();
  shown = new AbortController();
  for (const link of document.querySelectorAll(".tabs a")) {
    if (link.hash === "#" + view) {
      link.setAttribute("aria-current", "page");
      link.scrollIntoView({ block: "nearest", inline: "nearest" });
    } else link.removeAttribute("aria-current");
  }
  document.body.dataset.view = view;
  $("view").replaceChildren();
  VIEWS[view]($("view"), page, shown.signal, new URLSearchParams(query ?? ""));
}

async function begin() {
  try {
    page.session = await get("session");
    const cluster = await get("cluster");
    setText($("served"), cluster.self);
    $("served").dataset.state = "good";
    $("served").title = "This page comes from " + cluster.self;
    page.worked();
  } catch (problem) {
    page.failed(problem);
    setTimeout(begin, 2000);
    return;
  }
  const { enabled, user, viewer } = page.session;
  $("off").hidden = enabled;
  $("login").hidden = !enabled || viewer;
  $("console").hidden = !enabled || !viewer;
  $("logout").hidden = !viewer;
  setText($("who"), user ?? "");
  document.body.dataset.session = enabled ? (viewer ? "open" : "closed") : "off";
  if (!$("console").hidden) show();
  else shown?.abort();
  if (!$("login").hidden) $("login").elements.user.focus();
}

$("login").addEventListener("submit", async (event) => {
  event.preventDefault();
  const form = event.target;
  try {
    await post("session", { user: form.elements.user.value, password: form.elements.password.value });
    form.elements.password.value = "";
    begin();
  } catch (problem) {
    page.failed(problem);
    form.elements.password.select();
  }
});

$("logout").addEventListener("click", async () => {
  await page.act(() => remove("session"), "Logged out.");
  begin();
});

$("dialog").addEventListener("click", (event) => {
  if (event.target === $("dialog")) $("dialog").close();
});

whenUnauthorized(() => {
  if ($("login").hidden) begin();
});
addEventListener("hashchange", () => {
  if (!$("console").hidden) {
    show();
    $("view").focus();
  }
});
begin();
