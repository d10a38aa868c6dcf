import type { ProcessRecord } from "../state/job-record.ts";
import { isAlive, signalProcess } from "./process-record.ts";
import { isMarked, type ProcessEntry, readProcess, readProcessTable } from "./process-table.ts";

/** What earlier looks at the process table have shown to belong to a job. */
export interface JobProcessMemory {
  /** Pid → start ticks. */
  readonly processes: ReadonlyMap<number, number>;
  readonly sessions: ReadonlySet<number>;
}

export interface SelectJobProcesses {
  readonly table: readonly ProcessEntry[];
  readonly memory: JobProcessMemory;
  readonly isMarked: (entry: ProcessEntry) => boolean;
  /** Our own process, which is never part of a job. */
  readonly self: { readonly pid: number; readonly session: number };
}

/**
 * The processes of a job: those that carry its marker or are remembered, their descendants, and
 * everything in the sessions that these lead. A process that leaves its session keeps the marker; one
 * that wipes its environment keeps its parent.
 */
export function selectJobProcesses(request: SelectJobProcesses): readonly ProcessEntry[] {
  const { memory, self } = request;
  const alive = request.table.filter((entry) => !entry.zombie && entry.pid !== self.pid);
  const found = new Map<number, ProcessEntry>();
  const sessions = new Set(memory.sessions);
  for (const entry of alive) {
    if (memory.processes.get(entry.pid) === entry.startTicks || request.isMarked(entry)) {
      found.set(entry.pid, entry);
    }
  }
  for (let before = -1; before !== found.size;) {
    before = found.size;
    for (const entry of alive) {
      if (found.has(entry.session)) sessions.add(entry.session);
      // Session 0 is the kernel's, or one outside of this container.
      const inSession = sessions.has(entry.session) && entry.session > 1;
      if (found.has(entry.parent) || (inSession && entry.session !== self.session)) {
        found.set(entry.pid, entry);
      }
    }
  }
  return [...found.values()];
}

/** Looks for the processes of one job, remembering what it has seen. */
export class JobProcesses {
  readonly #record: ProcessRecord;
  readonly #processes = new Map<number, number>();
  readonly #sessions = new Set<number>();
  readonly #self: { readonly pid: number; readonly session: number };

  constructor(record: ProcessRecord) {
    this.#record = record;
    this.#self = { pid: process.pid, session: readProcess(process.pid)?.session ?? 0 };
    if (isAlive(record)) {
      this.#processes.set(record.pid, record.startTicks);
      // The launcher makes every claude the leader of a session of its own.
      this.#sessions.add(record.pid);
    }
  }

  /** What is alive now. */
  scan(): readonly ProcessEntry[] {
    const table = readProcessTable();
    const found = selectJobProcesses({
      table,
      memory: { processes: this.#processes, sessions: this.#sessions },
      isMarked: (entry) => this.#carriesMarker(entry),
      self: this.#self,
    });
    for (const entry of found) {
      this.#processes.set(entry.pid, entry.startTicks);
      if (entry.session === entry.pid) this.#sessions.add(entry.pid);
    }
    return found;
  }

  /** Sends a signal to a process that was just found, if it still is that process. */
  signal(entry: Pick<ProcessEntry, "pid" | "startTicks">, signal: NodeJS.Signals): void {
    if (entry.pid !== this.#self.pid) signalProcess(entry, signal);
  }

  #carriesMarker(entry: ProcessEntry): boolean {
    // Reading an environment is the expensive part; nothing older than the job can carry its marker.
    const mayBelong = entry.pid > 1 && entry.startTicks >= this.#record.startTicks;
    return mayBelong && isMarked(entry.pid, this.#record.marker);
  }
}
