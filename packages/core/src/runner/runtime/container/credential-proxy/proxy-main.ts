import { appendFileSync, chmodSync, renameSync, rmSync } from "node:fs";
import { json } from "node:stream/consumers";
import { createProxyServer } from "./proxy-server.ts";
import { Refusals } from "./refusals.ts";
import type { ProxySettings } from "./settings.ts";

// The shell that becomes the `docker` command starts this: `node proxy-main.js <its pid>`, in the
// folder of the socket, with the settings on stdin. Nothing but Node is imported: it starts with every
// job.

// Its words go to the log, of which the shell tells where it did not get as far as to listen.
process.once("uncaughtException", (error) => {
  process.stderr.write(`${error.message}\n`);
  process.exit(1);
});

const [parent = ""] = process.argv.slice(2);
const settings = (await json(process.stdin)) as ProxySettings;
const { socket } = settings;

const refusals = new Refusals((line) => {
  try {
    appendFileSync(settings.refusals, `${JSON.stringify(line)}\n`, { mode: 0o644 });
  } catch {
    // A full disk makes nobody's way to the model end.
  }
});
const server = createProxyServer(settings, (refusal) => refusals.add(refusal));

const end = (): void => {
  rmSync(socket, { force: true });
  process.exit(0);
};
for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"] as const) process.once(signal, end);
// Without the container there is nobody to serve; whoever adopts an orphan would keep it for ever.
setInterval(() => {
  if (process.ppid !== Number(parent)) end();
}, 200);

const unready = `${socket}.new`;
rmSync(unready, { force: true });
// A short name: the path of its folder may be longer than the system takes for a socket.
server.listen(unready, () => {
  // The user of the container need not be this one; its folder is nobody else's.
  chmodSync(unready, 0o666);
  renameSync(unready, socket);
});
