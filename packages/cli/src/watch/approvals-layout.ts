import type { Approval } from "@herdctl/core";
import { approvalText } from "../render/approvals.ts";
import { formatRelative } from "../terminal/format.ts";
import type { ScreenLine, ScreenSize } from "../terminal/screen-line.ts";
import { wrap } from "../terminal/width.ts";
import { fillScreen, placesOn } from "./whole-screen.ts";

/** What the screen of requests depends on. */
export interface ApprovalsLook {
  readonly size: ScreenSize;
  readonly now: number;
  readonly index: number;
  readonly footer: ScreenLine;
}

/** The chosen request with all that is needed to decide, and how many others there are. */
export function layOutApprovals(
  approvals: readonly Approval[],
  { size, now, index, footer }: ApprovalsLook,
): readonly ScreenLine[] {
  const places = placesOn(size);
  const at = Math.min(index, approvals.length - 1);
  const approval = approvals[at];
  const title = approval
    ? `Request ${at + 1} of ${approvals.length}: ${approval.agentName}, ${approval.jobId}`
    : "Nothing waits for you.";
  const lines = approval ? describe(approval, now).flatMap((text) => wrap(text, size.columns)) : [];
  const shown =
    lines.length > places
      ? [...lines.slice(0, places - 1), "… and more: `herdctl approvals`"]
      : lines;
  return fillScreen(shown, { size, title, footer });
}

function describe(approval: Approval, now: number): readonly string[] {
  const { createdAt, expiresAt, options = [] } = approval;
  return [
    `asked ${formatRelative(createdAt, now)}, expires ${formatRelative(expiresAt, now)}`,
    "",
    ...approvalText(approval).split("\n"),
    ...options.map((option) => `  - ${option}`),
  ];
}
