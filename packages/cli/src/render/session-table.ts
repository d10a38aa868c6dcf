import type { Session } from "@herdctl/core";
import { formatRelative, formatSize } from "../terminal/format.ts";
import { type Column, renderTable } from "../terminal/table.ts";
import { type TableOptions, tableLook } from "./table-look.ts";

/** A table of sessions: whose they are, what they are about, and whether they can go on. */
export function renderSessions(
  sessions: readonly Session[],
  { output, now }: TableOptions,
): string {
  const columns: readonly Column<Session>[] = [
    { title: "SESSION", value: (session) => shortId(session, sessions) },
    { title: "AGENT", value: (session) => session.agentName, shrinks: true },
    { title: "LAST USED", value: (session) => formatRelative(session.lastUsedAt, now) },
    {
      title: "SIZE",
      value: ({ bytes }) => (bytes === undefined ? "–" : formatSize(bytes)),
      align: "right",
      optional: true,
    },
    { title: "FOR", value: purposeOf, shrinks: true, optional: true },
    {
      title: "ABOUT",
      value: ({ title, firstPrompt }) => title ?? firstPrompt ?? "–",
      shrinks: true,
    },
    { title: "STATE", value: stateOf, shrinks: true },
  ];
  return renderTable(columns, sessions, tableLook(output));
}

const shortest = 8;

/** As much of the id as tells it from the others here. */
function shortId({ sessionId }: Session, sessions: readonly Session[]): string {
  for (let length = shortest; length < sessionId.length; length++) {
    const start = sessionId.slice(0, length);
    if (sessions.filter((other) => other.sessionId.startsWith(start)).length === 1) return start;
  }
  return sessionId;
}

/** What will continue it by itself. */
function purposeOf({ scope, origin }: Session): string {
  if (scope === undefined) return origin === "other" ? "by hand" : "a job";
  if (scope.startsWith("job:")) return "a job";
  return scope === "agent" ? "the agent" : scope.replace(":", " ");
}

function stateOf({ openIn, obstacle }: Session): string {
  if (openIn !== undefined) return `open in process ${openIn}`;
  return obstacle?.message ?? "can go on";
}
