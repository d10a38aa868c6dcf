import { userInfo } from "node:os";
import type { Approval, ApprovalReply } from "@herdctl/core";
import { Command, Option } from "commander";
import { connectToRead, connectToWrite } from "../connect.ts";
import type { Context } from "../context.ts";
import { examples } from "../examples.ts";
import { commandPrefix, type GlobalOptions } from "../global-options.ts";
import { parseCountTo } from "../option-values.ts";
import { describeApprovals, renderApprovals } from "../render/approvals.ts";
import { subcommandsOf } from "../subcommands.ts";
import { toJson } from "../terminal/json.ts";

interface ListOptions extends GlobalOptions {
  readonly all?: boolean;
  readonly agent?: string;
  readonly job?: string;
  readonly limit?: number;
  readonly status?: Approval["status"];
}

const statuses: readonly Approval["status"][] = [
  "pending",
  "allowed",
  "denied",
  "answered",
  "expired",
  "withdrawn",
];

interface ReplyOptions extends GlobalOptions {
  readonly message?: string;
}

/** `herdctl approvals` */
export function approvalsCommand(context: Context): Command {
  const command = new Command("approvals").description(
    "Lists what jobs wait for a person to decide, and answers it.",
  );
  const add = subcommandsOf(command, { standard: "list" });
  const id = "id of the request, or a unique start of it";

  add("list", "lists the tool calls and questions that wait, oldest first", "list --all")
    .option("--all", "those that wait no more, too")
    .addOption(
      new Option("--status <status>", "only in this status").choices(statuses).conflicts("all"),
    )
    .option("--agent <name>", "only of this agent")
    .option("--job <id>", "only of this job")
    .option(
      "--limit <count>",
      "at most this many, the latest (default and most: 1000)",
      parseCountTo(1_000),
    )
    .action(async (_: unknown, child: Command) =>
      listApprovals(child.optsWithGlobals<ListOptions>(), context),
    );
  for (const decision of ["allow", "deny"] as const) {
    const name = decision === "allow" ? "approve" : "deny";
    add(
      name,
      described[decision],
      `${name} ask-01k${decision === "deny" ? ' -m "Not today."' : ""}`,
    )
      .argument("<approval>", id)
      .option("-m, --message <text>", "why; Claude is told")
      .action(async (approval: string, _: unknown, child: Command) => {
        const options = child.optsWithGlobals<ReplyOptions>();
        const { message } = options;
        const reply = { decision, ...(message !== undefined && { reason: message }) };
        await answer(approval, reply, { options, context });
      });
  }
  add("answer", "answers a question", 'answer ask-01k "The second one."')
    .argument("<approval>", id)
    .argument("<text>", "what Claude is told")
    .action(async (approval: string, text: string, _: unknown, child: Command) =>
      answer(approval, { answer: text }, { options: child.optsWithGlobals(), context }),
    );
  return command.addHelpText(
    "after",
    examples({
      "herdctl approvals": "what waits, and how to answer it",
      "herdctl approvals approve 01k4": "let that call happen",
    }),
  );
}

const described = {
  allow: "lets a tool call happen",
  deny: "refuses a tool call, or to answer a question",
} as const;

async function listApprovals(options: ListOptions, context: Context): Promise<void> {
  const { output } = context;
  await using connected = await connectToRead(options, context);
  const { all = false, status = "pending", agent, job, limit } = options;
  const approvals = await connected.fleet.getApprovals({
    ...(!all && { status }),
    ...(agent !== undefined && { agentName: agent }),
    ...(job !== undefined && { jobId: job }),
    ...(limit !== undefined && { limit }),
  });
  if (options.json) return output.print(toJson({ approvals }, 2));
  if (approvals.length === 0) {
    const isAboutWaiting = status === "pending" && agent === undefined && job === undefined;
    return output.note(isAboutWaiting ? "Nothing waits for a person." : "No requests match.");
  }
  const look = { output, now: Date.now() };
  const prefix = commandPrefix(options, context);
  if (all || status !== "pending") output.print(renderApprovals(approvals, look));
  else output.print(describeApprovals(approvals, { ...look, prefix }));
}

async function answer(
  id: string,
  reply: ApprovalReply,
  { options, context }: { readonly options: GlobalOptions; readonly context: Context },
): Promise<void> {
  const { output } = context;
  await using connected = await connectToWrite(options, context);
  const by = userInfo().username;
  const approval = await connected.fleet.answerApproval(id, reply, { by });
  if (options.json) return output.print(toJson(approval, 2));
  output.print(`${approval.id} is ${approval.status}.`);
  if (!connected.isDaemon) output.note(whoGoesOn(approval));
}

function whoGoesOn({ jobId }: Approval): string {
  return `No daemon runs: job ${jobId} goes on with the next \`herdctl start\`, or at once where \`herdctl trigger\` waits for it.`;
}
