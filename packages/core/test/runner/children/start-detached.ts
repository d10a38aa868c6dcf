import { shellLauncher } from "../processes.ts";

/** Starts a script with files for stdio, tells its process record, and ends when it is told to. */
const [jobId = "", script = "", files = "", timeout] = process.argv.slice(2);
const launcher = shellLauncher(jobId, timeout === undefined ? {} : { timeout: Number(timeout) });
const command = { command: "/bin/sh", args: ["-c", script], env: launcher.env };
const { record } = await launcher.startDetached(command, JSON.parse(files));
process.stdout.write(`${JSON.stringify(record)}\n`);
process.stdin.once("data", () => process.exit(0));
