/*
 * A chat over SMQ. Everything is a message to the topic ROOM, or to one person's ETID; the sub-topic
 * tells what it means:
 *
 *   here    JSON {name}: I am here. Every page in the room answers it directly.
 *   says    text: something said, in the room or to one person.
 *   typing  empty: I am typing to you.
 *
 * No page says goodbye: each page observes the ETIDs of the others, and the broker tells when one is
 * gone, be it by a closed page, a lost network or a dead node.
 */
import { Connection } from "../shared/connection.js";
import { element, setText } from "../shared/dom.js";

const ROOM = "/chat/room";
const KEPT = 500;
const TYPING_EVERY = 1500;
const TYPING_LASTS = 3000;

const byId = (id) => document.getElementById(id);
const connection = new Connection({
  info: "chat page",
  banner: byId("banner"),
  chip: byId("node"),
});
const { client } = connection;

/** etid -> {name, item, typing}: the others in the room */
const people = new Map();
let myName = "";
/** The ETID that messages go to; null is everyone. */
let partner = null;
let typedAt = 0;

// ---- what comes in --------------------------------------------------------------------------

function join(name) {
  myName = name;
  byId("join").hidden = true;
  byId("room").hidden = false;
  byId("text").focus();
  client.subscribe(ROOM, "here", { datatype: "json", onmsg: onHereInRoom });
  client.subscribe("self", "here", { datatype: "json", onmsg: onHere });
  client.subscribe(ROOM, "says", { datatype: "text", onmsg: (text, etid) => onSays(text, etid) });
  client.subscribe("self", "says", {
    datatype: "text",
    onmsg: (text, etid) => onSays(text, etid, "to you only"),
  });
  client.subscribe(ROOM, "typing", onTyping);
  client.subscribe("self", "typing", onTyping);
  client.on("connect", announce);
  announce();
}

/** At first, and after each reconnect: there the others may be others, and have other ETIDs. */
function announce() {
  people.clear();
  talkTo(null);
  if (client.connected) client.pubjson({ name: myName }, ROOM, "here");
}

function onHereInRoom(person, etid) {
  if (etid === client.etid) return;
  if (!people.has(etid)) note(`${nameIn(person)} is here`);
  onHere(person, etid);
  client.pubjson({ name: myName }, etid, "here");
}

function onHere(person, etid) {
  const known = people.get(etid);
  people.set(etid, { typing: null, ...known, name: nameIn(person) });
  if (!known) client.observe(etid, () => onGone(etid));
  showPeople();
}

function onGone(etid) {
  const person = people.get(etid);
  if (!person) return;
  people.delete(etid);
  clearTimeout(person.typing);
  note(`${person.name} has gone`);
  if (partner === etid) talkTo(null);
  showPeople();
  showTyping();
}

function onSays(text, etid, remark) {
  const own = etid === client.etid;
  stopTyping(etid);
  say({ name: own ? myName : (people.get(etid)?.name ?? "A visitor"), etid, text, own, remark });
}

function onTyping(empty, etid) {
  const person = people.get(etid);
  if (!person) return;
  clearTimeout(person.typing);
  person.typing = setTimeout(() => stopTyping(etid), TYPING_LASTS);
  showTyping();
}

function stopTyping(etid) {
  const person = people.get(etid);
  if (!person) return;
  clearTimeout(person.typing);
  person.typing = null;
  showTyping();
}

// ---- what goes out --------------------------------------------------------------------------

byId("join").addEventListener("submit", (event) => {
  event.preventDefault();
  const name = byId("my-name").value.trim();
  if (name) join(name);
});

byId("say").addEventListener("submit", (event) => {
  event.preventDefault();
  const field = byId("text");
  const text = field.value.trim();
  if (!text) return;
  client.publish(text, partner ?? ROOM, "says");
  if (partner !== null) {
    const remark = `to ${people.get(partner).name} only`;
    say({ name: myName, etid: client.etid, text, own: true, remark });
  }
  field.value = "";
  typedAt = 0;
});

byId("text").addEventListener("input", () => {
  if (Date.now() - typedAt < TYPING_EVERY || !client.connected) return;
  typedAt = Date.now();
  client.publish("", partner ?? ROOM, "typing");
});

// ---- what is shown --------------------------------------------------------------------------

function talkTo(etid) {
  partner = etid;
  const to = etid === null ? "everyone" : people.get(etid).name + " only";
  setText(byId("text-label"), "Message to " + to);
  byId("text").placeholder = "Message to " + to;
  showPeople();
}

function showPeople() {
  const choice = (etid, name, what) =>
    element(
      "li",
      {},
      element(
        "button",
        {
          type: "button",
          class: "person",
          "data-person": etid ?? "everyone",
          "aria-pressed": String(partner === etid),
          onclick: () => talkTo(etid),
        },
        element("span", { class: "person-name" }, name),
        element("span", { class: "small soft" }, what),
      ),
    );
  const others = [...people].sort(([, a], [, b]) => a.name.localeCompare(b.name));
  byId("people").replaceChildren(
    choice(null, "Everyone", "with you, " + myName),
    ...others.map(([etid, person]) => choice(etid, person.name, "talk directly")),
  );
  setText(byId("count"), String(people.size + 1));
}

function showTyping() {
  const names = [...people.values()].filter((one) => one.typing).map((one) => one.name);
  const verb = names.length === 1 ? " is typing …" : " are typing …";
  setText(byId("typing"), names.length ? names.join(", ") + verb : "");
}

function say({ name, etid, text, own, remark }) {
  const time = new Date().toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
  const head = element("span", { class: "from" }, name);
  const about = element("span", { class: "small soft" }, remark ? `${remark} · ${time}` : time);
  const message = element("div", { class: "message", "data-tint": etid % 6 }, head, about);
  message.append(element("p", {}, text));
  message.classList.toggle("own", own);
  message.classList.toggle("direct", Boolean(remark));
  append(message);
}

function note(text) {
  append(element("div", { class: "note small soft" }, text));
}

/** Keeps the end in view, unless the visitor reads further up; old messages go. */
function append(item) {
  const list = byId("messages");
  const atEnd = list.scrollHeight - list.scrollTop - list.clientHeight < 60;
  list.append(item);
  while (list.children.length > KEPT) list.firstChild.remove();
  if (atEnd) list.scrollTop = list.scrollHeight;
}

function nameIn(person) {
  return typeof person?.name === "string" ? person.name.slice(0, 40) || "Nameless" : "Nameless";
}
