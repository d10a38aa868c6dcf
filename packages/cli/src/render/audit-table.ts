import type { AuditEntry } from "@herdctl/core";
import { formatInstant } from "../terminal/format.ts";
import { type Column, renderTable } from "../terminal/table.ts";
import { type TableOptions, tableLook } from "./table-look.ts";

/** A table of what was asked for, by whom, and what came of it. */
export function renderAudit(entries: readonly AuditEntry[], { output }: TableOptions): string {
  const columns: readonly Column<AuditEntry>[] = [
    { title: "AT", value: ({ timestamp }) => formatInstant(timestamp) },
    { title: "WHO", value: describeActor, shrinks: true },
    { title: "OPERATION", value: ({ operation }) => operation },
    { title: "TARGET", value: describeTarget, shrinks: true },
    {
      title: "OUTCOME",
      value: ({ outcome, newJobId }) => newJobId ?? outcome ?? "–",
      style: (cell, { outcome }) => (outcome === "ok" ? cell : output.style("yellow", cell)),
    },
  ];
  return renderTable(columns, entries, tableLook(output));
}

function describeActor({ actor: { via, access, address } }: AuditEntry): string {
  const token = access === "read-only" ? `${via}, read-only` : via;
  return address === undefined ? token : `${token} from ${address}`;
}

function describeTarget(entry: AuditEntry): string {
  const { agentName, scheduleName, jobId, approvalId, source } = entry;
  if (scheduleName !== undefined) return `${agentName} ${scheduleName}`;
  if (source !== undefined) return [...(agentName ? [agentName] : []), source].join(" from ");
  return agentName ?? jobId ?? approvalId ?? "–";
}
