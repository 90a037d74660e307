import { element } from "/shared/dom.js";
import { rate, whole } from "./format.js";
import { every, field, pages, table } from "./parts.js";
import { get, post } from "./rest.js";

const EVERY = 3000;
const LIMIT = 50;

/** The topics, who subscribes where, and how much is published to them. */
export function topics(view, page, signal) {
  const state = { sort: "name", offset: 0 };
  const result = element("div", { class: "card" });
  const form = element(
    "form",
    { class: "card filters", role: "search", "aria-label": "Topics" },
    field("Part of the name", { name: "name", type: "search" }),
    element("button", { class: "button primary" }, "Search"),
  );
  view.append(element("h1", {}, "Topics"), form, result);
  if (page.session.operator) view.append(publisher(page));

  const columns = [
    { label: "Topic", sort: "name", value: (topic) => topic.name },
    { label: "TID", number: true, value: (topic) => topic.tid },
    {
      label: "Subscribers",
      sort: "subscribers",
      value: (topic) => subscribers(topic),
    },
    { label: "Rate", sort: "rate", number: true, value: (topic) => rate(topic.rate) },
    { label: "Messages", number: true, value: (topic) => whole(topic.messages) },
  ];

  function subscribers(topic) {
    const text = Object.entries(topic.subscribers)
      .map(([node, count]) => `${node}: ${whole(count)}`)
      .join(", ");
    const query = new URLSearchParams({ topic: topic.name });
    return text ? element("a", { href: "#clients?" + query }, text) : "none";
  }

  async function load() {
    const query = { ...Object.fromEntries(new FormData(form)), ...state, limit: LIMIT };
    try {
      const found = await get("topics", query);
      if (signal.aborted || result.contains(document.activeElement)) return;
      result.replaceChildren(
        pages({ ...state, limit: LIMIT, total: found.total }, (offset) => again({ offset })),
        table("Topics", columns, found.items, {
          current: state.sort,
          choose: (sort) => again({ sort, offset: 0 }),
        }),
      );
      page.worked();
    } catch (problem) {
      page.failed(problem);
    }
  }

  function again(change) {
    Object.assign(state, change);
    document.activeElement?.blur();
    load();
  }

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    again({ offset: 0 });
  });
  every(EVERY, load, signal);
}

function publisher(page) {
  const form = element(
    "form",
    { class: "card filters", "aria-label": "Publish" },
    field("Publish to the topic", { name: "topic", required: true }),
    field("Sub-topic", { name: "subtopic" }),
    field("Text", { name: "text" }),
    element("button", { class: "button" }, "Publish"),
  );
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const { topic, subtopic, text } = Object.fromEntries(new FormData(form));
    const message = { topic, text, subtopic: subtopic || null };
    page.act(() => post("publish", message), "Published to " + topic + ".");
  });
  return form;
}
