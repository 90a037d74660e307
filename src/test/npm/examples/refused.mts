// An ES module that does not link: tsc has to refuse its imports as well.
// @ts-expect-error smq.mjs has no default export
import SMQ from "smq-cluster-client";
// @ts-expect-error smq.js has no promises
import { connect } from "smq-cluster-client/smq.js";
// @ts-expect-error no such file
import * as inner from "smq-cluster-client/smq.d.ts";

export const absent = [SMQ, connect, inner];
