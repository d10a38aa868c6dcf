import { existsSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { join } from "node:path";
import {
  type JobRecord,
  openJobHistory,
  type OutputLine,
  StateManager,
  type StateStore,
} from "@herdctl/core";

type FireRecord = ReturnType<StateStore["fires"]["list"]>["fires"][number];

/** A line of a job's output. */
export type SaidLine = Pick<OutputLine, "seq" | "attempt" | "text">;

/** What a state directory says while no daemon has it. */
export interface Snapshot {
  /** Oldest first. */
  readonly jobs: readonly JobRecord[];
  /** Ids in the order in which they will run. */
  readonly queue: readonly { readonly jobId: string; readonly agentName: string }[];
  readonly fires: readonly FireRecord[];
  /** Ids of jobs that hold a session. */
  readonly leases: readonly string[];
  /** Items of work that a job holds. */
  readonly claims: readonly string[];
  /** Agents that are paused. */
  readonly paused: readonly string[];
  readonly outputs: ReadonlyMap<string, readonly SaidLine[]>;
}

/** What an empty one says. */
export const nothing: Snapshot = {
  jobs: [],
  queue: [],
  fires: [],
  leases: [],
  claims: [],
  paused: [],
  outputs: new Map(),
};

/** Reads everything that there is to know of the past. */
export async function readSnapshot(stateDir: string): Promise<Snapshot> {
  if (!hasStore(stateDir)) return nothing;
  const state = await StateManager.open({ stateDir, readOnly: true });
  try {
    const { store } = state;
    const jobs = store.jobs.list({}).jobs.toReversed();
    return {
      jobs,
      queue: store.jobs.queue().map(({ id, agentName }) => ({ jobId: id, agentName })),
      fires: store.fires.list({ limit: 1_000_000 }).fires,
      leases: readLeases(stateDir),
      claims: [...store.claims.claimed()],
      paused: store.pauses.all().map(({ agentName }) => agentName),
      outputs: await readOutputs(stateDir, jobs),
    };
  } finally {
    await state.close();
  }
}

// Killed before it had one, or before its first commit.
function hasStore(stateDir: string): boolean {
  const file = join(stateDir, "herdctl.db");
  if (!existsSync(file)) return false;
  const database = new DatabaseSync(file, { readOnly: true });
  try {
    return database.prepare("PRAGMA user_version").get()?.["user_version"] !== 0;
  } finally {
    database.close();
  }
}

async function readOutputs(
  stateDir: string,
  jobs: readonly JobRecord[],
): Promise<Snapshot["outputs"]> {
  await using history = await openJobHistory({ stateDir });
  const outputs = new Map<string, readonly SaidLine[]>();
  for (const { id } of jobs) {
    outputs.set(id, await Array.fromAsync(history.streamJobLines(id, { follow: false })));
  }
  return outputs;
}

// Nothing but the store needs to list them.
function readLeases(stateDir: string): readonly string[] {
  const database = new DatabaseSync(join(stateDir, "herdctl.db"), { readOnly: true });
  try {
    const rows = database.prepare("SELECT job_id FROM session_leases").all();
    return rows.map((row) => String(row["job_id"]));
  } finally {
    database.close();
  }
}
