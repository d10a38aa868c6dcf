import { type ConnectedFleet, connectToDaemon, connectToRead, connectToWrite } from "../connect.ts";
import type { Context } from "../context.ts";
import type { GlobalOptions } from "../global-options.ts";

/** How to reach the fleet. */
export interface LinkOptions extends GlobalOptions {
  /** Nothing is to be changed. */
  readonly readOnly?: boolean;
}

/**
 * Leads to the fleet for as long as a session lasts, whatever comes and goes meanwhile: to its daemon
 * where one runs, else to the fleet opened in this process, whose jobs end with the session.
 */
export class FleetLink implements AsyncDisposable {
  readonly #options: LinkOptions;
  readonly #context: Context;
  #own: Promise<ConnectedFleet> | undefined;

  constructor(options: LinkOptions, context: Context) {
    this.#options = options;
    this.#context = context;
  }

  /** The fleet for one call; disposing ends the call, not what it began. */
  async reach(): Promise<ConnectedFleet> {
    const daemon = await connectToDaemon(this.#options, this.#context);
    if (daemon) return daemon;
    const own = await this.#openOwn();
    if (!own.isDaemon) return { ...own, [Symbol.asyncDispose]: async () => undefined };
    // One has come up in this moment: it is not ours to keep.
    this.#own = undefined;
    return own;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const own = await this.#own?.catch(() => undefined);
    if (!own) return;
    // Clients give a server that they are done with a few seconds.
    await own.fleet.stop({ waitForJobs: false });
    await own[Symbol.asyncDispose]();
  }

  #openOwn(): Promise<ConnectedFleet> {
    const connect = this.#options.readOnly ? connectToRead : connectToWrite;
    this.#own ??= connect(this.#options, this.#context).catch((error: unknown) => {
      // The next call may find it mended.
      this.#own = undefined;
      throw error;
    });
    return this.#own;
  }
}
