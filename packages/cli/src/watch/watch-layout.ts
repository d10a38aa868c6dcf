import type { Job } from "@herdctl/core";
import { formatOutcome } from "../render/outcome.ts";
import type { ScreenLine, ScreenSize } from "../terminal/screen-line.ts";
import { layOutApprovals } from "./approvals-layout.ts";
import { layOutFleet } from "./fleet-layout.ts";
import type { FleetSnapshot } from "./fleet-snapshot.ts";
import { layOutOutput } from "./output-layout.ts";
import type { WatchState } from "./watch-state.ts";

/** What the screen depends on, beside the fleet and what was chosen. */
export interface WatchLook {
  readonly size: ScreenSize;
  readonly now: number;
  readonly doing: ReadonlyMap<string, string>;
  /** Lines of the output that is shown. */
  readonly output: readonly string[];
  /** What came of the last key. */
  readonly notice: string;
}

/** The whole screen: exactly as many lines as it has rows. */
export function layOutWatch(
  state: WatchState,
  snapshot: FleetSnapshot,
  look: WatchLook,
): readonly ScreenLine[] {
  const { size, now, doing, output, notice } = look;
  const { view, selected } = state;
  const footer = footerOf(state, snapshot, notice);
  switch (view.kind) {
    case "fleet":
      return layOutFleet(snapshot, { size, now, doing, selected, footer });
    case "approvals":
      return layOutApprovals(snapshot.approvals, { size, now, index: view.index, footer });
    case "output": {
      const title = titleOf(view.jobId, snapshot);
      return layOutOutput(output, { size, title, back: view.back, footer });
    }
  }
}

function titleOf(jobId: string, { running, waiting, ended }: FleetSnapshot): string {
  const job: Job | undefined = [...running, ...waiting, ...ended].find(({ id }) => id === jobId);
  return job ? `${jobId}  ${job.agentName}  ${formatOutcome(job)}` : jobId;
}

function footerOf(
  { view, asking }: WatchState,
  { approvals }: FleetSnapshot,
  notice: string,
): ScreenLine {
  if (asking?.kind === "cancel") {
    return { text: `Cancel ${asking.jobId}? y: yes, any other key: no`, format: "yellow" };
  }
  if (asking?.kind === "answer") {
    return { text: `Answer (enter: send, esc: not): ${asking.text}_`, format: "yellow" };
  }
  if (notice !== "") return { text: notice, format: "yellow" };
  if (view.kind === "output") return dim("↑↓ scroll  end: newest  q back");
  if (view.kind === "fleet")
    return dim("q quit  ↑↓ choose  ⏎ output  c cancel  p pause  a approvals");
  const chosen = approvals[Math.min(view.index, approvals.length - 1)];
  if (!chosen) return dim("q back");
  const ways = chosen.kind === "question" ? "⏎ answer  n refuse" : "y approve  n deny";
  return dim(`${ways}  ↑↓ choose  q back`);
}

function dim(text: string): ScreenLine {
  return { text, format: "dim" };
}
