import { execFile } from "node:child_process";
import { FleetManagerError } from "@herdctl/core";
import type { Environment } from "./service-plan.ts";

/** How a command ended. */
export interface ToolResult {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Runs a tool of the system to its end, whichever that is.
 *
 * @throws `SERVICE_MANAGER` when there is no such tool
 */
export async function askTool(
  command: string,
  args: readonly string[],
  env: Environment,
): Promise<ToolResult> {
  const { promise, resolve, reject } = Promise.withResolvers<ToolResult>();
  execFile(command, [...args], { env, timeout: deadline }, (error, stdout, stderr) => {
    if (error?.code === "ENOENT") return reject(missing(command));
    const exitCode = error === null ? 0 : typeof error.code === "number" ? error.code : 1;
    resolve({ exitCode, stdout, stderr });
  });
  return promise;
}

/**
 * Runs a tool of the system; resolves with its standard output.
 *
 * @throws `SERVICE_MANAGER` when it fails
 */
export async function runTool(
  command: string,
  args: readonly string[],
  env: Environment,
): Promise<string> {
  const { exitCode, stdout, stderr } = await askTool(command, args, env);
  if (exitCode === 0) return stdout;
  const said = (stderr || stdout).trim();
  if (/Failed to connect to .*\bbus\b/i.test(said)) throw noSession(said);
  throw failed(`\`${command} ${args.join(" ")}\` failed: ${said || `exit code ${exitCode}`}`);
}

// A stop waits for jobs.
const deadline = 120_000;

function missing(command: string): FleetManagerError {
  return failed(
    `There is no ${command} here. \`herdctl service install --print\` shows the file that it would get.`,
  );
}

function noSession(said: string): FleetManagerError {
  return failed(
    "The systemd of this user does not answer. If this shell is no login session, as after `su`, log in as " +
      `the user, for example with ssh. Where there is no systemd, use \`herdctl start --detach\`. (${said})`,
  );
}

function failed(message: string): FleetManagerError {
  return new FleetManagerError(message, { code: "SERVICE_MANAGER" });
}
