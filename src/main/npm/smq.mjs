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

const DEFAULTS = { reconnect: true };

/**
 * Makes a client and waits for its first connection. It goes on trying until then, or for
 * options.timeout ms; then the client ends, and the promise rejects with the last reason.
 */
export async function connect(urls, { timeout, ...options } = {}) {
  const client = new SmqClient(urls, options);
  let reason = "no answer";
  let late = false;
  const off = client.on("close", ({ message }) => late || (reason = message));
  const giveUp = () => {
    late = true;
    client.disconnect();
  };
  const timer = timeout && setTimeout(giveUp, timeout);
  try {
    await client.ready;
    return client;
  } catch (error) {
    throw late ? ended(`not connected within ${timeout} ms: ${reason}`) : error;
  } finally {
    clearTimeout(timer);
    off();
  }
}

/** A client that keeps itself connected to one of several URLs. */
export class SmqClient {
  #client;
  #listeners = new Map();
  #settled;
  #ended = false;

  /**
   * Resolves with the client's ETID at the first connection; rejects when none will come. After
   * reconnect() of a client at its end there is a new one.
   */
  ready;

  constructor(urls = wsURL("/smq.lsp"), options = {}) {
    const { auth, ...rest } = options;
    const settings = { ...DEFAULTS, ...rest };
    const client = new Client(urls, settings);
    this.#client = client;
    this.#awaitConnection();
    const connected = (again) => (etid, seed, address) => {
      this.#settled.resolve(etid);
      this.#tell("connect", { etid, seed, address, again });
    };
    client.onconnect = connected(false);
    client.onreconnect = connected(true);
    client.onclose = (message, canReconnect) => {
      const again = canReconnect && Boolean(settings.reconnect);
      if (!again) {
        this.#ended = true;
        this.#settled.reject(ended(message));
      }
      this.#tell("close", { message, again });
    };
    client.onretry = (delay, url, attempt) => this.#tell("retry", { delay, url, attempt });
    client.onmsg = (data, ptid, tid, subtid) => this.#tell("message", { data, ptid, tid, subtid });
    if (auth) client.onauth = auth;
  }

  #awaitConnection() {
    this.#ended = false;
    this.ready = new Promise((resolve, reject) => (this.#settled = { resolve, reject }));
    // A caller that does not wait for the first connection learns of its failure by the event.
    this.ready.catch(() => {});
  }

  /** Listens to "connect", "close", "retry" or "message"; the answer is a function that stops it. */
  on(event, listener) {
    const listeners = this.#listeners.get(event) ?? new Set();
    this.#listeners.set(event, listeners.add(listener));
    return () => listeners.delete(listener);
  }

  /**
   * Subscribes to a topic or one of its sub-topics: (topic, settings) or (topic, subtopic, settings);
   * settings as in smq.js, or just the handler. Resolves when the broker said yes. Here and below, a
   * name that no packet can carry is thrown at once, and a promise rejects with an Error whose code
   * is "denied" (by the broker) or "ended" (the client, which says why).
   */
  subscribe(topic, subtopic, settings) {
    if (typeof subtopic === "function" || (subtopic && typeof subtopic === "object")) {
      settings = subtopic;
      subtopic = undefined;
    }
    const { onmsg, datatype } = typeof settings === "function" ? { onmsg: settings } : settings;
    const asked = settlement();
    const onack = (accepted, name, tid, subname, subtid, error) => {
      const unsubscribe = () => this.#client.unsubscribe(topic, subtopic);
      asked.done(error, { topic, tid, subtopic, subtid, unsubscribe });
    };
    this.#client.subscribe(topic, subtopic, { onmsg, datatype, onack });
    return asked.promise;
  }

  /** Ends the subscription to a topic, or to one of its sub-topics. */
  unsubscribe(topic, subtopic) {
    this.#client.unsubscribe(topic, subtopic);
  }

  /**
   * Publishes text, bytes or a Blob; resolves when the message went out. Too long a payload
   * (RangeError) and a full queue (Error) are thrown at once.
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
    const asked = settlement();
    this.#client.create(topic, (accepted, name, tid, subname, subtid, error) =>
      asked.done(error, tid),
    );
    return asked.promise;
  }

  /** The id of a sub-topic. */
  createsub(subtopic) {
    const asked = settlement();
    this.#client.createsub(subtopic, (accepted, name, subtid, error) => asked.done(error, subtid));
    return asked.promise;
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
    if (this.#ended) this.#awaitConnection();
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

  /** What one listener throws is shown, and the others are called all the same. */
  #tell(event, detail) {
    for (const listener of [...(this.#listeners.get(event) ?? [])]) {
      try {
        const answer = listener(detail);
        if (typeof answer?.then === "function") answer.then(undefined, report);
      } catch (error) {
        report(error);
      }
    }
  }
}

function ended(why) {
  return Object.assign(new Error("SMQ: " + why), { code: "ended" });
}

/** A promise that a callback done(error, value) settles; it may be ignored. */
function settlement() {
  let done;
  const promise = new Promise((resolve, reject) => {
    done = (error, value) => (error ? reject(error) : resolve(value));
  });
  promise.catch((error) => {
    // The event "close" tells of the client's end.
    if (error.code !== "ended") console.warn(error.message);
  });
  return { promise, done };
}

function report(error) {
  if (typeof globalThis.reportError === "function") globalThis.reportError(error);
  else console.error(error);
}
