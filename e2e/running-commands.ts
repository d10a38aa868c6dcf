/** Every command of this process that was started and has not ended. */
export const runningCommands: Set<AsyncDisposable> = new Set();
