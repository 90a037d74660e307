/** Types of smq.js as CommonJS: const SMQ = require("smq-cluster-client"). */

declare namespace SMQ {
  type Topic = string | number;

  /** A Blob, of whichever library. */
  interface Readable {
    readonly size: number;
    arrayBuffer(): Promise<ArrayBuffer>;
  }

  /** An array holds whole numbers from 0 to 255. */
  type Payload = string | ArrayBufferLike | ArrayBufferView | readonly number[] | Readable;
  type Url = string | { readonly href: string };

  /** data is a Uint8Array, or what the datatype says: text, or the parsed JSON value. */
  type OnMessage<T = Uint8Array> = (data: T, ptid: number, tid: number, subtid: number) => unknown;

  /** The error is there if it was not accepted. */
  type OnAck = (
    accepted: boolean,
    topic: Topic,
    tid: number,
    subtopic: Topic | undefined,
    subtid: number | undefined,
    error?: SmqError,
  ) => unknown;

  /** By the datatype: what onmsg gets. */
  type Receiving =
    | { datatype?: undefined; onmsg?: OnMessage }
    | { datatype: "text"; onmsg?: OnMessage<string> }
    | { datatype: "json"; onmsg?: OnMessage<any> };

  type Subscribing = Receiving & { onack?: OnAck };

  /** Denied by the broker, or the client is at its end; the message says why. */
  interface SmqError extends Error {
    code?: "denied" | "ended";
  }

  /** What the client uses of a WebSocket. */
  interface Socket {
    binaryType: string;
    onmessage: any;
    onerror: any;
    onclose: any;
    send(data: Uint8Array): void;
    close(): void;
  }

  interface Options {
    /** 6 to 255 bytes of UTF-8; by default made of what the first connection tells. */
    uid?: string | null;
    /** Text that the broker shows beside the client, 65017 bytes at most. */
    info?: string;
    /** After a reconnect nothing is restored. */
    cleanstart?: boolean;
    /** Reconnect by itself, waiting min ms at first and never more than max. */
    reconnect?: boolean | { min?: number; max?: number };
    /** ms for one attempt. */
    connectTimeout?: number;
    /** ms between signs of life asked of the broker, 25000 by default; 0: none. */
    ping?: number;
    /** Bytes; at most 0xFFF0. */
    maxPayload?: number;
    /** What waits at most while there is no connection. */
    maxQueue?: { messages: number; bytes: number };
    /** The WebSocket class, where there is no global one. */
    WebSocket?: (new (url: string) => Socket) | null;
  }

  /** Credentials for the broker, or a promise of them; nothing if there are none. */
  type OnAuth = (seed: number, address: string) => Credentials | Promise<Credentials>;

  /** At most 255 bytes of UTF-8. */
  type Credentials = string | Uint8Array | null | undefined | void;

  /** Without an error: the message went out. */
  type Done = (error?: Error) => unknown;

  /** The client of existing SMQ pages. */
  interface Client {
    onconnect?: (etid: number, seed: number, address: string) => unknown;
    onreconnect?: (etid: number, seed: number, address: string) => unknown;
    /** A number that is answered is the time in ms until the next attempt, at least 1000. */
    onclose?: (message: string, canReconnect: boolean) => unknown;
    onretry?: (delay: number, url: string, attempt: number) => unknown;
    onmsg?: OnMessage;
    onauth?: OnAuth;

    subscribe(topic: Topic, settings?: Subscribing | null): void;
    subscribe(topic: Topic, subtopic: Topic | null | undefined, settings?: Subscribing): void;
    unsubscribe(topic: Topic, subtopic?: Topic | null): void;
    create(topic: Topic, onack?: OnAck): void;
    create(topic: Topic, subtopic: Topic | null | undefined, onack: OnAck | undefined): void;
    createsub(
      subtopic: Topic,
      onack?: (accepted: boolean, subtopic: Topic, subtid: number, error?: SmqError) => unknown,
    ): void;
    publish(data: Payload, topic: Topic, subtopic?: Topic | null, done?: Done): void;
    /** Any value that JSON can say: undefined it cannot. */
    pubjson(value: {} | null, topic: Topic, subtopic?: Topic | null, done?: Done): void;
    observe(topic: Topic, onchange: (subscribers: number, topic: Topic) => unknown): void;
    unobserve(topic: Topic): void;
    disconnect(): void;
    reconnect(): void;

    gettid(): number;
    getsock(): Socket | null;
    topic2tid(topic: string): number | undefined;
    tid2topic(tid: number): Topic | undefined;
    subtopic2tid(subtopic: string): number | undefined;
    tid2subtopic(subtid: number): string | undefined;

    readonly connected: boolean;
    readonly url: string;
    get urls(): string[];
    set urls(urls: Url | readonly Url[]);
  }

  /** May be called with or without new. */
  interface ClientConstructor {
    new (url?: Url | readonly Url[] | null, options?: Options): Client;
    new (options: Options): Client;
    (url?: Url | readonly Url[] | null, options?: Options): Client;
    (options: Options): Client;
    readonly prototype: Client;
  }

  const Client: ClientConstructor;
  /** The WebSocket URL of a path on the page's own server. */
  function wsURL(path?: string): string;
  /** Whether the runtime has a WebSocket. */
  function websocket(): boolean;
  /** Bytes. */
  const MAX_PAYLOAD: number;
  const utf8: {
    length(text: string): number;
    encode(text: string, target?: Uint8Array, start?: number): Uint8Array;
    /** null: the bytes are not UTF-8. */
    decode(bytes: Uint8Array, offset?: number, length?: number): string | null;
  };
}

export = SMQ;
