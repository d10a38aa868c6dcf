import { setImmediate, setTimeout } from "node:timers/promises";
import { FleetManagerError } from "../../errors.ts";
import { openForReadingOnly, StateDirectoryError } from "../errors.ts";
import { type StoreWrite, storeWrites } from "../store-writes.ts";
import { type Connection, numberOf } from "./connection.ts";
import { isBusy } from "./failure.ts";

interface Command {
  readonly execute: () => void;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

interface WriteQueueOptions {
  /** Refuses every command. */
  readonly readOnly?: boolean;
  /** Milliseconds to wait for another process that is writing. */
  readonly busyDeadline?: number;
}

// Keeps the event loop alive while tens of thousands of commands arrive at once.
const longestBatch = 2_000;
// Another process writes for milliseconds; one that writes for longer is stuck.
const defaultBusyDeadline = 10_000;
const busyPause = 5;

/**
 * Group commit: the commands of one turn of the event loop share one transaction, and so one fsync.
 * Each has its own savepoint, so that one which fails undoes nothing of the others.
 */
export class WriteQueue {
  /** Transactions of this process that have changed something: a probe has not. */
  commits = 0;
  readonly #connection: Connection;
  readonly #readOnly: boolean;
  readonly #busyDeadline: number;
  #pending: Command[] = [];
  #running: Promise<void> | undefined;
  #closed = false;

  constructor(connection: Connection, options: WriteQueueOptions = {}) {
    this.#connection = connection;
    this.#readOnly = options.readOnly ?? false;
    this.#busyDeadline = options.busyDeadline ?? defaultBusyDeadline;
  }

  /** Runs `command` in the next transaction; resolves with its result once that is on disk. */
  write<T>(command: () => T): Promise<T> {
    const refusal = this.#refusal();
    if (refusal) return Promise.reject(refusal);
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    let settle = (): void => undefined;
    const execute = (): void => {
      const result = command();
      settle = () => resolve(result);
    };
    this.#pending.push({ execute, resolve: () => settle(), reject });
    this.#running ??= this.#run();
    return promise;
  }

  /** Refuses further commands and waits for those that were asked for. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#running;
  }

  async #run(): Promise<void> {
    while (this.#pending.length > 0) {
      await setImmediate();
      const started = performance.now();
      const isStored = await this.#storePending();
      if (storeWrites.hasSubscribers) this.#tell(performance.now() - started, isStored);
    }
    this.#running = undefined;
  }

  async #storePending(): Promise<boolean> {
    try {
      await this.#begin();
    } catch (error) {
      for (const command of this.#take()) command.reject(error);
      return false;
    }
    return this.#transact(this.#take());
  }

  #tell(durationMs: number, isStored: boolean): void {
    const { stateDir } = this.#connection;
    storeWrites.publish({ stateDir, durationMs, isStored } satisfies StoreWrite);
  }

  #refusal(): FleetManagerError | undefined {
    if (this.#closed)
      return new FleetManagerError("The store is closed.", { code: "INVALID_STATE" });
    if (!this.#readOnly) return undefined;
    return openForReadingOnly(this.#connection.stateDir);
  }

  #take(): readonly Command[] {
    return this.#pending.splice(0, longestBatch);
  }

  async #begin(): Promise<void> {
    const deadline = performance.now() + this.#busyDeadline;
    for (;;) {
      try {
        this.#connection.run("BEGIN IMMEDIATE");
        return;
      } catch (error) {
        if (!isBusy(error)) throw error;
        if (performance.now() > deadline) throw this.#stuck(error);
        await setTimeout(busyPause);
      }
    }
  }

  #transact(batch: readonly Command[]): boolean {
    let done: readonly Command[];
    try {
      const rows = this.#changedRows();
      done = batch.filter((command) => this.#execute(command));
      this.#connection.run("COMMIT");
      if (this.#changedRows() !== rows) this.commits += 1;
    } catch (error) {
      for (const command of batch) command.reject(error);
      this.#rollback();
      return false;
    }
    for (const command of done) command.resolve();
    return true;
  }

  #changedRows(): number {
    return numberOf(this.#connection.get("SELECT total_changes() AS rows"), "rows");
  }

  #execute(command: Command): boolean {
    this.#connection.run("SAVEPOINT command");
    try {
      command.execute();
    } catch (error) {
      // A disk that fails may already have undone the whole transaction.
      if (error instanceof StateDirectoryError || !this.#connection.database.isTransaction)
        throw error;
      this.#connection.run("ROLLBACK TO command");
      command.reject(error);
      return false;
    } finally {
      if (this.#connection.database.isTransaction) this.#connection.run("RELEASE command");
    }
    return true;
  }

  #rollback(): void {
    try {
      if (this.#connection.database.isTransaction) this.#connection.run("ROLLBACK");
    } catch {
      // The next BEGIN fails for the same cause and tells its callers.
    }
  }

  #stuck(cause: unknown): StateDirectoryError {
    const { stateDir } = this.#connection;
    return new StateDirectoryError(
      `Another process has kept the store in "${stateDir}" locked for ${this.#busyDeadline / 1_000} s. ` +
        "End the program that has it open (a database browser, a backup).",
      { stateDir, cause },
    );
  }
}
