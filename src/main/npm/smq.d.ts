/** Types of smq.mjs (the module) and of the global SMQ that smq.js defines. */

export type Topic = string | number;
export type Payload = string | ArrayBuffer | ArrayBufferView | ArrayLike<number>;
export type DataType = "json" | "text";
export type Listener<T> = (detail: T) => void;

/** data is a Uint8Array, or what the datatype says: text, or the parsed JSON value. */
export type OnMessage<T = Uint8Array> = (
  data: T,
  ptid: number,
  tid: number,
  subtid: number,
) => void;

export type OnAck = (
  accepted: boolean,
  topic: Topic,
  tid: number,
  subtopic?: Topic,
  subtid?: number,
) => void;

export interface Subscribing {
  onmsg?: OnMessage<any>;
  onack?: OnAck;
  datatype?: DataType;
}

export interface Options {
  /** 6 to 255 bytes of UTF-8; by default made anew for each connection. */
  uid?: string | null;
  /** Text that the broker shows beside the client. */
  info?: string;
  /** After a reconnect nothing is restored. */
  cleanstart?: boolean;
  /** Reconnect by itself, waiting min ms at first and never more than max. */
  reconnect?: boolean | { min?: number; max?: number };
  /** ms for one attempt. */
  connectTimeout?: number;
  /** ms between signs of life asked of the broker; 0: none. */
  ping?: number;
  /** Bytes; at most 0xFFF0. */
  maxPayload?: number;
  /** What waits at most while there is no connection. */
  maxQueue?: { messages: number; bytes: number };
  /** The WebSocket class, where there is no global one. */
  WebSocket?: new (url: string) => any;
}

/** Credentials for the broker, or a promise of them; nothing if there are none. */
export type OnAuth = (seed: number, address: string) => string | Promise<string> | null | void;

export type Done = (error?: Error) => void;

/** The client of existing SMQ pages. */
export class Client {
  constructor(url?: string | URL | Array<string | URL> | null, options?: Options);
  constructor(options: Options);

  onconnect?: (etid: number, seed: number, address: string) => void;
  onreconnect?: (etid: number, seed: number, address: string) => void;
  /** A number that is answered is the time in ms until the next attempt, at least 1000. */
  onclose?: (message: string, canReconnect: boolean) => number | false | void;
  onretry?: (delay: number, url: string, attempt: number) => void;
  onmsg: OnMessage;
  onauth?: OnAuth;

  subscribe(topic: Topic, settings?: Subscribing): void;
  subscribe(topic: Topic, subtopic: Topic | null | undefined, settings?: Subscribing): void;
  unsubscribe(topic: Topic, subtopic?: Topic): void;
  create(topic: Topic, onack?: OnAck): void;
  create(topic: Topic, subtopic: Topic | null | undefined, onack: OnAck): void;
  createsub(
    subtopic: Topic,
    onack?: (accepted: boolean, subtopic: Topic, subtid: number) => void,
  ): void;
  publish(data: Payload, topic: Topic, subtopic?: Topic | null, done?: Done): void;
  pubjson(value: unknown, topic: Topic, subtopic?: Topic | null, done?: Done): void;
  observe(topic: Topic, onchange: (subscribers: number, topic: Topic) => void): void;
  unobserve(topic: Topic): void;
  disconnect(): void;
  reconnect(): void;

  gettid(): number;
  getsock(): unknown;
  topic2tid(topic: string): number | undefined;
  tid2topic(tid: number): Topic | undefined;
  subtopic2tid(subtopic: string): number | undefined;
  tid2subtopic(subtid: number): string | undefined;

  readonly connected: boolean;
  readonly url: string;
  urls: string[];
}

export interface Subscription {
  readonly topic: Topic;
  readonly tid: number;
  readonly subtopic?: Topic;
  readonly subtid?: number;
  unsubscribe(): void;
}

export interface Events {
  connect: { etid: number; seed: number; address: string; again: boolean };
  /** again: the client will try to reconnect. */
  close: { message: string; again: boolean };
  retry: { delay: number; url: string; attempt: number };
  /** A message that no subscription takes. */
  message: { data: Uint8Array; ptid: number; tid: number; subtid: number };
}

/** The client with promises and events; it reconnects by itself. */
export class SmqClient {
  constructor(urls?: string | URL | Array<string | URL>, options?: Options & { auth?: OnAuth });
  readonly ready: Promise<number>;
  readonly etid: number;
  readonly connected: boolean;
  readonly url: string;
  urls: string[];

  on<E extends keyof Events>(event: E, listener: Listener<Events[E]>): () => void;
  subscribe(topic: Topic, settings: Subscribing | OnMessage<any>): Promise<Subscription>;
  subscribe(
    topic: Topic,
    subtopic: Topic | undefined,
    settings: Subscribing | OnMessage<any>,
  ): Promise<Subscription>;
  unsubscribe(topic: Topic, subtopic?: Topic): void;
  publish(data: Payload, topic: Topic, subtopic?: Topic): Promise<void>;
  pubjson(value: unknown, topic: Topic, subtopic?: Topic): Promise<void>;
  create(topic: Topic): Promise<number>;
  createsub(subtopic: Topic): Promise<number>;
  observe(topic: Topic, onchange: (subscribers: number, topic: Topic) => void): void;
  unobserve(topic: Topic): void;
  disconnect(): void;
  reconnect(): void;
}

/** Makes a client and waits for its first connection. */
export function connect(
  urls?: string | URL | Array<string | URL>,
  options?: Options & { auth?: OnAuth },
): Promise<SmqClient>;

/** The WebSocket URL of a path on the page's own server. */
export function wsURL(path?: string): string;
export function websocket(): boolean;
export const MAX_PAYLOAD: number;
export const utf8: {
  length(text: string): number;
  encode(text: string, target?: Uint8Array, start?: number): Uint8Array;
  decode(bytes: Uint8Array, offset?: number, length?: number): string | null;
};

declare global {
  /** Defined by smq.js; Client may be called with or without new. */
  var SMQ: {
    Client: typeof Client & {
      (url?: string | URL | Array<string | URL> | null, options?: Options): Client;
      (options: Options): Client;
    };
    wsURL: typeof wsURL;
    websocket: typeof websocket;
    utf8: typeof utf8;
    MAX_PAYLOAD: number;
  };
}
