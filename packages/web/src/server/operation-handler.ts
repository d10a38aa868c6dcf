import type { OperationTypes } from "../contract-types.ts";

/** Answers one operation of the contract; the signal aborts when nobody waits any more. */
export type OperationHandler<Name extends keyof OperationTypes> = (
  input: OperationTypes[Name]["input"],
  signal: AbortSignal,
) => OperationTypes[Name]["output"] | Promise<OperationTypes[Name]["output"]>;
