// A login server: node server.mjs PORT REDIRECT_URI. Any password is right. olga operates, victor
// views, others are in no group.
import Provider from "oidc-provider";

const [port, redirect] = process.argv.slice(2);
const groups = { olga: ["smq-operator", "staff"], victor: ["smq-viewer"] };
const provider = new Provider(`http://127.0.0.1:${port}`, {
  clients: [{ client_id: "smq", client_secret: "a secret/of + this:client", redirect_uris: [redirect] }],
  claims: { openid: ["sub"], profile: ["groups"] },
  conformIdTokenClaims: false,
  cookies: { keys: ["test"] },
  pkce: { required: () => true },
  findAccount: (context, id) => ({
    accountId: id,
    claims: () => ({ sub: id, groups: groups[id] ?? ["staff"] }),
  }),
});
provider.listen(Number(port), "127.0.0.1", () => console.log("ready"));
