// A classic script, behind <script src="/smq.js">: the global SMQ.
function session(): SMQ.Client {
  const smq: SMQ.Client = SMQ.Client(SMQ.wsURL("/smq.lsp"));
  smq.subscribe("news", { datatype: "json", onmsg: (news, ptid) => console.log(ptid, news) });
  smq.publish(new Blob(["hello"]), "news");
  smq.onclose = () => 3000;
  return smq;
}

/** Never called: each of these would throw. */
function refused(): void {
  // @ts-expect-error of the module alone
  SMQ.connect("/smq.lsp");
  // @ts-expect-error of the module alone
  new SMQ.SmqClient("/smq.lsp");
}
