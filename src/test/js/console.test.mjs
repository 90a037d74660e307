/* What the console makes of URLs, pages of lists and slow answers. Run by: node --test src/test/js/ */
import assert from "node:assert/strict";
import { test } from "node:test";
import { collect, toCsv } from "../../main/webapp/admin/export.js";
import { newest, pagesOf, readState, writeState } from "../../main/webapp/admin/list-state.js";
import { perSecond } from "../../main/webapp/admin/format.js";
import { parseRoute, route } from "../../main/webapp/admin/route.js";

const VIEWS = ["overview", "clients", "topic"];
const NAMES = ["uid", "node"];
const SORTS = ["uid", "connected"];

/** A promise that is settled by hand. */
function later() {
  const made = {};
  made.promise = new Promise((resolve, reject) => Object.assign(made, { resolve, reject }));
  return made;
}

test("a link to a view with a query is read as it was written", () => {
  for (const name of ["/m2m/temp", "a?b=c&d#e", "0xff00", "ä 😀 +%"]) {
    const { view, query } = parseRoute(route("topic", { name }), VIEWS);
    assert.equal(view, "topic");
    assert.equal(query.get("name"), name);
  }
});

test("an unknown view is the first one, and what has no value is not in the URL", () => {
  for (const hash of ["", "#", "#view", "#nothing?uid=x"]) {
    assert.equal(parseRoute(hash, VIEWS).view, "overview");
  }
  assert.equal(route("clients", { uid: "", node: null, offset: undefined }), "#clients");
});

test("filter, order and page of a list survive the URL", () => {
  const state = { filter: { uid: "led-", node: "" }, sort: "-connected", offset: 100, limit: 25 };
  const { query } = parseRoute(route("clients", writeState(state, SORTS)), VIEWS);
  assert.deepEqual(readState(query, NAMES, SORTS), state);
});

test("a list as it opens needs nothing in the URL", () => {
  const opened = readState(new URLSearchParams(), NAMES, SORTS);
  assert.deepEqual(opened, { filter: { uid: "", node: "" }, sort: "uid", offset: 0, limit: 50 });
  assert.equal(route("clients", writeState(opened, SORTS)), "#clients");
});

test("nonsense in the URL of a list counts as not given", () => {
  for (const query of ["sort=shoe&offset=-1&limit=7", "sort=--uid&offset=1e9&limit=0", "offset=99999999999&limit=abc"]) {
    const { sort, offset, limit } = readState(new URLSearchParams(query), NAMES, SORTS);
    assert.deepEqual([sort, offset, limit], ["uid", 0, 50], query);
  }
});

test("pages lead to the first, the one before, the next and the last", () => {
  assert.deepEqual(pagesOf({ offset: 50, limit: 50, total: 135 }), {
    number: 2, count: 3, from: 51, to: 100, first: 0, before: 0, next: 100, last: 100,
  });
  assert.deepEqual(pagesOf({ offset: 0, limit: 50, total: 0 }), {
    number: 1, count: 1, from: 0, to: 0, first: 0, before: 0, next: 0, last: 0,
  });
  assert.equal(pagesOf({ offset: 0, limit: 50, total: 100 }).last, 50);
  assert.equal(pagesOf({ offset: 500, limit: 50, total: 51 }).last, 50);
});

test("the answer to the newest question wins, also over a failure of an older one", async () => {
  const ask = newest();
  const [first, second, third] = [later(), later(), later()];
  const answers = [ask(first.promise), ask(second.promise), ask(third.promise)];
  third.resolve("third");
  first.resolve("first");
  second.reject(new Error("second"));
  assert.deepEqual(await Promise.all(answers), [undefined, undefined, "third"]);
  await assert.rejects(ask(Promise.reject(new Error("newest"))), /newest/);
});

test("a rate needs two totals of the same run", () => {
  assert.equal(perSecond(undefined, 10, 2), null);
  assert.equal(perSecond(10, 30, 2), 10);
  assert.equal(perSecond(30, 10, 2), null);
  assert.equal(perSecond(10, 30, 0), null);
});

test("a list becomes CSV, and no text of a client a formula", () => {
  const rows = [
    { uid: 'a "b", c', etid: 7, subscribers: { node1: 2 }, leds: [{ id: 1 }] },
    { uid: "=HYPERLINK(0)", etid: -1, info: null },
    { uid: "two\nlines", online: true },
  ];
  assert.equal(
    toCsv(rows),
    [
      "uid,etid,subscribers.node1,leds,info,online\r\n",
      '"a ""b"", c",7,2,"[{""id"":1}]",,\r\n',
      "'=HYPERLINK(0),-1,,,,\r\n",
      '"two\nlines",,,,,true\r\n',
    ].join(""),
  );
  assert.equal(toCsv([]), "\r\n");
});

test("all of a list is collected, also what moves to another place because rows leave", async () => {
  let list = Array.from({ length: 20 }, (_, i) => i);
  const asked = [];
  const all = await collect(async (offset) => {
    asked.push(offset);
    // behind the first part six rows leave that were told, so that 6 to 11 are where 0 to 5 were
    if (asked.length === 2) list = list.slice(6);
    return { total: list.length, items: list.slice(offset, offset + 8) };
  }, String);
  assert.deepEqual(all, Array.from({ length: 20 }, (_, i) => i));
  assert.deepEqual(asked, [0, 7, 6, 4, 0, 7]);
  assert.deepEqual(await collect(async () => ({ total: 0, items: [] }), String), []);
});

test("a list that shrinks to nothing ends", async () => {
  let asked = 0;
  const part = async (offset) => (asked++ === 0 ? { total: 9, items: [1, 2] } : { total: 0, items: [] });
  assert.deepEqual(await collect(part, String), [1, 2]);
});
