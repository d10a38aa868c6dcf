import type { TurnResult } from "@herdctl/core";
import type { FleetOperations } from "@herdctl/web";
import { connectToWrite } from "../connect.ts";
import type { Context } from "../context.ts";
import { commandPrefix, type GlobalOptions } from "../global-options.ts";
import { describeApprovals } from "../render/approvals.ts";
import { interruptedExitCode, onStopSignal } from "../stop-signals.ts";
import { toJson } from "../terminal/json.ts";
import { quote } from "../terminal/shell.ts";
import { ChatScreen } from "./chat-screen.ts";
import { JoinedConversation, type JoinedEvent } from "./joined-conversation.ts";
import { readLines } from "./read-lines.ts";

/** Options of `herdctl chat`. */
export interface ChatOptions extends GlobalOptions {
  readonly key?: string;
  readonly resume?: string;
}

/** Holds a conversation: each line of the input is a message. */
export async function runChat(
  agentName: string,
  options: ChatOptions,
  context: Context,
): Promise<void> {
  const { output } = context;
  const { key, resume, json: isQuiet = false } = options;
  await using connected = await connectToWrite(options, context);
  const { fleet } = connected;
  const screen = new ChatScreen(output);
  const show = (event: object): void => output.print(toJson(event));
  const info = await fleet.openConversation(agentName, {
    ...(key !== undefined && { key }),
    ...(resume !== undefined && { resume }),
  });
  const onEvent = isQuiet ? show : (event: JoinedEvent): void => screen.show(event);
  const conversation = new JoinedConversation(fleet, info, onEvent);
  const chat = { fleet, conversation, options, context, screen, isQuiet };
  const over = new AbortController();
  const approvals = followApprovals(chat, over.signal);
  const last = await talk(chat);
  await conversation.close();
  over.abort();
  await approvals;
  if (!isQuiet && conversation.hasBegun) {
    const again = `${commandPrefix(options, context)} chat ${quote(agentName)} --resume ${quote(info.key)}`;
    screen.note(output.style("dim", `Go on with: ${again}`));
  }
  const lost = await conversation.over;
  if (lost !== undefined) throw lost;
  if (context.exitCode === 0 && last?.outcome === "failed") context.exitCode = 1;
}

interface Chat {
  readonly fleet: FleetOperations;
  readonly conversation: JoinedConversation;
  readonly options: ChatOptions;
  readonly context: Context;
  readonly screen: ChatScreen;
  readonly isQuiet: boolean;
}

/** Tells of calls in the conversation that wait for a person. */
async function followApprovals(
  { fleet, conversation, options, context, screen, isQuiet }: Chat,
  signal: AbortSignal,
): Promise<void> {
  const { output } = context;
  try {
    for await (const event of fleet.streamEvents({ signal })) {
      if (event.type !== "approval:requested") continue;
      if (event.approval.jobId !== conversation.jobId) continue;
      if (isQuiet) {
        output.print(toJson(event));
        continue;
      }
      const prefix = commandPrefix(options, context);
      screen.note(describeApprovals([event.approval], { output, now: Date.now(), prefix }));
    }
  } catch {
    // The conversation itself says that the daemon is gone.
  }
}

/** Sends line after line until there is none, or a signal ends it; resolves with the last answer's end. */
async function talk({
  conversation,
  context,
  screen,
  isQuiet,
}: Chat): Promise<TurnResult | undefined> {
  const leaving = new AbortController();
  let interrupting = false;
  using signals = onStopSignal((_, signal) => {
    if (signal === "SIGINT" && conversation.isWaiting && !interrupting) {
      interrupting = true;
      conversation.interrupt().catch(() => undefined);
      return;
    }
    context.exitCode = interruptedExitCode;
    leaving.abort();
    conversation.close().catch(() => undefined);
  });
  void conversation.over.then(() => leaving.abort());
  const lines = readLines(context.stdin, leaving.signal);
  const ask = (): void => {
    if (!isQuiet) screen.ask();
  };
  let last: TurnResult | undefined;
  ask();
  for await (const line of lines) {
    screen.hear();
    if (line.trim() === "/exit" || leaving.signal.aborted) break;
    if (line.trim() !== "") {
      interrupting = false;
      last = await conversation.send(line);
    }
    if (leaving.signal.aborted) break;
    ask();
  }
  if (signals.count > 0 && !leaving.signal.aborted && last?.outcome === "interrupted") {
    context.exitCode = interruptedExitCode;
  }
  return last;
}
