const signals = ["SIGINT", "SIGTERM"] as const;

/** Calls back with the count of each SIGINT or SIGTERM, which then end nothing by themselves. */
export function onStopSignal(listener: (count: number) => void): Disposable {
  let count = 0;
  const receive = (): void => listener(++count);
  for (const signal of signals) process.on(signal, receive);
  return {
    [Symbol.dispose]() {
      for (const signal of signals) process.off(signal, receive);
    },
  };
}

/** Exit code of what a signal ended. */
export const interruptedExitCode = 130;
