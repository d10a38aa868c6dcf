/** Something that may happen to a daemon, and what must hold then. */
export interface Scenario {
  /** What holds. */
  readonly name: string;
  /** Why it cannot be tried on this machine. */
  readonly cannot?: string;
  /** Resolves with what does not hold. */
  readonly run: (seed: number) => Promise<readonly string[]>;
}

/** Mounting is for root on Linux. */
export const cannotMount: { readonly cannot?: string } =
  process.platform === "linux" && process.getuid?.() === 0
    ? {}
    : { cannot: "mounting needs root on Linux" };
