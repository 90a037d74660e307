// An ES module: what tsc accepts here has to run, what fails at run time it has to refuse.
import { connect, SmqClient, Client, wsURL, type Subscription } from "smq-cluster-client";
import { SmqClient as Same } from "smq-cluster-client/smq.mjs";
import SMQ, { Client as Classic, utf8 } from "smq-cluster-client/smq.js";

export async function session(url: string): Promise<void> {
  const smq: SmqClient = await connect([url, new URL(url)], { ping: 10000, timeout: 500 });
  const news: Subscription = await smq.subscribe("news", (bytes) => bytes.byteLength);
  await smq.subscribe("text", { datatype: "text", onmsg: (text) => text.trim() });
  await smq.subscribe("json", "sub", { datatype: "json", onmsg: (value) => value.anything });
  const off = smq.on("close", ({ message, again }) => console.log(message.length, again));
  for (const payload of ["text", new Uint8Array(2), new ArrayBuffer(2), new Blob(["x"]), [1, 2]]) {
    await smq.publish(payload, news.tid);
  }
  await smq.pubjson({ a: null }, "json", "sub");
  smq.observe("news", (subscribers) => console.log(subscribers > 0));
  const tid: number = await smq.create("news");
  smq.urls = [url];
  off();
  news.unsubscribe();
  smq.disconnect();
  return refused(smq, tid);
}

/** Never called: each of these would throw, or never do what it says. */
function refused(smq: SmqClient, tid: number): void {
  if (tid >= 0) return;
  // @ts-expect-error no payload
  smq.publish(5, "news");
  // @ts-expect-error no payload
  smq.publish(null, "news");
  // @ts-expect-error JSON has no undefined
  smq.pubjson(undefined, "news");
  // @ts-expect-error no topic
  smq.publish("x", { topic: "news" });
  // @ts-expect-error no handler
  smq.subscribe("news");
  // @ts-expect-error a handler of text gets no number
  smq.subscribe("news", { datatype: "text", onmsg: (value: number) => value });
  // @ts-expect-error bytes unless asked for otherwise
  smq.subscribe("news", (text: string) => text);
  // @ts-expect-error no such event
  smq.on("open", () => {});
  // @ts-expect-error a class, which is made with new
  SmqClient("ws://a.example/smq.lsp");
}

const classic = typeof Client === "function" && Classic === Client && SMQ.Client === Client;
if (!classic || Same !== SmqClient) throw new Error("names");
if (utf8.length("\u00fc") !== 2 || typeof wsURL !== "function") throw new Error("functions");
