/*
 * SMQ client for browsers and Node.
 *
 * A classic script: it defines the global SMQ with SMQ.Client, SMQ.wsURL, SMQ.websocket and
 * SMQ.utf8. smq.mjs beside it is the same client as an ES module, with promises.
 * Public pages written for SMQ run on it unchanged; README.md lists what it adds.
 *
 * How it works: the tables below say what the application wants (topics with their handlers,
 * sub-topics, observations, messages to send). A connection only carries them out, so a new
 * connection, to whichever node, starts from the same tables.
 */
(function (root) {
  "use strict";

  const INIT = 1;
  const CONNECT = 2;
  const CONNACK = 3;
  const SUBSCRIBE = 4;
  const SUBACK = 5;
  const CREATE = 6;
  const CREATEACK = 7;
  const PUBLISH = 8;
  const UNSUBSCRIBE = 9;
  const DISCONNECT = 11;
  const PING = 12;
  const PONG = 13;
  const OBSERVE = 14;
  const UNOBSERVE = 15;
  const CHANGE = 16;
  const CREATESUB = 17;
  const CREATESUBACK = 18;

  const VERSION = 1;
  const PUBLISH_HEADER = 13;
  /** Largest payload of one message, in bytes, that every SMQ transport carries. */
  const MAX_PAYLOAD = 0xfff0;
  /** Longest name of a topic or sub-topic, in bytes, that fits into a packet and into its answer. */
  const MAX_NAME = 65527;
  /** Longest text about the client, in bytes, that a Connect with the longest other fields carries. */
  const MAX_INFO = 65017;
  /** Time in ms for messages that wait behind a blocked thread, before silence counts as a loss. */
  const GRACE = 1000;
  /** How often a thread that is blocked again gets that time. */
  const GRACES = 3;
  /** Shortest time between two attempts, in ms, when onclose names the time. */
  const SHORTEST_WAIT = 1000;
  /** State of a WebSocket; those above it are on their way to the end. */
  const OPEN = 1;
  /** Bytes that wait to be sent, from which on pings are not answered. */
  const MAX_UNSENT = 1048576;
  /** Connack code of a node that cannot take clients now; another node may. */
  const UNAVAILABLE = 2;

  const REFUSALS = {
    1: "protocol version not accepted",
    2: "broker unavailable",
    3: "bad credentials",
    4: "client certificate required",
    5: "client certificate not accepted",
    6: "access denied",
  };

  /** Characters of a name in an error. */
  const MAX_SHOWN = 100;

  const DEFAULTS = {
    /** 6 to 255 bytes; by default made of what the first connection tells. */
    uid: null,
    /** Text that the broker shows beside the client. */
    info: "",
    /** True: after a reconnect nothing is restored; onreconnect sets everything up itself. */
    cleanstart: false,
    /** True or {min, max}: reconnect by itself, waiting min ms at first and never more than max. */
    reconnect: false,
    /** ms for a connection attempt, from the first byte to the broker's yes. */
    connectTimeout: 10000,
    /** ms between two signs of life asked of the broker; 0: none. Proxies cut after 60 s of silence. */
    ping: 25000,
    maxPayload: MAX_PAYLOAD,
    /** How much waits at most while there is no connection. */
    maxQueue: { messages: 1000, bytes: 1048576 },
    /** The WebSocket class, where there is no global one. */
    WebSocket: null,
  };

  const encoder = new TextEncoder();

  /** UTF-8, with the signatures that SMQ pages know. */
  const utf8 = {
    length: (text) => encoder.encode(text).length,

    encode(text, target, start) {
      const bytes = encoder.encode(text);
      if (!target) return bytes;
      target.set(bytes, start || 0);
      return target;
    },

    /** The text, or null when the bytes are not UTF-8. */
    decode(bytes, offset = 0, length = bytes.length - offset) {
      const part = Uint8Array.prototype.slice.call(bytes, offset, offset + length);
      try {
        return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(part);
      } catch {
        return null;
      }
    },
  };

  /** The WebSocket URL of a path on the page's own server; a relative path starts at the page. */
  function wsURL(path) {
    const page = root.location;
    if (!page) throw new TypeError("SMQ: outside of a page a URL begins with ws:// or wss://");
    const url = new URL(path || page.pathname, page.href);
    url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
    url.hash = "";
    return url.href;
  }

  function toWebSocketURL(url) {
    const text = String(url);
    if (!/^(ws|http)s?:/i.test(text)) return wsURL(text);
    try {
      return new URL(text.replace(/^http/i, "ws")).href;
    } catch {
      throw new TypeError("SMQ: no URL: " + text);
    }
  }

  /** Tells a class by what the object is: one of another realm (frame, vm) is no instance here. */
  function isA(name, data) {
    return Object.prototype.toString.call(data) === `[object ${name}]`;
  }

  function isBlob(data) {
    return (isA("Blob", data) || isA("File", data)) && typeof data.arrayBuffer === "function";
  }

  function toBytes(data) {
    if (typeof data === "string") return encoder.encode(data);
    if (ArrayBuffer.isView(data)) {
      return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
    }
    if (isA("ArrayBuffer", data) || isA("SharedArrayBuffer", data)) return new Uint8Array(data);
    if (data && typeof data === "object" && typeof data.length === "number") {
      const values = Array.from(data);
      if (values.every((value) => Number.isInteger(value) && value >= 0 && value <= 255)) {
        return Uint8Array.from(values);
      }
    }
    throw new TypeError("SMQ: a payload is a string, bytes, a Blob, or an array of byte values");
  }

  /** The bytes of a text that has to arrive as it is: half a character does not survive UTF-8. */
  function exactBytes(what, text, min, max) {
    if (typeof text === "string" && /\p{Surrogate}/u.test(text)) {
      throw new TypeError(`SMQ: ${what} has half a character (a lone surrogate) in it`);
    }
    const bytes = toBytes(text);
    if (bytes.length < min || bytes.length > max) {
      throw new RangeError(`SMQ: ${what} of ${bytes.length} bytes; it takes ${min} to ${max}`);
    }
    return bytes;
  }

  function ended(why) {
    return Object.assign(new Error("SMQ: " + why), { code: "ended" });
  }

  function readId(bytes, at) {
    return ((bytes[at] << 24) | (bytes[at + 1] << 16) | (bytes[at + 2] << 8) | bytes[at + 3]) >>> 0;
  }

  function writeId(bytes, at, id) {
    bytes[at] = id >>> 24;
    bytes[at + 1] = id >>> 16;
    bytes[at + 2] = id >>> 8;
    bytes[at + 3] = id;
  }

  function packet(type, body) {
    const bytes = new Uint8Array(1 + body.length);
    bytes[0] = type;
    bytes.set(body, 1);
    return bytes;
  }

  function idPacket(type, id) {
    const bytes = new Uint8Array(5);
    bytes[0] = type;
    writeId(bytes, 1, id);
    return bytes;
  }

  function report(error) {
    if (typeof root.reportError === "function") root.reportError(error);
    else console.error(error);
  }

  /**
   * Runs a callback of the application. What it throws, or the promise that it returns rejects
   * with, is shown and does not disturb the client.
   */
  function call(callback, self, ...args) {
    if (typeof callback !== "function") return undefined;
    try {
      const answer = callback.apply(self, args);
      if (typeof answer?.then === "function") answer.then(undefined, report);
      return answer;
    } catch (error) {
      report(error);
      return undefined;
    }
  }

  /**
   * Runs the action after a time in which the thread was free: a timer that comes late, behind a
   * blocked thread, may come before the messages that wait there. Each timer is given to keep.
   */
  function afterGrace(ms, keep, action, graces = GRACES) {
    const grace = Math.min(ms, GRACE);
    const start = Date.now();
    const check = () => {
      const blocked = Date.now() - start > 2 * grace;
      if (blocked && graces > 1) afterGrace(ms, keep, action, graces - 1);
      else action();
    };
    keep(setTimeout(check, grace));
  }

  function denied(name) {
    // a name may have 65,527 bytes, which no log line wants
    const shown = name.length > MAX_SHOWN ? name.slice(0, MAX_SHOWN) + "…" : name;
    return Object.assign(new Error("SMQ: denied: " + shown), { code: "denied" });
  }

  function newTopic(name, tid) {
    return {
      name,
      tid,
      /** Subscribed, or to be subscribed when there is a connection. */
      wanted: false,
      /** The broker has said yes to a subscription that still stands. */
      confirmed: false,
      any: null,
      bySub: new Map(),
      epoch: 0,
    };
  }

  class Client {
    /** Called as onmsg(bytes, ptid, tid, subtid) for messages that no subscription takes. */
    onmsg = (bytes, ptid, tid, subtid) =>
      console.warn("SMQ: no handler for a message of", ptid, "to", tid, "sub-topic", subtid);

    #options;
    #urls;
    #urlIndex = 0;
    #socket = null;
    /** starting (waits for Init), connecting (for Connack), restoring, open, waiting, closed. */
    #state = "closed";
    #everOpen = false;
    #attempt = 0;
    /** Runs during an attempt, and between two. */
    #timer = null;
    /** Runs while there is a connection. */
    #heartbeat = null;
    #heard = true;

    #etid = 0;
    /** Why nothing comes any more, in state closed. */
    #end = null;
    #self = newTopic("self", 0);
    /** name (or, where only the number is known, tid) -> topic */
    #topics = new Map();
    /** tid -> topic, as the broker of this connection numbers them */
    #byTid = new Map();
    #subIds = new Map();
    #subNames = new Map();
    /**
     * "type name" -> requests that wait for their answer, oldest first. No name is taken that
     * UTF-8 does not give back, so a text stands for the bytes that were sent.
     */
    #asked = new Map();
    /** topic name or ETID -> {onchange, tid} */
    #observed = new Map();
    /** Messages in the order published, until their names have ids and there is a connection. */
    #outgoing = [];
    #outgoingBytes = 0;

    constructor(url, options) {
      const isOptions = url && typeof url === "object" && !Array.isArray(url) && !url.href;
      if (isOptions && options === undefined) {
        options = url;
        url = null;
      }
      this.#options = { ...DEFAULTS, ...options };
      const { uid, info } = this.#options;
      if (uid) exactBytes("the uid", uid, 6, 255);
      if (info) exactBytes("the info", info, 0, MAX_INFO);
      if (typeof this.#webSocketClass() !== "function") {
        throw new TypeError(
          "SMQ: this runtime has no WebSocket; give one by the option WebSocket, " +
            'as in { WebSocket: (await import("ws")).WebSocket }',
        );
      }
      this.urls = url || wsURL();
      this.#connect();
    }

    // ---- what an application asks for -------------------------------------------------------

    /**
     * Subscribes to a topic, or to one of its sub-topics. Forms: (topic), (topic, settings),
     * (topic, subtopic, settings). Settings: onmsg(data, ptid, tid, subtid),
     * onack(accepted, topic, tid, subtopic, subtid, error), datatype "json" or "text".
     * "self" is the client's own ETID; a number is an id known from elsewhere.
     * Here and below: a name that no packet can carry is thrown back, a TypeError when it has half
     * a character in it or is no name, a RangeError when it is too long; nothing has changed then.
     * When the client ends, all that waits is answered: not accepted, and the error says why.
     */
    subscribe(topic, subtopic, settings) {
      if (subtopic && typeof subtopic === "object") {
        settings = subtopic;
        subtopic = null;
      }
      const wish = settings || {};
      if (wish.onmsg && typeof wish.onmsg !== "function") {
        throw new TypeError("SMQ: onmsg is a function");
      }
      this.#check(topic, subtopic);
      const record = this.#topic(topic);
      const epoch = record.epoch;
      this.#names(SUBSCRIBE, record, subtopic, (accepted, tid, subtid, error) => {
        if (accepted && record.epoch === epoch) {
          if (wish.onmsg) {
            const handler = this.#handler(wish.onmsg, wish.datatype);
            if (subtopic) record.bySub.set(subtopic, handler);
            else record.any = handler;
          }
        } else if (!accepted && !wish.onack) {
          console.warn(error.message);
        }
        const answer = [accepted, topic, tid, subtopic || undefined, subtid];
        call(wish.onack, wish, ...answer, ...(error ? [error] : []));
      });
    }

    /** Gets a topic its TID. Forms: (topic, onack), (topic, subtopic, onack); onack as above. */
    create(topic, subtopic, onack) {
      if (arguments.length < 3) {
        onack = subtopic;
        subtopic = null;
      }
      this.#check(topic, subtopic);
      this.#names(CREATE, this.#topic(topic), subtopic, (accepted, tid, subtid, error) => {
        if (!accepted && !onack) console.warn(error.message);
        const answer = [accepted, topic, tid, subtopic || undefined, subtid];
        call(onack, this, ...answer, ...(error ? [error] : []));
      });
    }

    /** Gets a sub-topic its id: onack(accepted, subtopic, subtid, error). */
    createsub(subtopic, onack) {
      this.#checkName("a sub-topic", subtopic, this.#subIds);
      this.#subId(subtopic, (accepted, subtid, error) =>
        call(onack, this, accepted, subtopic, subtid, ...(error ? [error] : [])),
      );
    }

    /**
     * Ends the subscription to a topic with all its sub-topics, or the handler of one sub-topic
     * (and with the last handler the subscription). Of what is not subscribed: nothing happens.
     */
    unsubscribe(topic, subtopic) {
      const record = this.#known(topic);
      if (!record) return;
      if (subtopic) {
        record.bySub.delete(subtopic);
        if (record.any || record.bySub.size) return;
      }
      record.any = null;
      record.bySub.clear();
      record.epoch++;
      const wanted = record.wanted;
      record.wanted = record.confirmed = false;
      if (wanted && record.tid && this.#isUp()) this.#send(idPacket(UNSUBSCRIBE, record.tid));
    }

    /**
     * Publishes text or bytes to a topic, an ETID or "self"; the subtopic may be a name or an id.
     * Waits in a queue while there is no connection. done(error), if given, is called when the
     * message went out (without error), when the broker denied a name or when the client ended.
     * A Blob is read first; later messages wait for it.
     * Throws RangeError when the payload is longer than maxPayload, Error when the queue is full.
     */
    publish(data, topic, subtopic, done) {
      this.#check(topic, subtopic);
      const blob = isBlob(data) ? data : null;
      const payload = blob ? { length: blob.size } : toBytes(data);
      const { maxPayload, maxQueue } = this.#options;
      if (payload.length > maxPayload) {
        throw new RangeError(`SMQ: payload of ${payload.length} bytes; at most ${maxPayload} go`);
      }
      if (this.#state === "closed") {
        const error = this.#end;
        queueMicrotask(() => this.#unsent({ done }, error));
        return;
      }
      const waits = this.#state !== "open" || this.#outgoing.length > 0;
      const full =
        this.#outgoing.length >= maxQueue.messages ||
        this.#outgoingBytes + payload.length > maxQueue.bytes;
      if (waits && full) throw new Error("SMQ: the queue of unsent messages is full");
      const message = { bytes: new Uint8Array(PUBLISH_HEADER + payload.length), topic, done };
      message.subtopic = subtopic || 0;
      message.bytes[0] = PUBLISH;
      if (blob) this.#read(blob, message);
      else message.bytes.set(payload, PUBLISH_HEADER);
      this.#outgoing.push(message);
      this.#outgoingBytes += message.bytes.length;
      if (this.#state === "open") {
        this.#resolve(message);
        this.#drain();
      }
    }

    /** Fills a message whose bytes are not at hand; the queue stands still until it is done. */
    #read(blob, message) {
      message.reading = true;
      blob
        .arrayBuffer()
        .then((buffer) => message.bytes.set(new Uint8Array(buffer), PUBLISH_HEADER))
        .then(
          () => (message.reading = false),
          (error) => this.#withdraw((other) => other === message, error),
        )
        .then(() => this.#drain());
    }

    /** Publishes a value as JSON; the rest as publish. */
    pubjson(value, topic, subtopic, done) {
      this.publish(JSON.stringify(value), topic, subtopic, done);
    }

    /**
     * onchange(subscribers, topic) on each change of a topic's number of subscribers; for an ETID
     * once, with 0, when its client is gone. Observations of ETIDs end with the connection.
     */
    observe(topic, onchange) {
      this.#checkName("a topic", topic, this.#topics);
      if (topic === "self" || topic === this.#etid) return;
      const record = this.#known(topic);
      const key = record ? record.name : topic;
      if (this.#observed.has(key)) return;
      const entry = { onchange, said: false };
      this.#observed.set(key, entry);
      if (typeof key === "number") {
        this.#sayObserve(key, entry);
        return;
      }
      this.create(key, (accepted) => {
        if (this.#observed.get(key) !== entry) return;
        if (accepted) this.#sayObserve(key, entry);
        else this.#observed.delete(key);
      });
    }

    unobserve(topic) {
      const record = this.#known(topic);
      const key = record ? record.name : topic;
      const tid = record ? record.tid : topic;
      if (!this.#observed.delete(key)) return;
      if (this.#isUp() && typeof tid === "number") this.#send(idPacket(UNOBSERVE, tid));
    }

    /** Says goodbye and closes for good: what waits fails, onclose gets ("disconnect", false). */
    disconnect() {
      if (this.#state === "closed") return;
      if (this.#isUp()) {
        this.#send(new Uint8Array([DISCONNECT]));
        this.#forgetConnection();
      }
      this.#detach();
      this.#close(ended("the client is disconnected"));
      setTimeout(() => call(this.onclose, this, "disconnect", false));
    }

    /** Connects at once: instead of waiting for the next attempt, or again after the end. */
    reconnect() {
      if (!this.#socket) this.#connect();
    }

    gettid() {
      return this.#etid;
    }

    getsock() {
      return this.#socket;
    }

    topic2tid(topic) {
      return this.#topics.get(topic)?.tid || undefined;
    }

    tid2topic(tid) {
      return this.#byTid.get(tid)?.name;
    }

    subtopic2tid(subtopic) {
      return this.#subIds.get(subtopic) || undefined;
    }

    tid2subtopic(subtid) {
      return this.#subNames.get(subtid);
    }

    /** The URL of the present connection, or of the next attempt. */
    get url() {
      return this.#urls[this.#urlIndex % this.#urls.length];
    }

    /** All URLs, tried in turn; setting them leaves the present connection alone. */
    get urls() {
      return [...this.#urls];
    }

    set urls(urls) {
      const current = this.#urls && this.url;
      this.#urls = [...new Set([urls].flat().map(toWebSocketURL))];
      if (!this.#urls.length) throw new TypeError("SMQ: no URL");
      const same = this.#urls.indexOf(current);
      // The present URL is not in the new list: the next attempt begins with the list's first.
      this.#urlIndex = same >= 0 ? same : current ? this.#urls.length - 1 : 0;
    }

    get connected() {
      return this.#state === "open";
    }

    // ---- names and ids ----------------------------------------------------------------------

    /** Throws at the caller what no packet can carry, before anything has changed. */
    #check(topic, subtopic) {
      this.#checkName("a topic", topic, this.#topics);
      if (subtopic) this.#checkName("a sub-topic", subtopic, this.#subIds);
    }

    /** What is in the table was checked when it came there. */
    #checkName(what, name, table) {
      if (table.has(name)) return;
      if (typeof name === "string") exactBytes(what, name, 0, MAX_NAME);
      else if (!Number.isInteger(name) || name < 0 || name > 0xffffffff) {
        throw new TypeError(`SMQ: ${what} is a name or an id of 32 bits`);
      }
    }

    /** The record of a topic, made if need be. */
    #topic(name) {
      if (name === "self") return this.#self;
      let record = this.#known(name);
      if (!record) {
        const tid = typeof name === "number" ? name : 0;
        record = newTopic(name, tid);
        this.#topics.set(name, record);
        if (tid) this.#byTid.set(tid, record);
      }
      return record;
    }

    #known(name) {
      if (name === "self" || (name && name === this.#etid)) return this.#self;
      return typeof name === "number" ? this.#byTid.get(name) : this.#topics.get(name);
    }

    /**
     * Asks for what a Subscribe or Create needs and calls back once:
     * done(accepted, tid, subtid, error).
     * The sub-topic goes first, so that its id is known before the first message can arrive.
     */
    #names(type, record, subtopic, done) {
      const sub = { answered: !subtopic, accepted: true, id: undefined, error: undefined };
      const top = { answered: false, accepted: false, id: 0, error: undefined };
      const settle = () => {
        if (!sub.answered || !top.answered) return;
        done(top.accepted && sub.accepted, top.id, sub.id, top.error ?? sub.error);
      };
      if (subtopic) {
        this.#subId(subtopic, (accepted, id, error) => {
          Object.assign(sub, { answered: true, accepted, id, error });
          settle();
        });
      }
      this.#topicId(type, record, (accepted, id, error) => {
        Object.assign(top, { answered: true, accepted, id, error });
        settle();
      });
    }

    #topicId(type, record, answer) {
      if (record === this.#self) {
        if (this.#isUp()) answer(true, this.#etid);
        else this.#ask(0, "self", (up, id, error) => answer(up, up ? this.#etid : 0, error));
      } else if (typeof record.name === "number") {
        answer(true, record.tid);
      } else if (type === CREATE && record.tid && this.#isUp()) {
        answer(true, record.tid);
      } else {
        if (type === SUBSCRIBE && this.#state !== "closed") record.wanted = true;
        this.#ask(type, record.name, answer);
      }
    }

    #subId(subtopic, answer) {
      if (typeof subtopic === "number") answer(true, subtopic);
      else if (this.#subIds.get(subtopic)) answer(true, this.#subIds.get(subtopic));
      else this.#ask(CREATESUB, subtopic, answer);
    }

    /** Notes a request until its answer comes; type 0 is answered by being connected. */
    #ask(type, name, answer, restores = false) {
      if (this.#state === "closed") {
        answer(false, 0, this.#end);
        return;
      }
      const key = type + " " + name;
      const request = { type, name, answer, restores };
      if (this.#asked.has(key)) this.#asked.get(key).push(request);
      else this.#asked.set(key, [request]);
      if (type && this.#isUp()) this.#send(packet(type, encoder.encode(name)));
    }

    #answered(type, bytes) {
      const accepted = bytes[1] === 0;
      const id = readId(bytes, 2);
      const name = utf8.decode(bytes, 6);
      // Not UTF-8: no name that this client has asked for.
      if (name === null) return;
      const key = type + " " + name;
      const requests = this.#asked.get(key);
      // Kept, what was not asked for could fill the page.
      if (!requests) return;
      const request = requests.shift();
      if (!requests.length) this.#asked.delete(key);
      if (type === CREATESUB) {
        if (accepted) this.#nameSub(name, id);
      } else {
        this.#nameTopic(type, name, id, accepted);
      }
      if (!accepted && request.restores) console.warn("SMQ: denied after a reconnect:", name);
      const error = accepted ? undefined : denied(name);
      request.answer(accepted, id, error);
      if (error && type === CREATE) this.#withdraw(({ topic }) => topic === name, error);
      if (error && type === CREATESUB) this.#withdraw(({ subtopic }) => subtopic === name, error);
      this.#drain();
    }

    #nameSub(name, id) {
      this.#subIds.set(name, id);
      this.#subNames.set(id, name);
    }

    #nameTopic(type, name, tid, accepted) {
      const record = this.#topics.get(name);
      if (!record) return;
      if (!accepted) {
        if (type === SUBSCRIBE) record.wanted = record.confirmed = false;
        return;
      }
      if (type === SUBSCRIBE && record.wanted) record.confirmed = true;
      record.tid = tid;
      this.#byTid.set(tid, record);
      // Unsubscribed before its TID was known: now it can be said.
      const pending = this.#asked.has(SUBSCRIBE + " " + name);
      if (type === SUBSCRIBE && !record.wanted && !pending) this.#send(idPacket(UNSUBSCRIBE, tid));
    }

    // ---- messages ---------------------------------------------------------------------------

    #handler(onmsg, datatype) {
      if (datatype !== "json" && datatype !== "text") return onmsg;
      return (bytes, ptid, tid, subtid) => {
        let value = utf8.decode(bytes);
        let valid = value !== null;
        if (valid && datatype === "json") {
          try {
            value = JSON.parse(value);
          } catch {
            valid = false;
          }
        }
        if (valid) return onmsg(value, ptid, tid, subtid);
        console.warn("SMQ: a message of", ptid, "to", tid, "is no valid", datatype);
        return this.onmsg?.(bytes, ptid, tid, subtid);
      };
    }

    #deliver(bytes) {
      const tid = readId(bytes, 1);
      const ptid = readId(bytes, 5);
      const subtid = readId(bytes, 9);
      const record = tid === this.#etid ? this.#self : this.#byTid.get(tid);
      const sub = this.#subNames.get(subtid) ?? subtid;
      const handler = record?.bySub.get(sub) ?? record?.bySub.get(subtid) ?? record?.any;
      call(handler || this.onmsg, this, bytes.subarray(PUBLISH_HEADER), ptid, tid, subtid);
    }

    /** Asks for the ids of a message's names, unless they were asked for before. */
    #resolve({ topic, subtopic }) {
      const named = typeof topic === "string" && topic !== "self";
      if (named && !this.#topic(topic).tid) this.#askOnce(CREATE, topic);
      if (typeof subtopic === "string" && !this.#subIds.get(subtopic)) {
        this.#askOnce(CREATESUB, subtopic);
      }
    }

    #askOnce(type, name) {
      if (!this.#asked.has(type + " " + name)) this.#ask(type, name, () => {});
    }

    /** Takes messages out of the queue that will never go out. */
    #withdraw(which, error) {
      const gone = this.#outgoing.filter(which);
      this.#outgoing = this.#outgoing.filter((message) => !which(message));
      for (const message of gone) {
        this.#outgoingBytes -= message.bytes.length;
        this.#unsent(message, error);
      }
    }

    #unsent(message, error) {
      if (message.done) call(message.done, this, error);
      else console.warn(error.message);
    }

    /** Sends the messages whose names are known, in the order published. */
    #drain() {
      let sent = 0;
      while (this.#state === "open" && sent < this.#outgoing.length) {
        const message = this.#outgoing[sent];
        if (message.reading) break;
        const tid = this.#idOf(message.topic);
        const { subtopic } = message;
        const subtid = typeof subtopic === "number" ? subtopic : this.#subIds.get(subtopic);
        if (tid === undefined || (!subtid && subtopic)) break;
        writeId(message.bytes, 1, tid);
        writeId(message.bytes, 5, this.#etid);
        writeId(message.bytes, 9, subtid);
        if (!this.#send(message.bytes)) break;
        sent++;
        this.#outgoingBytes -= message.bytes.length;
      }
      const gone = this.#outgoing.splice(0, sent);
      for (const message of gone) call(message.done, this);
    }

    #idOf(topic) {
      if (typeof topic === "number") return topic;
      if (topic === "self") return this.#etid;
      return this.#topics.get(topic)?.tid || undefined;
    }

    // ---- the connection ---------------------------------------------------------------------

    #isUp() {
      return this.#state === "open" || this.#state === "restoring";
    }

    #connect() {
      clearTimeout(this.#timer);
      const WebSocketClass = this.#webSocketClass();
      this.#state = "starting";
      let socket;
      try {
        socket = new WebSocketClass(this.url);
      } catch (error) {
        // Not allowed to this page, now or later; another URL may be.
        const elsewhere = this.#urls.length > 1;
        this.#timer = setTimeout(() => this.#lost("Cannot connect: " + error.message, elsewhere));
        return;
      }
      socket.binaryType = "arraybuffer";
      socket.onmessage = (event) => socket === this.#socket && this.#received(event.data);
      socket.onerror = () => this.#broken(socket);
      socket.onclose = (event) => this.#broken(socket, event.reason);
      this.#socket = socket;
      const { connectTimeout } = this.#options;
      const late = () => this.#lost("Cannot connect: no answer", true);
      const keep = (timer) => (this.#timer = timer);
      keep(setTimeout(() => afterGrace(connectTimeout, keep, late), connectTimeout));
    }

    #webSocketClass() {
      return this.#options.WebSocket || root.WebSocket;
    }

    #broken(socket, reason) {
      if (socket !== this.#socket) return;
      const message = this.#isUp() ? "Connection lost" : "Cannot connect";
      this.#lost(reason ? message + ": " + reason : message, true);
    }

    /** Lets go of the socket; what it still says is not heard. */
    #detach() {
      clearTimeout(this.#timer);
      clearTimeout(this.#heartbeat);
      const socket = this.#socket;
      this.#socket = null;
      if (!socket) return;
      socket.onmessage = socket.onclose = null;
      socket.onerror = () => {};
      socket.close();
    }

    #lost(message, canReconnect) {
      const wasUp = this.#isUp();
      this.#detach();
      this.#state = "waiting";
      if (wasUp) this.#forgetConnection();
      const answer = call(this.onclose, this, message, canReconnect);
      if (this.#state !== "waiting") return;
      let wait = null;
      if (canReconnect && typeof answer === "number") wait = Math.max(SHORTEST_WAIT, answer);
      else if (canReconnect && this.#options.reconnect && answer !== false) wait = this.#backoff();
      if (wait === null) {
        this.#close(ended(message));
        return;
      }
      this.#attempt++;
      this.#urlIndex = (this.#urlIndex + 1) % this.#urls.length;
      this.#timer = setTimeout(() => this.#connect(), wait);
      call(this.onretry, this, wait, this.url, this.#attempt);
    }

    /** Nothing comes any more, unless reconnect() is called: all that waits hears why. */
    #close(error) {
      this.#state = "closed";
      this.#end = error;
      this.#failAll(error);
    }

    #failAll(error) {
      const requests = [...this.#asked.values()].flat();
      this.#asked.clear();
      for (const record of this.#topics.values()) record.wanted = record.confirmed;
      for (const request of requests) request.answer(false, 0, error);
      this.#withdraw(() => true, error);
    }

    /** Exponential, and random in its upper half, so that a node's clients do not come at once. */
    #backoff() {
      const { min = 500, max = 15000 } = Object(this.#options.reconnect);
      const ceiling = Math.min(max, min * 2 ** Math.min(this.#attempt, 30));
      return Math.round(ceiling * (0.5 + Math.random() / 2));
    }

    /** What holds for one connection only: the ids, and observations of ETIDs. */
    #forgetConnection() {
      for (const key of this.#observed.keys()) {
        if (typeof key === "number") this.#observed.delete(key);
        else this.#observed.get(key).said = false;
      }
      for (const [key, requests] of this.#asked) {
        const own = requests.filter((request) => !request.restores);
        if (own.length) this.#asked.set(key, own);
        else this.#asked.delete(key);
      }
      this.#byTid.clear();
      for (const [name, record] of this.#topics) {
        if (typeof name === "number") this.#byTid.set(name, record);
        else record.tid = 0;
      }
      for (const name of this.#subIds.keys()) this.#subIds.set(name, 0);
    }

    #send(bytes) {
      try {
        // A socket that the broker is closing takes everything and sends nothing.
        if (this.#socket.readyState > OPEN) return false;
        this.#socket.send(bytes);
        return true;
      } catch (error) {
        const socket = this.#socket;
        setTimeout(() => socket && this.#broken(socket, error.message));
        return false;
      }
    }

    #received(data) {
      this.#heard = true;
      const bytes = typeof data === "string" ? new Uint8Array(1) : new Uint8Array(data);
      if (this.#state === "starting") this.#init(bytes);
      else if (this.#state === "connecting") this.#connack(bytes);
      else this.#packet(bytes);
    }

    #init(bytes) {
      if (bytes[0] !== INIT) {
        this.#lost("protocol error", false);
        return;
      }
      if (bytes[1] !== VERSION) {
        this.#lost("protocol version " + bytes[1] + " is not known", false);
        return;
      }
      this.#state = "connecting";
      const seed = readId(bytes, 2);
      const address = utf8.decode(bytes, 6) || "";
      this.#greeting = [seed, address];
      const socket = this.#socket;
      const connect = (secret) => socket === this.#socket && this.#sayConnect(secret);
      const failed = (error) => socket === this.#socket && this.#lost("onauth: " + error, false);
      try {
        const credentials = this.onauth?.(seed, address);
        if (typeof credentials?.then === "function") credentials.then(connect, failed);
        else connect(credentials);
      } catch (error) {
        failed(error);
      }
    }

    #greeting = [0, ""];

    #sayConnect(credentials) {
      const [seed, address] = this.#greeting;
      // Kept: a cluster knows by it whose messages wait.
      this.#options.uid ||= (address + seed).padEnd(6, "0");
      const uid = toBytes(this.#options.uid);
      const secret = toBytes(credentials || "");
      if (secret.length > 255) {
        this.#lost(`credentials of ${secret.length} bytes; they take 255`, false);
        return;
      }
      const info = toBytes(this.#options.info || "");
      const bytes = [VERSION, uid.length, ...uid, secret.length, ...secret, ...info];
      this.#send(packet(CONNECT, bytes));
    }

    #connack(bytes) {
      if (bytes[0] !== CONNACK) {
        this.#lost("protocol error", false);
        return;
      }
      if (bytes[1] !== 0) {
        const elsewhere = this.#options.reconnect || this.#urls.length > 1;
        const reason = utf8.decode(bytes, 6) || REFUSALS[bytes[1]] || "refused";
        this.#lost(reason, Boolean(elsewhere) && bytes[1] === UNAVAILABLE);
        return;
      }
      clearTimeout(this.#timer);
      const etid = readId(bytes, 2);
      // With the same ETID it is the same cluster, whose ids hold: what was sent to the ETID
      // meanwhile comes before the answers that tell them.
      if (etid !== this.#etid) this.#subNames.clear();
      this.#etid = this.#self.tid = etid;
      this.#attempt = 0;
      this.#heartbeat = setTimeout(() => this.#startHeartbeat(), this.#options.ping);
      this.#restore();
    }

    /**
     * Carries the tables out on the new connection. After a reconnect it is open when the broker
     * has answered all that was restored; a first connection is open at once.
     */
    #restore() {
      const again = this.#everOpen;
      this.#state = "restoring";
      if (again && this.#options.cleanstart) this.#startClean();
      const asked = [...this.#asked.values()].flat();
      let unanswered = 1;
      const restored = () => --unanswered === 0 && this.#opened(again);
      if (again) {
        for (const [type, name] of this.#toRestore()) {
          unanswered++;
          this.#ask(type, name, restored, true);
        }
      }
      this.#asked.delete("0 self");
      for (const { type, name, answer } of asked) {
        if (type === 0) answer(true);
        else this.#send(packet(type, encoder.encode(name)));
      }
      restored();
    }

    #toRestore() {
      const names = [...this.#subIds.keys()].map((name) => [CREATESUB, name]);
      for (const record of this.#topics.values()) {
        if (typeof record.name === "number") continue;
        names.push([record.wanted ? SUBSCRIBE : CREATE, record.name]);
      }
      return names;
    }

    #startClean() {
      this.#topics.clear();
      this.#byTid.clear();
      this.#subIds.clear();
      this.#observed.clear();
      this.#self.any = null;
      this.#self.bySub.clear();
      this.#failAll(ended("dropped by the clean start of a new connection"));
    }

    #opened(again) {
      if (this.#state !== "restoring") return;
      this.#state = "open";
      this.#everOpen = true;
      this.#observed.forEach((entry, key) => this.#sayObserve(key, entry));
      this.#outgoing.forEach((message) => this.#resolve(message));
      this.#drain();
      const [seed, address] = this.#greeting;
      call(again ? this.onreconnect : this.onconnect, this, this.#etid, seed, address);
    }

    #packet(bytes) {
      switch (bytes[0]) {
        case SUBACK:
          return this.#answered(SUBSCRIBE, bytes);
        case CREATEACK:
          return this.#answered(CREATE, bytes);
        case CREATESUBACK:
          return this.#answered(CREATESUB, bytes);
        case PUBLISH:
          return this.#deliver(bytes);
        case CHANGE:
          return this.#changed(readId(bytes, 1), readId(bytes, 5));
        case PING:
          return this.#pong();
        case PONG:
          return undefined;
        case DISCONNECT:
          return this.#lost(utf8.decode(bytes, 1) || "disconnect", false);
        default:
          return this.#lost("protocol error", true);
      }
    }

    /** Answers unless much waits unsent: the broker that pings may not read. */
    #pong() {
      if (this.#socket.bufferedAmount > MAX_UNSENT) return;
      this.#send(new Uint8Array([PONG]));
    }

    #sayObserve(key, entry) {
      const tid = this.#idOf(key);
      if (this.#state !== "open" || entry.said || tid === undefined) return;
      entry.said = true;
      this.#send(idPacket(OBSERVE, tid));
    }

    #changed(tid, subscribers) {
      const name = this.#byTid.get(tid)?.name;
      const key = this.#observed.has(name) ? name : tid;
      const entry = this.#observed.get(key);
      if (!entry) return;
      if (typeof key === "number" && subscribers === 0) this.#observed.delete(key);
      call(entry.onchange, this, subscribers, name ?? tid);
    }

    /** A broker that says nothing, not even Pong, for a whole interval is taken for dead. */
    #startHeartbeat() {
      const { ping } = this.#options;
      if (!ping) return;
      this.#heard = false;
      this.#send(new Uint8Array([PING]));
      const keep = (timer) => (this.#heartbeat = timer);
      const lost = () => this.#lost("Connection lost: no answer", true);
      const again = () => this.#startHeartbeat();
      const ifSilent = (action) => () => (this.#heard ? again() : action());
      keep(setTimeout(ifSilent(() => afterGrace(ping, keep, ifSilent(lost))), ping));
    }
  }

  function websocket() {
    return typeof root.WebSocket === "function";
  }

  const SMQ = {
    /** May be called with or without new, as SMQ pages do. */
    Client: new Proxy(Client, { apply: (target, self, args) => new target(...args) }),
    wsURL,
    websocket,
    utf8,
    MAX_PAYLOAD,
  };

  root.SMQ = SMQ;
  if (typeof module === "object" && module.exports) {
    module.exports = SMQ;
    // Never run: by this Node finds the names that an ES module may import from here.
    if (!module.exports) module.exports = { Client, wsURL, websocket, utf8, MAX_PAYLOAD };
  }
})(globalThis);
