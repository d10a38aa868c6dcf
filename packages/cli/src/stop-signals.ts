const signals = ["SIGINT", "SIGTERM"] as const;

/** SIGINTs and SIGTERMs, which end nothing by themselves until this is disposed. */
export interface StopSignals extends Disposable {
  /** How many there were. */
  readonly count: number;
}

/** Calls back with the count at each SIGINT or SIGTERM, and with which it was. */
export function onStopSignal(
  listener: (count: number, signal: NodeJS.Signals) => void,
): StopSignals {
  let count = 0;
  const receive = (signal: NodeJS.Signals): void => listener(++count, signal);
  for (const signal of signals) process.on(signal, receive);
  return {
    get count() {
      return count;
    },
    [Symbol.dispose]() {
      for (const signal of signals) process.off(signal, receive);
    },
  };
}

/** Exit code of what a signal ended. */
export const interruptedExitCode = 130;

/** Until it is disposed, it takes a second signal to leave what would be half done. */
export function finishBeforeLeaving(): Disposable {
  return onStopSignal((count) => {
    if (count > 1) process.exit(interruptedExitCode);
  });
}
