import type { Evidence } from "./evidence.ts";
import type { JournalEntry } from "./journal.ts";

type Switch = Extract<JournalEntry, { kind: "paused" | "resuming" }>;

/** Says what a pause did not hold back, and which pause a crash has lost. */
export function findPauseViolations({ journal, now }: Evidence): readonly string[] {
  const switches = journal.filter(isSwitch);
  return switches.flatMap(({ kind, agentName, at }, index) => {
    if (kind !== "paused") return [];
    const end = switches.slice(index + 1).find((later) => later.agentName === agentName);
    const started = now.jobs.filter(
      (job) =>
        job.agentName === agentName &&
        job.startedAt !== undefined &&
        Date.parse(job.startedAt) > at &&
        Date.parse(job.startedAt) < (end?.at ?? Infinity),
    );
    return [
      ...started.map(({ id }) => `job ${id} started while ${agentName} was paused`),
      ...(end || now.paused.includes(agentName) ? [] : [`the pause of ${agentName} is lost`]),
    ];
  });
}

function isSwitch(entry: JournalEntry): entry is Switch {
  return entry.kind === "paused" || entry.kind === "resuming";
}
