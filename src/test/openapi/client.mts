// What a user of the generated types writes; the build compiles it strictly and runs it against a node.
import createClient from "openapi-fetch";
import type { components, paths } from "./api.js";

declare const process: { argv: string[] };

const [url, authorization, device] = process.argv.slice(2);
const api = createClient<paths>({ baseUrl: url!, headers: { authorization: authorization! } });

const { data, error } = await api.GET("/api/clients", { params: { query: { uid: device!, limit: 10 } } });
if (error) throw new Error(error.detail);
const clients: components["schemas"]["Client"][] = data.items;
console.log("client", clients.map((client) => client.uid).join());

const { response } = await api.POST("/api/devices/{uid}/leds/{led}", {
  params: { path: { uid: device!, led: 2 } },
  body: { on: true },
});
console.log("switched", response.status);
