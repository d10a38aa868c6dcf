import { appendFileSync, existsSync, readFileSync } from "node:fs";

/** What the API has against a run. */
export type Trouble =
  | { readonly status: 529 }
  /** The usage window is used up until this second. */
  | { readonly status: 429; readonly resetsAt: number };

/** What a daemon says of itself; a line is there before the daemon goes on, whatever kills it then. */
export type JournalEntry =
  /** `trigger` resolved with this job: it must not be lost. */
  | { readonly kind: "accepted"; readonly jobId: string; readonly agentName: string }
  /** The runtime was asked to run this job: it may have acted from here on. */
  | {
      readonly kind: "ran";
      readonly jobId: string;
      readonly agentName: string;
      /** Milliseconds since the epoch. */
      readonly at: number;
      /** What it met; a real claude does not say. */
      readonly trouble?: Trouble | "unknown";
    }
  /** A run did a step of its work, in a session that remembers it. */
  | {
      readonly kind: "did";
      readonly jobId: string;
      readonly sessionId: string;
      readonly step: number;
    }
  /** `pause` resolved, and `resume` was called: in between no job of the agent may start. */
  | { readonly kind: "paused" | "resuming"; readonly agentName: string; readonly at: number }
  /** `cancelJob` resolved: nothing of this job may be alive. */
  | { readonly kind: "cancelled"; readonly jobId: string };

/** Notes one entry. */
export function note(file: string, entry: JournalEntry): void {
  appendFileSync(file, `${JSON.stringify(entry)}\n`);
}

/** Everything noted by every daemon so far, oldest first. */
export function readJournal(file: string): readonly JournalEntry[] {
  if (!existsSync(file)) return [];
  const lines = readFileSync(file, "utf8").split("\n").slice(0, -1);
  return lines.map((line): JournalEntry => JSON.parse(line));
}
