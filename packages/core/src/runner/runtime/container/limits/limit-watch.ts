import { readFileSync } from "node:fs";
import type { SDKMessage } from "@anthropic-ai/claude-agent-sdk";
import { FleetManagerError } from "../../../../errors.ts";
import { askDocker } from "../../../../processes/ask-docker.ts";
import { type OwnMessage, ownMessage } from "../../../own-message.ts";
import { type CounterFiles, counterFiles, type LimitCounts, readCounts } from "./cgroup.ts";

export interface WatchedContainer {
  readonly container: string;
  /** It has run other jobs before. */
  readonly isKept: boolean;
  readonly sessionId: string;
}

/** Milliseconds between two looks: a claude that cannot start a thread is soon gone. */
const lookMs = 250;
const askMs = 10_000;

/**
 * Watches what a container's limits do to what runs in it: a tool that the kernel ends, or cannot
 * start, may be all that a job's agent hears of it, or not even that. Sees containers on this machine
 * only.
 */
export class LimitWatch implements Disposable {
  readonly #watched: WatchedContainer;
  #files: CounterFiles | undefined;
  #timer: NodeJS.Timeout | undefined;
  #hasBegun = false;
  #before: LimitCounts = none;
  #now: LimitCounts = none;
  #told: LimitCounts = none;

  constructor(watched: WatchedContainer) {
    this.#watched = watched;
  }

  /** To be called while the container runs; the first call counts. */
  begin(): void {
    if (this.#hasBegun) return;
    this.#hasBegun = true;
    void this.#find();
  }

  async #find(): Promise<void> {
    const { container, isKept } = this.#watched;
    const args = ["inspect", "--format", "{{.State.Pid}} {{.Id}}", container];
    const { stdout } = await askDocker(args, { timeout: askMs });
    const [pid = "", id = ""] = stdout.trim().split(" ");
    const table = tableOf(pid);
    // Of an engine on another machine, the pid is somebody else's here.
    if (id === "" || !table.includes(id) || !this.#hasBegun) return;
    this.#files = counterFiles(table);
    this.#look();
    if (isKept) this.#before = this.#told = this.#now;
    this.#timer = setInterval(() => this.#look(), lookMs);
    this.#timer.unref();
  }

  #look(): void {
    this.#now = (this.#files && readCounts(this.#files)) ?? this.#now;
  }

  /** What has happened since the last call, for the output of the job. */
  news(): readonly SDKMessage[] {
    this.#look();
    const [told, now] = [this.#told, this.#now];
    this.#told = now;
    const news: SDKMessage[] = [];
    if (now.memory > told.memory) {
      news.push(this.#message("memory_limit", memoryText, now.memory));
    }
    // Once: what forks for ever is refused thousands of times.
    if (this.#hasMetProcesses() && told.processes === this.#before.processes) {
      news.push(this.#message("process_limit", processText, 1));
    }
    return news;
  }

  #hasMetProcesses(): boolean {
    return this.#now.processes > this.#before.processes;
  }

  #message(subtype: OwnMessage["subtype"], text: string, count: number): SDKMessage {
    const { container, sessionId } = this.#watched;
    return ownMessage({ subtype, sessionId, text, sameBy: [container, subtype, count] });
  }

  /** The error of a claude that gave up after it had met the limit of processes. */
  explain(exitCode: number | null): FleetManagerError | undefined {
    this.#look();
    if (exitCode !== aborted || !this.#hasMetProcesses()) return undefined;
    return new FleetManagerError(
      "claude gave up in a container that had reached its limit of processes. See what its tools start, or raise `docker.pids_limit`.",
      { code: "PROCESS_LIMIT", context: { container: this.#watched.container } },
    );
  }

  [Symbol.dispose](): void {
    this.#hasBegun = false;
    clearInterval(this.#timer);
  }
}

const none: LimitCounts = { memory: 0, processes: 0 };

/** 128 and SIGABRT: how a program ends itself that cannot go on. */
const aborted = 134;

const memoryText =
  "The container had no memory left, and the kernel ended a process in it. Raise `docker.memory` if that was no mistake.";
const processText =
  "The container has reached its limit of processes, and more could not be started. Raise `docker.pids_limit` if that was no mistake.";

function tableOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cgroup`, "utf8");
  } catch {
    return "";
  }
}
