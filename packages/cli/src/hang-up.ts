import { closeSync, openSync } from "node:fs";
import type { Output } from "./terminal/output.ts";

/** What a SIGHUP asks for. */
export interface HangUpListeners {
  /** Somebody sent it: the convention for daemons. */
  readonly onReload: () => void;
  /** The terminal was closed. */
  readonly onLeave: () => void;
}

/** Calls back at each SIGHUP, which ends nothing by itself until this is disposed. */
export function onHangUp({ onReload, onLeave }: HangUpListeners, output: Output): Disposable {
  const receive = (): void => (output.isTerminal && !hasTerminal() ? onLeave() : onReload());
  process.on("SIGHUP", receive);
  return {
    [Symbol.dispose]() {
      process.off("SIGHUP", receive);
    },
  };
}

// A terminal that hung up is no longer the one of this process.
function hasTerminal(): boolean {
  try {
    closeSync(openSync("/dev/tty", "r"));
    return true;
  } catch {
    return false;
  }
}
