// CommonJS that gets nothing, or does not load: tsc has to refuse its imports.
// @ts-expect-error the ES module alone has promises
import { connect } from "smq-cluster-client";
// @ts-expect-error an ES module, which require does not load in Node 20
import modern = require("smq-cluster-client/smq.mjs");

export const absent = [connect, modern];
