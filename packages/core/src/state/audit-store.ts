import type { Access } from "./access-tokens.ts";

/** Who asks for something. */
export interface Actor {
  /**
   * How they came: `process`, the program that holds the fleet, or a command that works without a
   * daemon; `socket`, the control socket; `bearer` and `cookie`, a token over TCP.
   */
  readonly via: "process" | "socket" | "bearer" | "cookie";
  /** What their token allows. */
  readonly access?: Access;
  /** Where they come from, over TCP. */
  readonly address?: string;
}

/** What an operation is about: names, ids and places, never texts. */
export interface AuditTarget {
  readonly agentName?: string;
  readonly scheduleName?: string;
  readonly jobId?: string;
  readonly approvalId?: string;
  /** Where an agent comes from. */
  readonly source?: string;
}

/** Something that somebody asked a fleet to do. */
export interface AuditRecord extends AuditTarget {
  readonly seq: number;
  /** ISO time. */
  readonly at: string;
  /** Method of `FleetManager`; or `login`, `logout`. */
  readonly operation: string;
  readonly actor: Actor;
  /** `ok`, or the code of the error; absent: it goes on, or its process died meanwhile. */
  readonly outcome?: string;
  /** The job that it made. */
  readonly newJobId?: string;
}

/** What came of an operation; an agent's name replaces the one that it began with. */
export type AuditEnd = Pick<AuditRecord, "outcome" | "newJobId" | "agentName">;

export interface AuditListFilter {
  readonly operation?: string;
  readonly agentName?: string;
  /** The job that it was about, or that it made. */
  readonly jobId?: string;
  /** ISO time. */
  readonly since?: string;
  readonly limit?: number;
  /** `seq` of the last one seen. */
  readonly before?: number;
}

/** Who asked for what. */
export interface AuditStore {
  /** Latest first. */
  list(filter: AuditListFilter): readonly AuditRecord[];
  /** Resolves with its number. */
  begin(entry: Omit<AuditRecord, "seq" | "outcome" | "newJobId">): Promise<number>;
  end(seq: number, end: AuditEnd): Promise<void>;
  /** Removes some entries from before an ISO time; resolves with how many. */
  prune(before: string): Promise<number>;
}
