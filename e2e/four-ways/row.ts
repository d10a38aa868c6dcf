import type { FleetManager } from "@herdctl/core";
import type { FleetOperations } from "@herdctl/web";
import type { Ways } from "./open-ways.ts";

/** What a row can be asked of: the library, or a client of a daemon. */
export type AnyFleet = FleetManager | FleetOperations;

/** One operation of a fleet, asked in the same situation in each of the four ways. */
export interface Row {
  /** Makes the situation; an id that it resolves with is handed on. */
  readonly before?: (ways: Ways) => Promise<unknown>;
  readonly ask: (fleet: AnyFleet, given: string) => unknown;
  /** Where the library says it in other words. */
  readonly library?: (library: FleetManager, given: string) => unknown;
  /** What is the same afterwards, too. */
  readonly effect?: (library: FleetManager, given: string) => unknown;
}

/** The same on the command line. */
export interface CommandLine {
  readonly args: (given: string) => readonly string[];
  /** What it reads. */
  readonly input?: string;
  /** Its JSON is one value a line. */
  readonly lines?: boolean;
  /** Where in its JSON the answer of the operation is. */
  readonly pick: (answer: Answer) => unknown;
  /** The part of that answer that it shows. */
  readonly shown?: (answer: Answer) => unknown;
}

/** JSON of a command. */
export type Answer = Readonly<Record<string, unknown>>;

/** A row with its command line. */
export interface FullRow extends Row {
  readonly cli: CommandLine;
}

/** Operations that the command line leaves out, and why. */
export const notOnTheCommandLine = {
  streamEvents:
    "`herdctl start --json` prints them as they happen, and `herdctl watch` shows them: a command " +
    "that ends has no use for them",
  interruptConversation: "Ctrl-C in `herdctl chat` does, in a test of its own",
} as const satisfies Partial<Record<keyof FleetOperations, string>>;

type Exempt = keyof typeof notOnTheCommandLine;

/** A row for every operation, with its command line where that is not left out. */
export type Table = {
  readonly [Name in keyof FleetOperations]: Name extends Exempt ? Row : FullRow;
};
