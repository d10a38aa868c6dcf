import { FleetManagerError } from "../../errors.ts";
import type { AuditRecord } from "../../state/audit-store.ts";
import type { Fleet } from "../fleet.ts";
import { fullName } from "./full-name.ts";

/** Something that somebody asked the fleet to do. */
export interface AuditEntry extends Omit<AuditRecord, "at"> {
  readonly timestamp: Date;
}

/** A page of {@link AuditEntry}s, latest first. */
export interface AuditList {
  readonly entries: readonly AuditEntry[];
  readonly nextCursor?: string;
}

/** Selects entries of the audit. */
export interface AuditFilter {
  /** Method of `FleetManager`, such as `cancelJob`; or `login`, `logout`. */
  readonly operation?: string;
  readonly agentName?: string;
  /** Full id of the job that it was about, or that it made. */
  readonly jobId?: string;
  readonly since?: Date;
  /** At most this many (default 100). */
  readonly limit?: number;
  readonly cursor?: string;
}

const defaultLimit = 100;

/** Who asked for what. */
export function getAudit(fleet: Fleet, filter: AuditFilter): AuditList {
  const { agentName } = filter;
  const named = agentName === undefined ? {} : { agentName: fullName(fleet, agentName) };
  return listAudit(fleet.store, { ...filter, ...named });
}

/** The same for an agent's full name. */
export function listAudit(store: Fleet["store"], filter: AuditFilter): AuditList {
  const { limit = defaultLimit, cursor, since, ...rest } = filter;
  const found = store.audit.list({
    ...rest,
    ...(since !== undefined && { since: since.toISOString() }),
    ...(cursor !== undefined && { before: toPlace(cursor) }),
    limit: limit + 1,
  });
  const entries = found.slice(0, limit).map(toEntry);
  const last = entries.at(-1);
  return { entries, ...(last && found.length > limit && { nextCursor: String(last.seq) }) };
}

function toPlace(cursor: string): number {
  if (/^\d{1,15}$/.test(cursor)) return Number(cursor);
  throw new FleetManagerError(`"${cursor}" is not a cursor that the audit gave.`, {
    code: "INVALID_REQUEST",
  });
}

function toEntry({ at, ...record }: AuditRecord): AuditEntry {
  return { ...record, timestamp: new Date(at) };
}
