// CommonJS: what tsc accepts here has to run, what fails at run time it has to refuse.
import SMQ = require("smq-cluster-client");
import same = require("smq-cluster-client/smq.js");
import about = require("smq-cluster-client/package.json");
import { Client, utf8 } from "smq-cluster-client";

export function session(url: string): SMQ.Client {
  const smq: SMQ.Client = SMQ.Client(url, { info: "an example" });
  const other = new SMQ.Client({ uid: "example-1" });
  smq.onclose = (message, canReconnect) => canReconnect && message.length;
  smq.onauth = async (seed, address) => `${seed}${address}`;
  smq.subscribe("news", { datatype: "json", onmsg: (news, ptid) => console.log(ptid, news) });
  smq.subscribe("self", "reply", { datatype: "text", onmsg: (text) => console.log(text.trim()) });
  smq.publish("hello", "news", null, (error) => console.log(error?.message));
  smq.create("news", (accepted, topic, tid) => console.log(accepted, topic, tid.toFixed()));
  other.disconnect();
  return smq;
}

/** Never called: each of these would throw. */
export function refused(smq: SMQ.Client): void {
  // @ts-expect-error no payload
  smq.publish({ a: 1 }, "news");
  // @ts-expect-error no function
  smq.subscribe("news", { onmsg: "handler" });
  // @ts-expect-error no promise
  smq.create("news").then(() => {});
  // @ts-expect-error not of this client
  smq.on("close", () => {});
}

if (same.Client !== SMQ.Client || Client !== SMQ.Client) throw new Error("names");
if (utf8.decode(utf8.encode("\u00fc")) !== "\u00fc") throw new Error("functions");
if (about.name !== "smq-cluster-client") throw new Error("package.json");
