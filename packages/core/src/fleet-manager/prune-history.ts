import { readdir, rm } from "node:fs/promises";
import { messageOf } from "../errors.ts";
import { jobFolder } from "../state/attempt-files.ts";
import { jobOutputFile } from "../state/job-output.ts";
import { jobSocketPath } from "../state/socket-path.ts";
import type { Fleet } from "./fleet.ts";

/**
 * Forgets finished jobs beyond the configured numbers and age, oldest first, with their output. The
 * row goes first: a file without a row is swept at the next start, a row without its output would be a lie.
 */
export async function pruneHistory(fleet: Fleet): Promise<void> {
  const { history } = fleet.config.fleet;
  const total = fleet.options.history?.maxJobsTotal ?? history.maxJobsTotal;
  const maxAge = fleet.options.history?.maxAge ?? history.maxAge;
  const keep = {
    perAgent: fleet.options.history?.maxJobsPerAgent ?? history.maxJobsPerAgent,
    ...(total !== undefined && { total }),
    ...(maxAge !== undefined && {
      finishedAfter: new Date(fleet.clock.now() - maxAge).toISOString(),
    }),
  };
  try {
    for (;;) {
      const removed = await fleet.store.jobs.prune(keep);
      if (removed.length === 0) return;
      await Promise.all(removed.map((id) => removeFiles(fleet.state.stateDir, id)));
    }
  } catch (error) {
    fleet.log.error(`cannot prune the history: ${messageOf(error)}`);
  }
}

/** Removes files whose job is forgotten: left by a crash between the row's end and theirs. */
export async function sweepOutputs(fleet: Fleet): Promise<void> {
  try {
    for (const name of await readdir(fleet.state.jobsDir)) {
      const [, id] = /^(job-[^.]+)(?:\.jsonl)?$/.exec(name) ?? [];
      if (id === undefined || fleet.store.jobs.get(id)) continue;
      await removeFiles(fleet.state.stateDir, id);
    }
  } catch (error) {
    fleet.log.error(`cannot sweep the outputs: ${messageOf(error)}`);
  }
}

async function removeFiles(stateDir: string, id: string): Promise<void> {
  await rm(jobOutputFile(stateDir, id), { force: true });
  await rm(jobFolder(stateDir, id), { recursive: true, force: true });
  await rm(jobSocketPath(stateDir, id), { force: true });
}
