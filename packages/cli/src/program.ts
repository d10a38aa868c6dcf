import { Command } from "commander";
import type { Context } from "./context.ts";
import { globalOptions } from "./global-options.ts";
import { refuseBlank } from "./refuse-blank.ts";
import { usageError } from "./usage-error.ts";
import { reportError } from "./render/error.ts";

interface CommandEntry {
  readonly name: string;
  readonly summary: string;
  /** Loaded only when it is asked for: most of a command's time is loading code. */
  readonly load: () => Promise<(context: Context) => Command>;
}

const commands: readonly CommandEntry[] = [
  {
    name: "init",
    summary: "write a first fleet, or one more agent",
    load: async () => (await import("./commands/init.ts")).initCommand,
  },
  {
    name: "start",
    summary: "run the fleet: schedules, queue and control socket",
    load: async () => (await import("./commands/start.ts")).startCommand,
  },
  {
    name: "service",
    summary: "have your system run the fleet, from login on",
    load: async () => (await import("./commands/service.ts")).serviceCommand,
  },
  {
    name: "stop",
    summary: "stop the running fleet",
    load: async () => (await import("./commands/stop.ts")).stopCommand,
  },
  {
    name: "status",
    summary: "show agents, queue and next fires",
    load: async () => (await import("./commands/status.ts")).statusCommand,
  },
  {
    name: "watch",
    summary: "watch the running fleet on the whole terminal",
    load: async () => (await import("./commands/watch.ts")).watchCommand,
  },
  {
    name: "agents",
    summary: "list the agents",
    load: async () => (await import("./commands/agents.ts")).agentsCommand,
  },
  {
    name: "agent",
    summary: "add agents from elsewhere, after a look at what they ask for, and remove them",
    load: async () => (await import("./commands/agent.ts")).agentCommand,
  },
  {
    name: "trigger",
    summary: "run an agent now and watch it",
    load: async () => (await import("./commands/trigger.ts")).triggerCommand,
  },
  {
    name: "chat",
    summary: "talk with an agent",
    load: async () => (await import("./commands/chat.ts")).chatCommand,
  },
  {
    name: "jobs",
    summary: "list jobs, newest first",
    load: async () => (await import("./commands/jobs.ts")).jobsCommand,
  },
  {
    name: "job",
    summary: "explain one job: how it ended, why, and how to go on",
    load: async () => (await import("./commands/job.ts")).jobCommand,
  },
  {
    name: "logs",
    summary: "show the output of a job, an agent or the fleet",
    load: async () => (await import("./commands/logs.ts")).logsCommand,
  },
  {
    name: "cancel",
    summary: "end a job, or all of them, and everything they started",
    load: async () => (await import("./commands/cancel.ts")).cancelCommand,
  },
  {
    name: "retry",
    summary: "repeat a job",
    load: async () => (await import("./commands/retry.ts")).retryCommand,
  },
  {
    name: "fork",
    summary: "repeat a job with changes, as it was configured then",
    load: async () => (await import("./commands/fork.ts")).forkCommand,
  },
  {
    name: "resume",
    summary: "end a pause; with a prompt, go on in a job's session",
    load: async () => (await import("./commands/resume.ts")).resumeCommand,
  },
  {
    name: "pause",
    summary: "let no job of an agent, or of the fleet, start",
    load: async () => (await import("./commands/pause.ts")).pauseCommand,
  },
  {
    name: "schedule",
    summary: "list, preview, enable and disable schedules, and tell their history",
    load: async () => (await import("./commands/schedule.ts")).scheduleCommand,
  },
  {
    name: "approvals",
    summary: "list what waits for a person, and answer it",
    load: async () => (await import("./commands/approvals.ts")).approvalsCommand,
  },
  {
    name: "queue",
    summary: "list the jobs that wait, next first",
    load: async () => (await import("./commands/queue.ts")).queueCommand,
  },
  {
    name: "sessions",
    summary: "list conversations, show what was said, open one by hand",
    load: async () => (await import("./commands/sessions.ts")).sessionsCommand,
  },
  {
    name: "usage",
    summary: "show tokens and dollars by agent, day or model",
    load: async () => (await import("./commands/usage.ts")).usageCommand,
  },
  {
    name: "memory",
    summary: "show what agents remember over their jobs, and make them forget",
    load: async () => (await import("./commands/memory.ts")).memoryCommand,
  },
  {
    name: "reload",
    summary: "have the running fleet read its configuration anew",
    load: async () => (await import("./commands/reload.ts")).reloadCommand,
  },
  {
    name: "config",
    summary: "validate or show the configuration, or print its JSON Schema",
    load: async () => (await import("./commands/config.ts")).configCommand,
  },
  {
    name: "audit",
    summary: "list who asked the fleet for what",
    load: async () => (await import("./commands/audit.ts")).auditCommand,
  },
  {
    name: "token",
    summary: "show or replace the tokens for access over the network",
    load: async () => (await import("./commands/token.ts")).tokenCommand,
  },
  {
    name: "doctor",
    summary: "look for what would keep the fleet from running as it should",
    load: async () => (await import("./commands/doctor.ts")).doctorCommand,
  },
  {
    name: "docker",
    summary: "build the image that agents in containers run in",
    load: async () => (await import("./commands/docker.ts")).dockerCommand,
  },
  {
    name: "mcp",
    summary: "serve the fleet to Claude Code and other MCP clients",
    load: async () => (await import("./commands/mcp.ts")).mcpCommand,
  },
  {
    name: "completion",
    summary: "have your shell complete commands, names and ids",
    load: async () => (await import("./commands/completion.ts")).completionCommand,
  },
  {
    name: "demo",
    summary: "watch three agents at work, without a model or a key",
    load: async () => (await import("./commands/demo.ts")).demoCommand,
  },
];

/** The command line, with the code of the one command that `args` name. */
export async function createProgram(args: readonly string[], context: Context): Promise<Command> {
  const json = args.includes("--json");
  const program = new Command("herdctl")
    .description("Runs fleets of autonomous Claude Code agents.")
    .configureHelp({ showGlobalOptions: true })
    .configureOutput({
      writeOut: (text) => context.output.write(text),
      writeErr: (text) => {
        if (!json) context.output.note(text.trimEnd());
      },
      outputError: (text) => {
        reportError(usageError(text.replace(/^error: /, "").trim()), { context, json });
      },
      getOutHelpWidth: () => Math.min(context.output.columns, 100),
    })
    .showHelpAfterError(false)
    .exitOverride()
    .addHelpText("after", firstSteps);
  program.hook("preAction", (_, action) => refuseBlank(action));
  for (const option of globalOptions()) program.addOption(option);
  // Answered before; named here for the help.
  program.option("-V, --version", "print the version");

  const wanted = commandIn(args);
  for (const { name, summary, load } of commands) {
    const command = name === wanted ? (await load())(context) : new Command(name);
    program.addCommand(command.copyInheritedSettings(program).summary(summary));
    for (const child of command.commands) child.copyInheritedSettings(program);
    if (name !== wanted) command.description(summary);
  }
  return program;
}

const firstSteps = `
First steps:
  $ herdctl demo            three agents at work, without a model or a key
  $ herdctl init            write a first fleet
  $ herdctl trigger hello   run one of its agents and watch
  $ herdctl start           run its schedules

Exit codes: 0 ok, 1 the job or operation failed, 2 usage or configuration,
3 not found, 4 conflict, 130 interrupted.`;

const optionsWithValue = ["-c", "--config", "-s", "--state", "--url"];

/** The command that is named, which need not come first. */
function commandIn(args: readonly string[]): string | undefined {
  const names = new Set(commands.map((command) => command.name));
  return wordsIn(args).find((word) => names.has(word));
}

/** What is neither an option nor the value of a global one. */
export function wordsIn(args: readonly string[]): readonly string[] {
  return args.filter(
    (arg, index) => !arg.startsWith("-") && !optionsWithValue.includes(args[index - 1] ?? ""),
  );
}
