import { type FSWatcher, watch } from "node:fs";
import type { Settings } from "@anthropic-ai/claude-agent-sdk";
import type { ResolvedAgent } from "../../config/resolved.ts";
import { FleetManagerError, messageOf } from "../../errors.ts";
import { approvalSettings } from "../../runner/approvals/approval-settings.ts";
import {
  type ApprovalFolders,
  approvalFolders,
  type CallRequest,
  listRequests,
  makeApprovalFolders,
  readRequest,
  writeVerdict,
} from "../../runner/approvals/approval-files.ts";
import { passing, toVerdict, type Verdict } from "../../runner/approvals/verdict.ts";
import type { ApprovalRecord } from "../../state/approval-store.ts";
import type { JobRecord } from "../../state/job-record.ts";
import type { Fleet } from "../fleet.ts";
import { toApproval } from "./approval-view.ts";
import { isRepeated, lostCallOf } from "./lost-call.ts";
import { defaultExpires, newApproval } from "./new-approval.ts";

/** What lets one attempt of a job wait for people. */
export interface Approvals extends AsyncDisposable {
  readonly settings: Settings;
  /**
   * Begins to wait with the claude that is about to start or is there already. Verdicts that exist are
   * in place then: a call that was put off and finds none would be lost.
   */
  begin(): Promise<void>;
}

/** Milliseconds that a claude waits before it gives its place up, where the agent does not say. */
const defaultHold = 30_000;

/**
 * Puts the tool calls of an attempt that need a person on record, and hands verdicts to its claude.
 * Disposing looks a last time: what claude asked before it ended is on record.
 */
export function openApprovals(fleet: Fleet, job: OpenJob): Approvals {
  const { record, agent } = job;
  const { stateDir } = fleet.state;
  const folders = approvalFolders(stateDir, record.id);
  const desk = new Desk(fleet, job, folders);
  let beginning: Promise<void> | undefined;
  let hasFolders = false;
  let isOver = false;
  const begin = async (): Promise<void> => {
    await makeApprovalFolders(stateDir, record.id);
    hasFolders = true;
    await desk.look();
    checkVerdict(fleet, record);
    desk.open();
  };
  return {
    settings: approvalSettings({
      tools: agent.approvals?.tools ?? [],
      ...holdOf(job),
      folders,
      attempt: record.attempt,
    }),
    async begin() {
      // A process that is started late would find nobody.
      if (isOver) throw new FleetManagerError(`This attempt of job ${record.id} is over.`);
      beginning = begin();
      await beginning;
    },
    async [Symbol.asyncDispose]() {
      isOver = true;
      // Why it failed is told to whoever began.
      await beginning?.catch(() => undefined);
      if (hasFolders) await desk.close();
    },
  };
}

/** Whoever talks with an agent waits with it; any other job lets its process and its place go. */
function holdOf({ record, agent }: OpenJob): { readonly hold: number; readonly staysAlive?: true } {
  const { hold = defaultHold, expires = defaultExpires } = agent.approvals ?? {};
  // Somewhat longer, so that what expires has its verdict first.
  return record.conversation ? { hold: expires + 60_000, staysAlive: true } : { hold };
}

function checkVerdict({ store }: Fleet, { id, approvalId }: JobRecord): void {
  if (approvalId === undefined || store.approvals.get(approvalId)?.status !== "pending") return;
  throw new FleetManagerError(`Job ${id} waits for ${approvalId}, which nobody has answered.`);
}

// Events of a folder are lost on some file systems; a look a second is not.
const longestWait = 1_000;

interface OpenJob {
  readonly record: JobRecord;
  readonly agent: ResolvedAgent;
}

class Desk {
  readonly #fleet: Fleet;
  readonly #job: OpenJob;
  readonly #folders: ApprovalFolders;
  readonly #seen = new Set<string>();
  readonly #told = new Set<string>();
  /** Has no verdict until Claude makes it again. */
  #lost: ApprovalRecord | undefined;
  #again = false;
  #looking: Promise<void> | undefined;
  #watcher: FSWatcher | undefined;
  #timer: NodeJS.Timeout | undefined;
  #stopListening: (() => void) | undefined;

  constructor(fleet: Fleet, job: OpenJob, folders: ApprovalFolders) {
    this.#fleet = fleet;
    this.#job = job;
    this.#folders = folders;
    this.#lost = lostCallOf(fleet, job.record);
  }

  /** Looks from now on whenever something may have changed. */
  open(): void {
    const look = (): void => void this.look();
    this.#timer = setInterval(look, longestWait);
    // Requests come through the folder: the store only has news when somebody has answered.
    this.#stopListening = this.#fleet.watch.onChange(() => {
      if (this.#untold().length > 0) look();
    });
    try {
      this.#watcher = watch(this.#folders.requests, look);
      this.#watcher.on("error", () => this.#watcher?.close());
    } catch {
      // The timer is left.
    }
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    this.#stopListening?.();
    this.#watcher?.close();
    await this.look();
  }

  /** Resolves after a look that began with this call or later. */
  look(): Promise<void> {
    this.#again = true;
    this.#looking ??= this.#lookUntilCalm().finally(() => {
      this.#looking = undefined;
    });
    return this.#looking;
  }

  async #lookUntilCalm(): Promise<void> {
    while (this.#again) {
      this.#again = false;
      try {
        await this.#takeRequests();
        await this.#expire();
        await this.#tellVerdicts();
      } catch (error) {
        this.#warn(`cannot exchange requests and verdicts: ${messageOf(error)}`);
      }
    }
  }

  async #takeRequests(): Promise<void> {
    const names = await listRequests(this.#folders);
    for (const name of names.filter((item) => !this.#seen.has(item))) {
      const request = await this.#read(name);
      if (request === "later") continue;
      if (request) await this.#take(request);
      this.#seen.add(name);
    }
  }

  async #read(name: string): Promise<CallRequest | "later" | undefined> {
    try {
      return await readRequest(this.#folders, name);
    } catch (error) {
      const isLater = isPassing(error);
      const problem = isLater ? "cannot be read yet" : "is not a request";
      this.#warn(`${name} ${problem}: ${messageOf(error)}`);
      return isLater ? "later" : undefined;
    }
  }

  async #take(request: CallRequest): Promise<void> {
    const { store, emit, watch: changes, redactor } = this.#fleet;
    if (await this.#isDecided(request)) return;
    const approval = newApproval(this.#fleet, this.#job, request);
    if (!approval) return writeVerdict(this.#folders, request.toolUseId, passing);
    if (!(await store.approvals.request(this.#job.record, approval))) return;
    emit("approval:requested", {
      approval: toApproval({ ...approval, status: "pending" }, redactor),
    });
    changes.notify();
  }

  /** A decision holds once, for the call that was lost. */
  async #isDecided(request: CallRequest): Promise<boolean> {
    const { store, redactor } = this.#fleet;
    const { record } = this.#job;
    const lost = this.#lost;
    if (!lost || !isRepeated(lost, redactor.value(request))) return false;
    // Earlier requests are still in the folder.
    if (store.approvals.ofCall(record.id, request.toolUseId)) return false;
    await store.approvals.repeat(record, lost.id, request.toolUseId);
    this.#lost = undefined;
    return true;
  }

  // What claude is held for has no other clock.
  async #expire(): Promise<void> {
    const { store, clock, watch: changes } = this.#fleet;
    const now = clock.now();
    const jobId = this.#job.record.id;
    for (const { id, expiresAt } of store.approvals.list({ jobId, status: "pending" })) {
      if (Date.parse(expiresAt) > now) continue;
      await store.approvals.expire(id);
      changes.notify();
    }
  }

  async #tellVerdicts(): Promise<void> {
    for (const { id, toolUseId, verdict } of this.#untold()) {
      await writeVerdict(this.#folders, toolUseId, verdict);
      this.#told.add(id);
    }
  }

  #untold(): readonly { id: string; toolUseId: string; verdict: Verdict }[] {
    const asked = this.#fleet.store.approvals.list({ jobId: this.#job.record.id });
    return asked.flatMap((approval) => {
      const isTold = this.#told.has(approval.id) || approval.id === this.#lost?.id;
      const verdict = isTold ? undefined : toVerdict(approval);
      return verdict ? [{ id: approval.id, toolUseId: approval.toolUseId, verdict }] : [];
    });
  }

  #warn(message: string): void {
    const { id, agentName } = this.#job.record;
    this.#fleet.log.warn(message, { agentName, jobId: id });
  }
}

// Of the machine, not of the file.
const passingCodes: readonly unknown[] = [
  "EMFILE",
  "ENFILE",
  "ENOMEM",
  "EIO",
  "EAGAIN",
  "ETIMEDOUT",
];

function isPassing(error: unknown): boolean {
  return error instanceof Error && "code" in error && passingCodes.includes(error.code);
}
