import { userInfo } from "node:os";
import { messageOf, type OutputLine, renderOutput } from "@herdctl/core";
import type { FleetOperations } from "@herdctl/web";
import { describePresence } from "../render/presence.ts";
import type { Key } from "../terminal/keys.ts";
import { Screen, type Terminal } from "../terminal/screen.ts";
import { type FleetSnapshot, readSnapshot } from "./fleet-snapshot.ts";
import { layOutWatch } from "./watch-layout.ts";
import { onKey, rowsOf, type WatchEffect, type WatchState } from "./watch-state.ts";

/** How watching ended. */
export type WatchEnd = "quit" | "interrupt" | "stopped";

const redrawInterval = 1_000;
const refreshInterval = 5_000;
// Events come in crowds.
const patience = 50;
const keptLines = 5_000;
const keptDoings = 1_000;

/** Shows the fleet on the whole terminal until somebody leaves, or the fleet stops. */
export async function runWatch(
  fleet: FleetOperations,
  terminal: Terminal,
  signal: AbortSignal,
): Promise<WatchEnd> {
  const snapshot = await readSnapshot(fleet);
  const watch = new Watch(fleet, snapshot, terminal);
  return watch.run(signal);
}

class Watch {
  readonly #fleet: FleetOperations;
  readonly #screen: Screen;
  readonly #over = new AbortController();
  readonly #end = Promise.withResolvers<WatchEnd>();
  #snapshot: FleetSnapshot;
  #state: WatchState;
  #notice = "";
  /** What each running job said last. */
  readonly #doing = new Map<string, string>();
  /** The job whose output is on the screen. */
  #reading: { readonly jobId: string; readonly stop: AbortController; lines: string[] } | undefined;
  #isRefreshing = false;
  #isStale = false;
  #soon: NodeJS.Timeout | undefined;

  constructor(fleet: FleetOperations, snapshot: FleetSnapshot, terminal: Terminal) {
    this.#fleet = fleet;
    this.#snapshot = snapshot;
    const [first] = rowsOf(snapshot);
    this.#state = { view: { kind: "fleet" }, ...(first && { selected: first.key }) };
    this.#screen = new Screen(terminal, {
      onKey: (key) => this.#press(key),
      onResize: () => this.#draw(),
    });
  }

  async run(signal: AbortSignal): Promise<WatchEnd> {
    const leave = (): void => this.#end.resolve("interrupt");
    signal.addEventListener("abort", leave, { once: true });
    using screen = this.#screen;
    screen.open();
    this.#draw();
    const redraw = setInterval(() => this.#draw(), redrawInterval);
    const refresh = setInterval(() => this.#refreshSoon(), refreshInterval);
    void this.#followEvents();
    void this.#followLog();
    try {
      return await this.#end.promise;
    } finally {
      clearInterval(redraw);
      clearInterval(refresh);
      clearTimeout(this.#soon);
      this.#over.abort();
      signal.removeEventListener("abort", leave);
    }
  }

  async #followEvents(): Promise<void> {
    try {
      const onPresence = (isThere: boolean): void => {
        this.#notice = describePresence(isThere);
        this.#refreshSoon();
      };
      const options = { signal: this.#over.signal, onPresence };
      for await (const event of this.#fleet.streamEvents(options)) {
        if (event.type === "stopped") return this.#end.resolve("stopped");
        this.#refreshSoon();
      }
    } catch (error) {
      this.#fail(error);
    }
  }

  async #followLog(): Promise<void> {
    try {
      const { signal } = this.#over;
      for await (const { jobId, message } of this.#fleet.streamLogs({ signal, tail: 200 })) {
        if (jobId === undefined) continue;
        this.#doing.delete(jobId);
        this.#doing.set(jobId, message.trim().split("\n", 1)[0] ?? "");
        if (this.#doing.size > keptDoings) this.#doing.delete([...this.#doing.keys()][0] ?? "");
        this.#drawSoon();
      }
    } catch (error) {
      this.#fail(error);
    }
  }

  #fail(error: unknown): void {
    if (!this.#over.signal.aborted) this.#end.reject(error);
  }

  #refreshSoon(): void {
    this.#isStale = true;
    this.#drawSoon();
  }

  #drawSoon(): void {
    this.#soon ??= setTimeout(() => {
      this.#soon = undefined;
      if (this.#isStale && !this.#isRefreshing) void this.#refresh();
      this.#draw();
    }, patience);
  }

  async #refresh(): Promise<void> {
    this.#isRefreshing = true;
    try {
      while (this.#isStale) {
        this.#isStale = false;
        this.#snapshot = await readSnapshot(this.#fleet);
        this.#draw();
      }
    } catch (error) {
      // Whether the fleet is gone, the stream of its events tells.
      this.#notice = messageOf(error);
    } finally {
      this.#isRefreshing = false;
    }
  }

  #press(key: Key): void {
    this.#notice = "";
    const { state, effect } = onKey(this.#state, key, this.#snapshot);
    this.#state = state;
    this.#read();
    this.#draw();
    if (effect) void this.#act(effect);
  }

  async #act(effect: WatchEffect): Promise<void> {
    try {
      this.#notice = await this.#carryOut(effect);
    } catch (error) {
      this.#notice = messageOf(error);
    }
    this.#refreshSoon();
  }

  async #carryOut(effect: WatchEffect): Promise<string> {
    switch (effect.kind) {
      case "quit":
      case "interrupt":
        this.#end.resolve(effect.kind);
        return "";
      case "cancel":
        this.#notice = `Cancelling ${effect.jobId} …`;
        await this.#fleet.cancelJob(effect.jobId);
        return `Cancelled ${effect.jobId}.`;
      case "pause":
        if (effect.paused) await this.#fleet.pause(effect.agentName);
        else await this.#fleet.resume(effect.agentName);
        return `${effect.paused ? "Paused" : "Resumed"} ${effect.agentName}.`;
      case "reply": {
        const by = userInfo().username;
        const { status } = await this.#fleet.answerApproval(effect.approvalId, effect.reply, {
          by,
        });
        return `${effect.approvalId} is ${status}.`;
      }
    }
  }

  /** Follows the output that is on the screen, and none that is not. */
  #read(): void {
    const { view } = this.#state;
    const jobId = view.kind === "output" ? view.jobId : undefined;
    if (jobId === this.#reading?.jobId) return;
    this.#reading?.stop.abort();
    this.#reading =
      jobId === undefined ? undefined : { jobId, stop: new AbortController(), lines: [] };
    if (this.#reading) void this.#readLines(this.#reading);
  }

  async #readLines(reading: {
    readonly jobId: string;
    readonly stop: AbortController;
    lines: string[];
  }): Promise<void> {
    const signal = AbortSignal.any([reading.stop.signal, this.#over.signal]);
    try {
      for await (const line of this.#fleet.streamJobLines(reading.jobId, { signal })) {
        reading.lines.push(...linesOf(line));
        if (reading.lines.length > keptLines) reading.lines = reading.lines.slice(-keptLines / 2);
        this.#drawSoon();
      }
    } catch (error) {
      if (!signal.aborted) this.#notice = messageOf(error);
    }
  }

  #draw(): void {
    const look = {
      size: this.#screen.size,
      now: Date.now(),
      doing: this.#doing,
      output: this.#reading?.lines ?? [],
      notice: this.#notice,
    };
    this.#screen.show(layOutWatch(this.#state, this.#snapshot, look));
  }
}

function linesOf(line: OutputLine): readonly string[] {
  const text = renderOutput(line);
  return text === "" ? [] : text.trimEnd().split("\n");
}
