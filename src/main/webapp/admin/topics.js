import { element } from "../shared/dom.js";
import { rate, whole } from "./format.js";
import { listing } from "./listing.js";
import { field, topicLink } from "./parts.js";
import { post } from "./rest.js";
import { route } from "./route.js";

const EVERY = 3000;

/** The topics, their subscribers by node, and how much is published to them. */
export function topics(view, page, signal, query) {
  const list = listing(page, signal, query, {
    view: "topics",
    title: "Topics",
    path: "topics",
    interval: EVERY,
    key: (topic) => topic.tid,
    fields: [{ name: "name", label: "Part of the name" }],
    columns: [
      { label: "Topic", sort: "name", long: true, value: ({ name }) => topicLink(name) },
      { label: "TID", number: true, value: (topic) => topic.tid },
      { label: "Subscribers", sort: "subscribers", value: subscribers },
      { label: "Rate", sort: "rate", number: true, value: (topic) => rate(topic.rate) },
      { label: "Messages", number: true, value: (topic) => whole(topic.messages) },
    ],
    empty: "No topic is known yet. A topic appears here when a client asks for its id, subscribes to it or publishes to it.",
  });
  view.append(element("h1", {}, "Topics"), ...list.elements);
  if (page.session.operator) view.append(publisher(page));
  return list.update;
}

function subscribers(topic) {
  const text = Object.entries(topic.subscribers)
    .map(([node, count]) => `${node}: ${whole(count)}`)
    .join(", ");
  return text
    ? element("a", { href: route("clients", { topic: topic.name }), "data-focus": "who " + topic.tid }, text)
    : "none";
}

/** A form to publish to a topic: to any, unless one is given. */
export function publisher(page, topic = null) {
  const form = element(
    "form",
    { class: "card filters", "aria-label": "Publish" },
    topic === null ? field("Publish to the topic", { name: "topic", required: true }) : null,
    field("Sub-topic", { name: "subtopic" }),
    field("Text", { name: "text" }),
    element("button", { class: "button" }, "Publish"),
  );
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const given = Object.fromEntries(new FormData(form));
    const message = { topic: topic ?? given.topic, text: given.text, subtopic: given.subtopic || null };
    page.act(() => post("publish", message), "Published to " + message.topic + ".");
  });
  return form;
}
