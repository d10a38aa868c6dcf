import type { AuditNote } from "@herdctl/core";
import { operations } from "../../contract.ts";

const routes = Object.entries(operations).map(([operation, { method, path }]) => ({
  operation,
  method,
  path: new RegExp(`^${path.replaceAll(/:(\w+)/g, "(?<$1>[^/]+)")}$`),
}));

/** What a request asks for, and about what, as the audit says it; `undefined`: nothing that there is. */
export function operationAt(method: string, path: string): Omit<AuditNote, "outcome"> | undefined {
  for (const route of routes) {
    const found = route.method === method ? route.path.exec(path) : null;
    if (!found) continue;
    const { agentName, scheduleName, jobId, approvalId } = found.groups ?? {};
    return {
      operation: route.operation,
      ...named("agentName", agentName),
      ...named("scheduleName", scheduleName),
      ...named("jobId", jobId),
      ...named("approvalId", approvalId),
    };
  }
  return undefined;
}

function named<Key extends string>(
  key: Key,
  text: string | undefined,
): Partial<Record<Key, string>> {
  return text === undefined ? {} : ({ [key]: decoded(text) } as Record<Key, string>);
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
