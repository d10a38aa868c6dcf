import { stat } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import type { ResolvedAgent, ResolvedExpect } from "../config/resolved.ts";
import { formatDuration } from "../duration.ts";
import { messageOf } from "../errors.ts";
import { type CommandResult, type RunCommand, runCommand } from "../processes/run-command.ts";
import type { ExpectResult, JobRecord, ProcessRecord } from "../state/job-record.ts";

/** How the files that a run must change looked before it, by path. */
export type ExpectSnapshot = NonNullable<JobRecord["before"]>;

type Expecting = Pick<ResolvedAgent, "expect" | "workingDirectory">;

/** Notes, before the run, what it is expected to change. */
export async function snapshotExpectations(agent: Expecting): Promise<ExpectSnapshot> {
  const watched = agent.expect.filter((item) => item.type === "file" && item.changed);
  const entries = watched.map(async (item) => {
    const path = item.type === "file" ? item.path : "";
    return [path, (await look(agent, path)).state ?? ""] as const;
  });
  return Object.fromEntries(await Promise.all(entries));
}

/** What to check after a run, and with what. */
export interface ExpectRequest {
  readonly agent: Expecting & Pick<ResolvedAgent, "qualifiedName">;
  readonly jobId: string;
  readonly before: ExpectSnapshot;
  readonly structuredOutput: unknown;
  /** Environment of the job's processes. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly signal: AbortSignal;
  /** Runs the commands (default: on this machine). */
  readonly runCommand?: RunCommand;
  /** Stores the process of a check; it acts once this resolves. */
  readonly onRecord: (process: ProcessRecord) => Promise<void>;
}

/** Checks what a run has left behind: every check, one after the other. */
export async function checkExpectations(request: ExpectRequest): Promise<readonly ExpectResult[]> {
  const results: ExpectResult[] = [];
  for (const expected of request.agent.expect) {
    if (request.signal.aborted) break;
    const error = await problemOf(expected, request);
    results.push({
      type: expected.type,
      subject: subjectOf(expected),
      success: error === undefined,
      ...(error !== undefined && { error }),
    });
  }
  return results;
}

/** One sentence about the checks that failed; `undefined` when all hold. */
export function describeFailures(results: readonly ExpectResult[]): string | undefined {
  const failed = results.filter(({ success }) => !success);
  if (failed.length === 0) return undefined;
  const list = failed.map(({ subject, error }) => `${subject}: ${error}`).join("; ");
  return `The run claims success, but ${failed.length} of ${results.length} checks failed: ${list}`;
}

function problemOf(expected: ResolvedExpect, request: ExpectRequest): Promise<string | undefined> {
  switch (expected.type) {
    case "command":
      return commandProblem(expected, request);
    case "file":
      return fileProblem(expected, request);
    case "json_schema":
      return Promise.resolve(schemaProblem(expected.schema, request.structuredOutput));
  }
}

function subjectOf(expected: ResolvedExpect): string {
  if (expected.type === "command") return expected.command;
  return expected.type === "file" ? expected.path : "structured output";
}

const outputShown = 2_000;

async function commandProblem(
  { command, timeout }: Extract<ResolvedExpect, { type: "command" }>,
  { agent, jobId, env, signal, onRecord, runCommand: run = runCommand }: ExpectRequest,
): Promise<string | undefined> {
  const result = await run({
    command,
    cwd: agent.workingDirectory,
    env,
    marker: jobId,
    label: `herdctl:${agent.qualifiedName}:${jobId}:expect`,
    timeout,
    signal,
    outputLimit: outputShown,
    onRecord,
  });
  const problem = commandFailure(result, timeout);
  if (problem === undefined) return undefined;
  const said = (result.stderr.trim() || result.stdout.trim()).slice(-outputShown);
  return said === "" ? problem : `${problem}: ${said}`;
}

function commandFailure(result: CommandResult, timeout: number): string | undefined {
  if (result.error !== undefined) return result.error;
  if (result.ended === "timeout") return `ended after its timeout of ${formatDuration(timeout)}`;
  if (result.ended === "aborted") return "ended because the job was cancelled";
  if (result.exitCode === 0) return undefined;
  return result.exitCode === undefined
    ? `ended by ${result.signal}`
    : `exit code ${result.exitCode}`;
}

async function fileProblem(
  { path, changed }: Extract<ResolvedExpect, { type: "file" }>,
  { agent, before }: ExpectRequest,
): Promise<string | undefined> {
  const { state, problem } = await look(agent, path);
  if (problem !== undefined) return problem;
  return changed && state === before[path] ? "was not changed by the run" : undefined;
}

interface Look {
  readonly state?: string;
  readonly problem?: string;
}

async function look({ workingDirectory }: Expecting, path: string): Promise<Look> {
  try {
    const found = await stat(join(workingDirectory, path), { bigint: true });
    if (!found.isFile()) return { problem: "is no file" };
    return { state: [found.ino, found.size, found.mtimeNs, found.ctimeNs].join(":") };
  } catch (error) {
    const isMissing = error instanceof Error && "code" in error && error.code === "ENOENT";
    return { problem: isMissing ? "does not exist" : messageOf(error) };
  }
}

function schemaProblem(
  schema: Readonly<Record<string, unknown>>,
  output: unknown,
): string | undefined {
  if (output === undefined) return "the run gave none";
  const { success, error } = z.fromJSONSchema({ ...schema }).safeParse(output);
  if (success) return undefined;
  return error.issues
    .map(({ path, message }) => (path.length === 0 ? message : `${path.join(".")}: ${message}`))
    .join(", ");
}
