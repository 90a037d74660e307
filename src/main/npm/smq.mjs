/*
 * SMQ client as an ES module: the client of smq.js with promises and events.
 *
 *   import { connect } from "./smq.mjs";
 *   const smq = await connect(["wss://a.example/smq.lsp", "wss://b.example/smq.lsp"]);
 *   await smq.subscribe("news", { datatype: "json", onmsg: (news) => console.log(news) });
 *   await smq.publish("hello", "greetings");
 *
 * Unlike SMQ.Client it reconnects by itself and notices a broker that fell silent.
 */
import "./smq.js";

export const { Client, wsURL, websocket, utf8, MAX_PAYLOAD } = globalThis.SMQ;

const DEFAULTS = { reconnect: true, ping: 20000 };

/** Makes a client and waits for its first connection. */
export async function connect(urls, options) {
  const client = new SmqClient(urls, options);
  await client.ready;
  return client;
}

/** A client that keeps itself connected to one of several URLs. */
export class SmqClient {
  #client;
  #listeners = new Map();

  /** Resolves with the client's ETID at the first connection; rejects when none will come. */
  ready;

  constructor(urls = wsURL("/smq.lsp"), options = {}) {
    const { auth, ...rest } = options;
    const settings = { ...DEFAULTS, ...rest };
    const client = new Client(urls, settings);
    this.#client = client;
    this.ready = new Promise((resolve, reject) => {
      client.onconnect = (etid, seed, address) => {
        resolve(etid);
        this.#tell("connect", { etid, seed, address, again: false });
      };
      client.onclose = (message, canReconnect) => {
        const again = canReconnect && Boolean(settings.reconnect);
        if (!again) reject(new Error(message));
        this.#tell("close", { message, again });
      };
    });
    // Who does not wait for the first connection hears of its failure by the event.
    this.ready.catch(() => {});
    client.onreconnect = (etid, seed, address) =>
      this.#tell("connect", { etid, seed, address, again: true });
    client.onretry = (delay, url, attempt) => this.#tell("retry", { delay, url, attempt });
    client.onmsg = (data, ptid, tid, subtid) => this.#tell("message", { data, ptid, tid, subtid });
    if (auth) client.onauth = auth;
  }

  /** Listens to "connect", "close", "retry" or "message"; the answer is a function that stops it. */
  on(event, listener) {
    const listeners = this.#listeners.get(event) ?? new Set();
    this.#listeners.set(event, listeners.add(listener));
    return () => listeners.delete(listener);
  }

  /**
   * Subscribes to a topic or one of its sub-topics: (topic, settings) or (topic, subtopic, settings);
   * settings as in smq.js, or just the handler. Resolves when the broker said yes.
   */
  subscribe(topic, subtopic, settings) {
    if (typeof subtopic === "function" || (subtopic && typeof subtopic === "object")) {
      settings = subtopic;
      subtopic = undefined;
    }
    const { onmsg, datatype } = typeof settings === "function" ? { onmsg: settings } : settings;
    return new Promise((resolve, reject) => {
      const onack = (accepted, name, tid, subname, subtid) => {
        const unsubscribe = () => this.#client.unsubscribe(topic, subtopic);
        if (accepted) resolve({ topic, tid, subtopic, subtid, unsubscribe });
        else reject(denied(topic, subtopic));
      };
      this.#client.subscribe(topic, subtopic, { onmsg, datatype, onack });
    });
  }

  /** Ends the subscription to a topic, or to one of its sub-topics. */
  unsubscribe(topic, subtopic) {
    this.#client.unsubscribe(topic, subtopic);
  }

  /**
   * Publishes text or bytes; resolves when the message went out, and rejects when the broker denied
   * a name. Too long a payload (RangeError) and a full queue (Error) are thrown at once.
   */
  publish(data, topic, subtopic) {
    const sent = settlement();
    this.#client.publish(data, topic, subtopic, sent.done);
    return sent.promise;
  }

  /** Publishes a value as JSON. */
  pubjson(value, topic, subtopic) {
    const sent = settlement();
    this.#client.pubjson(value, topic, subtopic, sent.done);
    return sent.promise;
  }

  /** The TID of a topic. */
  create(topic) {
    return new Promise((resolve, reject) => {
      this.#client.create(topic, (accepted, name, tid) =>
        accepted ? resolve(tid) : reject(denied(topic)),
      );
    });
  }

  /** The id of a sub-topic. */
  createsub(subtopic) {
    return new Promise((resolve, reject) => {
      this.#client.createsub(subtopic, (accepted, name, subtid) =>
        accepted ? resolve(subtid) : reject(denied(subtopic)),
      );
    });
  }

  /** As in smq.js; observations of ETIDs end with the connection. */
  observe(topic, onchange) {
    this.#client.observe(topic, onchange);
  }

  unobserve(topic) {
    this.#client.unobserve(topic);
  }

  /** Ends the connection for good. */
  disconnect() {
    this.#client.disconnect();
  }

  /** Connects now instead of after the wait, or again after the end. */
  reconnect() {
    this.#client.reconnect();
  }

  /** The client's ETID on the present or last connection. */
  get etid() {
    return this.#client.gettid();
  }

  get connected() {
    return this.#client.connected;
  }

  /** The URL of the present connection, or of the next attempt. */
  get url() {
    return this.#client.url;
  }

  get urls() {
    return this.#client.urls;
  }

  set urls(urls) {
    this.#client.urls = urls;
  }

  #tell(event, detail) {
    for (const listener of this.#listeners.get(event) ?? []) listener(detail);
  }
}

function denied(topic, subtopic) {
  return new Error("SMQ: denied: " + topic + (subtopic ? " " + subtopic : ""));
}

/** A promise that a callback done(error) settles; it may be ignored. */
function settlement() {
  let done;
  const promise = new Promise((resolve, reject) => {
    done = (error) => (error ? reject(error) : resolve());
  });
  promise.catch((error) => console.warn(error.message));
  return { promise, done };
}
