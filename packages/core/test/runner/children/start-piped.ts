import { launchScript } from "../processes.ts";

/** Starts a script where claude would be, tells its process record, and says what it says. */
const [jobId = "", script = ""] = process.argv.slice(2);
const { started, record } = launchScript(script, { jobId });
process.stdout.write(`${JSON.stringify(record)}\n`);
started.stdout.pipe(process.stdout);
