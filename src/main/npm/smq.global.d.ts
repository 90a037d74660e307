/** Types of smq.js as a classic script: the global SMQ, for files that are no modules. */
import SMQ = require("./smq.js");

export = SMQ;
export as namespace SMQ;
