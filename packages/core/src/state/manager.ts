import { hostname } from "node:os";
import { join, resolve } from "node:path";
import { type Clock, systemClock } from "../clock.ts";
import { checkDirectory, createDirectories, toDirectoryError } from "./directories.ts";
import { openForReadingOnly, StateLockedError } from "./errors.ts";
import { type LockOwner, readLockOwner, removeLockOwner, writeLockOwner } from "./lock-owner.ts";
import { prepareSocketFolder, socketPathFor } from "./socket-path.ts";
import { openSqliteStore } from "./sqlite/open-store.ts";
import { StateLock, isLocked } from "./sqlite/state-lock.ts";
import type { StateStore } from "./store.ts";

/** How to open a state directory. */
export interface StateManagerOptions {
  /** Created when missing, for this user alone. */
  readonly stateDir: string;
  /** Where `XDG_RUNTIME_DIR` is looked up (default `process.env`). */
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly clock?: Clock;
  /** Changes nothing on disk: for queries, also where the directory cannot be written. */
  readonly readOnly?: boolean;
}

/**
 * The state directory of a fleet: its store, its folders and the lock that only one fleet can hold.
 *
 * @example
 * const state = await StateManager.open({ stateDir: ".herdctl", readOnly: true });
 * const { jobs } = state.store.jobs.list({ limit: 20 });
 * await state.close();
 */
export class StateManager {
  /** Absolute path. */
  readonly stateDir: string;
  readonly store: StateStore;
  /** Where the control socket of the fleet's daemon is, or would be. */
  readonly socketPath: string;
  readonly clock: Clock;
  readonly #readOnly: boolean;
  #lock: StateLock | undefined;

  private constructor(options: StateManagerOptions, store: StateStore) {
    this.stateDir = resolve(options.stateDir);
    this.store = store;
    this.socketPath = socketPathFor(this.stateDir, options.env ?? process.env);
    this.clock = options.clock ?? systemClock;
    this.#readOnly = options.readOnly ?? false;
  }

  /**
   * Opens a state directory.
   *
   * @throws {StateDirectoryError} `STATE_DIR` when it cannot be created, read or written.
   * @throws {StoreTooNewError} `STORE_TOO_NEW` when a newer herdctl wrote it.
   */
  static async open(options: StateManagerOptions): Promise<StateManager> {
    const stateDir = resolve(options.stateDir);
    const readOnly = options.readOnly ?? false;
    await (readOnly ? checkDirectory(stateDir) : createDirectories(stateDir));
    const clock = options.clock ?? systemClock;
    return new StateManager(options, await openSqliteStore({ stateDir, clock, readOnly }));
  }

  /** Output files of jobs. */
  get jobsDir(): string {
    return join(this.stateDir, "jobs");
  }

  /** Session files of agents in containers, apart from those of the host. */
  get dockerSessionsDir(): string {
    return join(this.stateDir, "docker-sessions");
  }

  /**
   * Becomes the one fleet of this state directory. A crash gives the lock back.
   *
   * @throws {StateLockedError} `STATE_LOCKED` when another fleet holds it.
   * @throws {StateDirectoryError} `STATE_DIR` when it was opened for reading, or cannot be written.
   */
  async acquireLock(offer: { readonly socketPath?: string } = {}): Promise<void> {
    if (this.#readOnly) throw openForReadingOnly(this.stateDir);
    const lock = await StateLock.take(this.stateDir);
    if (!lock) throw new StateLockedError(this.stateDir, readLockOwner(this.stateDir));
    try {
      if (offer.socketPath !== undefined) prepareSocketFolder(offer.socketPath, this.stateDir);
      const startedAt = new Date(this.clock.now()).toISOString();
      writeLockOwner(this.stateDir, { pid: process.pid, startedAt, host: hostname(), ...offer });
    } catch (error) {
      lock.release();
      throw toDirectoryError(error, this.stateDir, "write");
    }
    this.#lock = lock;
  }

  /** Who holds the lock right now; `undefined` when it is free. */
  lockOwner(): LockOwner | undefined {
    return isLocked(this.stateDir) ? readLockOwner(this.stateDir) : undefined;
  }

  /** Gives the lock back; without it, does nothing. */
  async releaseLock(): Promise<void> {
    if (!this.#lock) return;
    removeLockOwner(this.stateDir);
    this.#lock.release();
    this.#lock = undefined;
  }

  /** Waits for pending writes, closes the store and gives the lock back. */
  async close(): Promise<void> {
    await this.store.close();
    await this.releaseLock();
  }
}
