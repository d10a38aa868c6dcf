import { type ChildProcess, spawn } from "node:child_process";
import { closeSync } from "node:fs";
import type { Context } from "../context.ts";
import { commandPrefix, type GlobalOptions } from "../global-options.ts";
import { findPlace } from "../place.ts";
import { interruptedExitCode, onStopSignal } from "../stop-signals.ts";
import { toJson } from "../terminal/json.ts";
import { consoleLog, endOfLog, openConsoleLog, sizeOf } from "./console-log.ts";
import type { StartReport } from "./report-start.ts";
import { startFailure, type StartOutcome } from "./start-failure.ts";

/**
 * Starts the daemon in a session of its own, which no terminal ends; returns when it answers.
 *
 * @throws what the daemon threw; `INTERNAL` when it died without a word, `TIMEOUT` when it is not ready
 */
export async function startDetached(options: GlobalOptions, context: Context): Promise<void> {
  const { output } = context;
  const { stateDir, socketPath } = await findPlace(options, context);
  const logFile = consoleLog(stateDir);
  const logStart = sizeOf(logFile);
  let daemon: ChildProcess | undefined;
  // It has a session of its own: Ctrl-C in this terminal does not reach it.
  using signals = onStopSignal(() => daemon?.kill("SIGTERM"));
  daemon = await spawnDaemon(stateDir, context);
  if (signals.count > 0) daemon.kill("SIGTERM");
  const outcome = await outcomeOf(daemon);
  if (signals.count > 0) {
    context.exitCode = interruptedExitCode;
    return output.note("Interrupted: the daemon was told to stop.");
  }
  const { pid = 0 } = daemon;
  if (!("started" in outcome)) {
    throw startFailure(outcome, { pid, logFile, said: endOfLog(logFile, logStart) });
  }
  const { url, hasNewTokens } = outcome;
  const facts = { pid, socketPath, ...(url !== undefined && { url }), logFile };
  if (options.json) return output.print(toJson(facts, 2));
  output.print(`The fleet runs in the background (process ${pid}).`);
  if (url !== undefined) output.print(`HTTP API ${url}`);
  const prefix = commandPrefix(options, context);
  if (hasNewTokens) output.note(`  ${prefix} token show   # what lets in`);
  output.note(`  ${prefix} logs -f   # watch it`);
  output.note(`  ${prefix} stop      # end it`);
}

/** The same command once more, but for what makes it detach. */
async function spawnDaemon(stateDir: string, { cwd, env }: Context): Promise<ChildProcess> {
  const log = await openConsoleLog(stateDir);
  const args = process.argv.slice(1).filter((arg) => arg !== "--detach" && arg !== "--json");
  const daemon = spawn(process.execPath, [...process.execArgv, ...args], {
    cwd,
    env,
    detached: true,
    stdio: ["ignore", log, log, "ipc"],
  });
  closeSync(log);
  return daemon;
}

const startDeadline = 60_000;

async function outcomeOf(daemon: ChildProcess): Promise<StartOutcome> {
  const { promise, resolve, reject } = Promise.withResolvers<StartOutcome>();
  daemon.once("message", (report: StartReport) => resolve(report));
  // Not at its exit: what it said is read until here.
  daemon.once("close", (exitCode) => resolve({ exitCode }));
  daemon.once("error", reject);
  const timer = setTimeout(() => resolve({ late: true }), startDeadline);
  try {
    return await promise;
  } finally {
    clearTimeout(timer);
    if (daemon.connected) daemon.disconnect();
    daemon.unref();
  }
}
