import { createWriteStream, existsSync } from "node:fs";
import { mkdir, realpath, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import type { ResolvedAgent } from "../../config/resolved.ts";
import { messageOf } from "../../errors.ts";
import { jobFolder } from "../../state/attempt-files.ts";
import { jobOutputFile, readJobOutput } from "../../state/job-output.ts";
import type { JobRecord } from "../../state/job-record.ts";
import { renderOutput } from "../../state/render-output.ts";
import type { Fleet } from "../fleet.ts";

/**
 * Writes what a job has said until now, as a person reads it, to `output.log` in the job's folder,
 * where its schedule asks for it. A reader finds all of an attempt or nothing of it. Never rejects:
 * the output itself is kept anyway.
 */
export async function writeOutputLog(
  fleet: Fleet,
  { id, agentName, scheduleName }: JobRecord,
  { schedules }: ResolvedAgent,
): Promise<void> {
  const output = jobOutputFile(fleet.state.stateDir, id);
  const schedule = schedules.find((item) => item.name === scheduleName);
  if (!schedule?.outputToFile || !existsSync(output)) return;
  try {
    const folder = await makeFolder(fleet, id);
    const unfinished = join(folder, "output.log.part");
    await rm(unfinished, { force: true });
    const options = { flags: "wx", mode: 0o600, flush: true } as const;
    await pipeline(rendered(output), createWriteStream(unfinished, options));
    await rename(unfinished, join(folder, "output.log"));
  } catch (error) {
    const problem = `cannot write the output of job ${id} to a file: ${messageOf(error)}`;
    fleet.log.warn(problem, { agentName, jobId: id });
  }
}

// The state directory may be in a workspace: a link in the folder's place would lead elsewhere.
async function makeFolder({ state }: Fleet, id: string): Promise<string> {
  const folder = jobFolder(state.stateDir, id);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  if ((await realpath(folder)) === join(await realpath(state.jobsDir), id)) return folder;
  throw new Error(`${folder} is a link`);
}

async function* rendered(output: string): AsyncGenerator<string> {
  for await (const line of readJobOutput(output)) yield renderOutput(line);
}
