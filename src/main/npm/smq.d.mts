/** Types of smq.mjs, the ES module. It has no default export. */
import type {
  OnAuth,
  OnMessage,
  Options,
  Payload,
  Receiving,
  Topic,
  Url,
} from "./smq.js";

export { Client, MAX_PAYLOAD, utf8, websocket, wsURL } from "./smq.js";
export type {
  Done,
  OnAck,
  OnAuth,
  OnMessage,
  Options,
  Payload,
  Receiving,
  SmqError,
  Topic,
  Url,
} from "./smq.js";

/** What a listener throws is reported. */
export type Listener<T> = (detail: T) => unknown;

/** A handler for the bytes, or one for what the datatype says. */
export type Settings = OnMessage | Receiving;

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

export interface ModuleOptions extends Options {
  auth?: OnAuth;
}

/** The client with promises and events; it reconnects by itself. */
export class SmqClient {
  constructor(urls?: Url | readonly Url[], options?: ModuleOptions);
  readonly ready: Promise<number>;
  readonly etid: number;
  readonly connected: boolean;
  readonly url: string;
  get urls(): string[];
  set urls(urls: Url | readonly Url[]);

  on<E extends keyof Events>(event: E, listener: Listener<Events[E]>): () => void;
  subscribe(topic: Topic, settings: Settings): Promise<Subscription>;
  subscribe(topic: Topic, subtopic: Topic | undefined, settings: Settings): Promise<Subscription>;
  unsubscribe(topic: Topic, subtopic?: Topic): void;
  publish(data: Payload, topic: Topic, subtopic?: Topic): Promise<void>;
  /** Any value that JSON can say: undefined it cannot. */
  pubjson(value: {} | null, topic: Topic, subtopic?: Topic): Promise<void>;
  create(topic: Topic): Promise<number>;
  createsub(subtopic: Topic): Promise<number>;
  observe(topic: Topic, onchange: (subscribers: number, topic: Topic) => unknown): void;
  unobserve(topic: Topic): void;
  disconnect(): void;
  reconnect(): void;
}

/** Makes a client and waits for its first connection, for timeout ms at most if that is given. */
export function connect(
  urls?: Url | readonly Url[],
  options?: ModuleOptions & { timeout?: number },
): Promise<SmqClient>;
