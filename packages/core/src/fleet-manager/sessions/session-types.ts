import type { RuntimeType } from "../../config/resolved.ts";
import type { SessionObstacle } from "../../sessions/policy.ts";

/** A Claude conversation of an agent, made by its jobs or by a person in its folder. */
export interface Session {
  readonly sessionId: string;
  /** Qualified name. */
  readonly agentName: string;
  /** A job of herdctl's was in it; `other`: a person started it, or another program. */
  readonly origin: "herdctl" | "other";
  /** What continues it by itself: `schedule:<name>`, `conversation:<id>`, `agent`, or just `job:<id>`. */
  readonly scope?: string;
  /** Job that was last in it. */
  readonly jobId?: string;
  readonly runtime?: RuntimeType;
  readonly container: boolean;
  readonly workingDirectory: string;
  /** As a person or Claude Code named it. */
  readonly title?: string;
  /** Start of what it was first asked, on one line. */
  readonly firstPrompt?: string;
  /** Size of its transcript. */
  readonly bytes?: number;
  readonly createdAt?: Date;
  readonly lastUsedAt: Date;
  /** A job can continue it. */
  readonly resumable: boolean;
  /** Why no job can. */
  readonly obstacle?: { readonly reason: SessionObstacle; readonly message: string };
  /** Process that has it open now: of a running job, or of a person. */
  readonly openIn?: number;
}

/** Selects sessions. */
export interface SessionFilter {
  /** Qualified name, or the bare one where that is unique. */
  readonly agentName?: string;
  /** All there are, not only the 50 last used. */
  readonly all?: boolean;
}

/** Selects messages of a session. */
export interface SessionMessageFilter {
  /** Ends the page once it has this many (100 by default). */
  readonly limit?: number;
  /** Goes on after a page: its `nextCursor`. */
  readonly cursor?: string;
}
