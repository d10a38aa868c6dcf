import { runBridge } from "./run-bridge.ts";

// Claude starts this as an MCP server: `node bridge-main.js <socket>`.
const [socketPath = ""] = process.argv.slice(2);
const parent = process.ppid;
// Whoever adopts an orphan would keep it for ever.
setInterval(() => {
  if (process.ppid !== parent) process.exit(0);
}, 1_000).unref();
process.stdout.on("error", () => process.exit(0));

await runBridge({ socketPath, input: process.stdin, output: process.stdout });
process.exit(0);
