import type { EventEmitter } from "node:events";
import { FleetManagerError, type FleetManager } from "@herdctl/core";
import { type FleetOperations, operations, streams } from "@herdctl/web";
import { afterAll, beforeAll, expect, test } from "vitest";
import { comparable } from "./four-ways/comparable.ts";
import { openWays, type Ways } from "./four-ways/open-ways.ts";
import {
  type Answer,
  type AnyFleet,
  type FullRow,
  notOnTheCommandLine,
  type Row,
} from "./four-ways/row.ts";
import { queued } from "./four-ways/situations.ts";
import { table } from "./four-ways/table.ts";

/** What a `FleetManager` has and its clients do not, and why. */
const notForClients = {
  ready: "says when an embedded fleet has started",
  state: "getStatus has it",
  initialize: "makes a fleet of an object",
  start: "`herdctl start` is the process in which it runs",
  getJobPage: "clients call it getJobs",
  streamAgentLogs: "streamLogs with an agent",
  streamJobOutput: "streamJobLines, rendered",
  conceal: "the server has its tokens masked",
  recordInAudit: "the server records logins, and what it refuses",
  getVersion: "the server makes ETags of it",
  getWeb: "the server reads where to listen",
} as const satisfies Partial<Record<keyof FleetManager, string>>;

type Members = Exclude<keyof FleetManager, keyof EventEmitter | symbol>;
type Forgotten = Exclude<Members, keyof FleetOperations | keyof typeof notForClients>;
// Does not compile once a FleetManager can do what no client can, and nobody has said why.
const nothingIsForgotten: [Forgotten] extends [never] ? true : Forgotten = true;

let ways: Ways;

beforeAll(async () => {
  ways = await openWays();
});
afterAll(() => ways[Symbol.asyncDispose]());

test("the table has every operation of the library and of the contract", () => {
  expect(nothingIsForgotten).toBe(true);
  const names = Object.keys(table).toSorted();
  expect(names).toEqual(Object.keys({ ...operations, ...streams }).toSorted());
});

test.each(Object.keys(table) as readonly (keyof typeof table)[])(
  "%s is the same through library, socket, TCP and command line",
  async (name) => {
    const row: Row | FullRow = table[name];
    const library = await inOneWay(row, (given) => askLibrary(row, given));
    expect(library).not.toEqual({ answer: null, effect: null });
    expect(await inOneWay(row, (given) => row.ask(ways.socket, given))).toEqual(library);
    expect(await inOneWay(row, (given) => row.ask(ways.tcp, given))).toEqual(library);
    if (!("cli" in row)) return expect(notOnTheCommandLine).toHaveProperty(name);
    const { args, pick, shown, ...how } = row.cli;
    const told = await inOneWay(row, async (given) =>
      pick((await ways.cli(args(given), how)) as Answer),
    );
    const answer = shown ? comparable(shown(library.answer as Answer)) : library.answer;
    expect(told).toEqual({ ...library, answer });
  },
  180_000,
);

test.each<[title: string, ask: (fleet: AnyFleet) => unknown, args: string]>([
  ["an unknown agent", (fleet) => fleet.trigger("wrter"), "trigger wrter"],
  ["an unknown schedule", (fleet) => fleet.trigger("writer", "daily"), "trigger writer daily"],
  ["an unknown job", (fleet) => fleet.getJob("job-zzz"), "job job-zzz"],
  ["an unknown session", (fleet) => fleet.getSession("zzz"), "sessions show zzz"],
  [
    "an unknown request",
    (fleet) => fleet.answerApproval("ask-zzz", { decision: "allow" }),
    "approvals approve ask-zzz",
  ],
  ["an agent that was never added", (fleet) => fleet.removeAgent("writer"), "agent remove writer"],
  [
    "a source that is none",
    (fleet) => fleet.previewAgent("ext::sh"),
    "agent add ext::sh --dry-run",
  ],
  [
    "a limit that is reached",
    (fleet) => fleet.trigger("calm", undefined, { queue: false }),
    "trigger calm --no-queue",
  ],
])("%s is the same error in all four ways", async (_, ask, args) => {
  await ways.ensureRunning();
  await queued(ways);
  const library = await refusal(async () => ask(ways.library));
  expect(library).toMatchObject({ code: expect.stringMatching(/^[A-Z_]+$/) });
  expect(await refusal(async () => ask(ways.socket))).toEqual(library);
  expect(await refusal(async () => ask(ways.tcp))).toEqual(library);
  expect(comparable(await ways.cliError(args.split(" ")))).toEqual(library);
});

/** Code, message and facts of what an operation is refused with. */
async function refusal(ask: () => Promise<unknown>): Promise<unknown> {
  const error: unknown = await ask().catch((thrown: unknown) => thrown);
  if (!(error instanceof FleetManagerError)) throw new Error("it was not refused");
  const { code, message, context } = error;
  return comparable({ ...context, code, message });
}

/** What one way answers in a situation that was made for it, and what is so afterwards. */
async function inOneWay(
  { before, effect }: Row,
  ask: (given: string) => unknown,
): Promise<{ readonly answer: unknown; readonly effect: unknown }> {
  await ways.ensureRunning();
  const made = await before?.(ways);
  const given = typeof made === "string" ? made : "";
  const answer = comparable(await ask(given));
  return { answer, effect: comparable(effect?.(ways.library, given)) };
}

function askLibrary({ library, ask }: Row, given: string): unknown {
  return library ? library(ways.library, given) : ask(ways.library, given);
}
