import type { Access, Actor, AuditEntry, AuditFilter, AuditList } from "@herdctl/core";
import { z } from "zod";
import { none } from "./contract-nothing.ts";
import type { Nothing, Operations, RequestParts } from "./contract-types.ts";
import { answer, date, name, oneOf, pageShape, request } from "./wire/schema.ts";

const actor = answer<Actor>({
  via: oneOf<Actor["via"]>({ process: true, socket: true, bearer: true, cookie: true }),
  access: oneOf<Access>({ full: true, "read-only": true }).optional(),
  address: z.string().optional(),
});

const entry = answer<AuditEntry>({
  seq: z.number(),
  timestamp: date,
  operation: z.string(),
  agentName: z.string().optional(),
  scheduleName: z.string().optional(),
  jobId: z.string().optional(),
  approvalId: z.string().optional(),
  source: z.string().optional(),
  actor,
  outcome: z.string().optional(),
  newJobId: z.string().optional(),
});

/** The part of the HTTP API that is about who asked for what. */
export const auditOperations: Pick<Operations, "getAudit"> = {
  getAudit: {
    method: "GET",
    path: "/api/audit",
    status: 200,
    input: request<RequestParts<Nothing, AuditFilter>>({
      ...none,
      query: request<AuditFilter>({
        operation: name.optional(),
        agentName: name.optional(),
        jobId: name.optional(),
        since: date.optional(),
        ...pageShape,
      }),
    }),
    output: answer<AuditList>({ entries: z.array(entry), nextCursor: z.string().optional() }),
  },
};
