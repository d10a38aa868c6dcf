import { constants } from "node:fs";
import { mkdir, open, readdir, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { jobFolder } from "../../state/attempt-files.ts";
import type { Verdict } from "./verdict.ts";

/** Folders through which a job's claude and herdctl speak about tool calls: each writes only into its own. */
export interface ApprovalFolders {
  readonly requests: string;
  readonly verdicts: string;
}

/** A tool call for which claude waits. */
export interface CallRequest {
  readonly toolUseId: string;
  readonly toolName: string;
  readonly input: unknown;
}

// The id becomes part of a path.
const hookInput = z.object({
  tool_use_id: z.string().regex(/^[\w-]+$/),
  tool_name: z.string(),
  tool_input: z.unknown(),
});
const suffix = ".request";

export function approvalFolders(stateDir: string, jobId: string): ApprovalFolders {
  const folder = join(jobFolder(stateDir, jobId), "approvals");
  return { requests: join(folder, "requests"), verdicts: join(folder, "verdicts") };
}

/** The folders of a job, made when missing. */
export async function makeApprovalFolders(
  stateDir: string,
  jobId: string,
): Promise<ApprovalFolders> {
  const folders = approvalFolders(stateDir, jobId);
  for (const path of Object.values(folders)) await mkdir(path, { recursive: true, mode: 0o700 });
  return folders;
}

/** Names of the requests there are. */
export async function listRequests({ requests }: ApprovalFolders): Promise<readonly string[]> {
  return (await readdir(requests)).filter((name) => name.endsWith(suffix));
}

/** Reads a request; throws when it is none. The agent can put anything there, also a link or a pipe. */
export async function readRequest(
  { requests }: ApprovalFolders,
  name: string,
): Promise<CallRequest> {
  const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
  const file = await open(join(requests, name), flags);
  try {
    if (!(await file.stat()).isFile()) throw new Error("it is not a file");
    const call = hookInput.parse(JSON.parse(await file.readFile("utf8")));
    return { toolUseId: call.tool_use_id, toolName: call.tool_name, input: call.tool_input };
  } finally {
    await file.close();
  }
}

/** Where the verdict on a call is; without it, the call has not been made. */
export function verdictFile({ verdicts }: ApprovalFolders, toolUseId: string): string {
  return join(verdicts, `${toolUseId}.json`);
}

/** Writes a verdict at once and as a whole: a shell script reads it. */
export async function writeVerdict(
  folders: ApprovalFolders,
  toolUseId: string,
  verdict: Verdict,
): Promise<void> {
  const file = verdictFile(folders, toolUseId);
  const partial = `${file}.partial`;
  await writeFile(partial, JSON.stringify(verdict), { mode: 0o600 });
  await rename(partial, file);
}
