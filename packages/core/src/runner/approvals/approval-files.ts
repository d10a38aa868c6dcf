import { mkdir, readdir, readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { jobFolder } from "../../state/attempt-files.ts";
import type { Verdict } from "./verdict.ts";

/** A tool call for which claude waits. */
export interface CallRequest {
  readonly toolUseId: string;
  readonly toolName: string;
  readonly input: unknown;
}

const hookInput = z.object({
  tool_use_id: z.string(),
  tool_name: z.string(),
  tool_input: z.unknown(),
});
const suffix = ".request";

/** The folder through which a job's claude and herdctl speak about tool calls, made when missing. */
export async function makeApprovalFolder(stateDir: string, jobId: string): Promise<string> {
  const folder = approvalFolder(stateDir, jobId);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  return folder;
}

function approvalFolder(stateDir: string, jobId: string): string {
  return join(jobFolder(stateDir, jobId), "approvals");
}

/** Names of the requests in a folder. */
export async function listRequests(folder: string): Promise<readonly string[]> {
  return (await readdir(folder)).filter((name) => name.endsWith(suffix));
}

/** Reads a request; throws when it is none. */
export async function readRequest(folder: string, name: string): Promise<CallRequest> {
  const call = hookInput.parse(JSON.parse(await readFile(join(folder, name), "utf8")));
  return { toolUseId: call.tool_use_id, toolName: call.tool_name, input: call.tool_input };
}

/** Writes a verdict at once and as a whole: a shell script reads it. */
export async function writeVerdict(
  folder: string,
  toolUseId: string,
  verdict: Verdict,
): Promise<void> {
  const file = join(folder, `${toolUseId}.verdict`);
  const partial = `${file}.partial`;
  await writeFile(partial, JSON.stringify(verdict), { mode: 0o600 });
  await rename(partial, file);
}
