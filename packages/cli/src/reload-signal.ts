/** Calls back at each SIGHUP, which ends nothing until this is disposed. */
export function onReloadSignal(listener: () => void): Disposable {
  process.on("SIGHUP", listener);
  return {
    [Symbol.dispose]() {
      process.off("SIGHUP", listener);
    },
  };
}
