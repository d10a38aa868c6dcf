import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { SDKMessage } from "@anthropic-ai/claude-agent-sdk";
import { expect } from "vitest";
import { toOutputEntries } from "../../src/runner/message-processor.ts";
import {
  parseSessionLine,
  type SessionLine,
  withSessionLine,
} from "../../src/runner/runtime/session-line.ts";
import { attemptFiles } from "../../src/state/attempt-files.ts";
import type { OutputEntry } from "../../src/state/output-line.ts";
import type { Ran } from "../runner/harness.ts";
import { containedTranscripts } from "./containment.ts";
import type { Stage } from "./stage.ts";

/**
 * A run of the cli runtime is what claude itself says on stdout, in its order; and what its session
 * keeps of each message says the same.
 */
export function expectAsSpoken(ran: Ran, stage: Stage): void {
  const home = join(stage.dir, "home");
  const messages = linesOf(attemptFiles(home, ran.jobId, 1).stdout).map((line): SDKMessage =>
    JSON.parse(line),
  );
  const kept = keptEntries(ran);
  const spoken = messages.flatMap(toOutputEntries);
  // What claude says after it was told to stop is not waited for, and its result may be untold.
  if (ran.outcome.cancelCause !== undefined || ran.outcome.exitReason === "auth") {
    const [before, all] = [kept.filter(isNoResult), spoken.filter(isNoResult)];
    expect(before).toEqual(all.slice(0, before.length));
  } else {
    expect(kept).toEqual(spoken);
  }
  const session = sessionLines(
    join(home, stage.isContained ? containedTranscripts : ".claude/projects"),
  );
  for (const message of messages) {
    const line = message.uuid === undefined ? undefined : session.get(message.uuid);
    if (!line) continue;
    expect(toOutputEntries(withSessionLine(message, line))).toEqual(toOutputEntries(message));
  }
}

const isNoResult = ({ type }: OutputEntry): boolean => type !== "result";

function keptEntries({ lines }: Ran): readonly OutputEntry[] {
  return lines.map(({ seq: _seq, timestamp: _time, attempt: _attempt, ...entry }) => entry);
}

/** Every session in a folder, by message. */
function sessionLines(projects: string): ReadonlyMap<string, SessionLine> {
  const names = existsSync(projects)
    ? readdirSync(projects, { recursive: true, encoding: "utf8" })
    : [];
  const lines = names
    .filter((name) => name.endsWith(".jsonl"))
    .flatMap((name) => linesOf(join(projects, name)))
    .flatMap((line) => parseSessionLine(line) ?? []);
  return new Map(lines.map((line) => [line.uuid, line]));
}

function linesOf(file: string): string[] {
  const text = existsSync(file) ? readFileSync(file, "utf8").trim() : "";
  return text === "" ? [] : text.split("\n");
}
