import { element } from "/shared/dom.js";
import { rate, whole } from "./format.js";
import { listing } from "./listing.js";
import { field } from "./parts.js";
import { post } from "./rest.js";

const EVERY = 3000;

/** The topics, who subscribes where, and how much is published to them. */
export function topics(view, page, signal) {
  const list = listing(page, signal, {
    title: "Topics",
    path: "topics",
    sort: "name",
    interval: EVERY,
    fields: [field("Part of the name", { name: "name", type: "search" })],
    columns: [
      { label: "Topic", sort: "name", value: (topic) => topic.name },
      { label: "TID", number: true, value: (topic) => topic.tid },
      { label: "Subscribers", sort: "subscribers", value: subscribers },
      { label: "Rate", sort: "rate", number: true, value: (topic) => rate(topic.rate) },
      { label: "Messages", number: true, value: (topic) => whole(topic.messages) },
    ],
  });
  view.append(element("h1", {}, "Topics"), ...list.elements);
  if (page.session.operator) view.append(publisher(page));
}

function subscribers(topic) {
  const text = Object.entries(topic.subscribers)
    .map(([node, count]) => `${node}: ${whole(count)}`)
    .join(", ");
  const query = new URLSearchParams({ topic: topic.name });
  return text ? element("a", { href: "#clients?" + query }, text) : "none";
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
