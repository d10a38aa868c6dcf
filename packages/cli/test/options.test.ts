import { Readable } from "node:stream";
import type {
  AddAgentOptions,
  ApprovalFilter,
  AuditFilter,
  JobFilter,
  JobModifications,
  LogStreamOptions,
  ScheduleFireFilter,
  SessionFilter,
  SessionMessageFilter,
  StopOptions,
  TriggerOptions,
} from "@herdctl/core";
import type { JobLinesOptions, UsageFilter } from "@herdctl/web";
import type { Command } from "commander";
import { expect, test } from "vitest";
import { createProgram } from "../src/program.ts";
import { plainOutput } from "./plain-output.ts";

/** Where the command line has an option of the library: a flag, an `<argument>`, or why it has none. */
type Places<Options> = {
  readonly [Name in keyof Options]-?: string | { readonly none: string };
};

const signal = { none: "Ctrl-C" };
const paged = { limit: "--limit", cursor: "--cursor" };

// An option that is new in the library does not compile here until it has its place.
const places = {
  jobs: {
    agentName: "--agent",
    scheduleName: "--schedule",
    status: "--status",
    trigger: "--trigger",
    startedAfter: "--since",
    startedBefore: "--until",
    text: "--text",
    ...paged,
  } satisfies Places<JobFilter>,
  trigger: {
    promptOverride: "--prompt",
    workItems: "--work-item",
    priority: "--priority",
    queue: "--no-queue",
    resume: "--resume",
    trigger: { none: "it is said by the part of herdctl that asks, and a command is `manual`" },
  } satisfies Places<TriggerOptions>,
  fork: {
    promptOverride: "--prompt",
    workItems: "--work-item",
    priority: "--priority",
    model: "--model",
    maxTurns: "--max-turns",
    session: "--session",
  } satisfies Places<JobModifications>,
  logs: {
    level: "--level",
    agentName: "--agent",
    jobId: "--job",
    tail: "--tail",
    fromSeq: { none: "for clients that go on after a broken connection" },
    follow: "--follow",
    signal,
    onPresence: { none: "what it tells is told" },
  } satisfies Places<LogStreamOptions> & Places<JobLinesOptions>,
  "schedule history": {
    agentName: "<agent>",
    scheduleName: "<schedule>",
    ...paged,
  } satisfies Places<ScheduleFireFilter>,
  audit: {
    operation: "--operation",
    agentName: "--agent",
    jobId: "--job",
    since: "--since",
    ...paged,
  } satisfies Places<AuditFilter>,
  "sessions list": { agentName: "<agent>", all: "--all" } satisfies Places<SessionFilter>,
  "sessions show": {
    limit: { none: "it reads page after page, to the end" },
    cursor: { none: "it reads page after page, to the end" },
  } satisfies Places<SessionMessageFilter>,
  usage: { since: "--since", agentName: "--agent" } satisfies Places<UsageFilter>,
  "approvals list": {
    status: "--status",
    agentName: "--agent",
    jobId: "--job",
    limit: "--limit",
  } satisfies Places<ApprovalFilter>,
  "agent add": {
    name: "--name",
    path: "--path",
    ref: "--ref",
    digest: { none: "of what the command itself has shown" },
    signal,
  } satisfies Places<AddAgentOptions>,
  stop: {
    waitForJobs: "--now",
    leaveRunning: "--leave-running",
    timeout: "--timeout",
    onProgress: { none: "it tells how many jobs it waits for" },
    reason: { none: "it is the command" },
  } satisfies Places<StopOptions>,
};

const context = {
  cwd: "/",
  env: {},
  output: plainOutput(),
  program: "herdctl",
  stdin: Readable.from([]),
  exitCode: 0,
};

test.each(Object.entries(places))(
  "`herdctl %s` has all that the library can do",
  async (line, options) => {
    const command = await commandOf(line.split(" "));
    const flags = command.options.map(({ long }) => long);
    const args = command.registeredArguments.map((argument) => `<${argument.name()}>`);
    const wanted = Object.values(options).filter((place) => typeof place === "string");
    expect([...flags, ...args]).toEqual(expect.arrayContaining(wanted));
  },
);

async function commandOf(words: readonly string[]): Promise<Command> {
  let command: Command = await createProgram(words, context);
  for (const word of words) {
    const child = command.commands.find((item) => item.name() === word);
    if (!child) throw new Error(`There is no command ${word}.`);
    command = child;
  }
  return command;
}
