import type { Conversation, TurnResult } from "@herdctl/core";
import { openForeground } from "../connect.ts";
import type { Context } from "../context.ts";
import { commandPrefix, type GlobalOptions } from "../global-options.ts";
import { describeApprovals } from "../render/approvals.ts";
import { interruptedExitCode, onStopSignal } from "../stop-signals.ts";
import { toJson } from "../terminal/json.ts";
import { quote } from "../terminal/shell.ts";
import { ChatScreen } from "./chat-screen.ts";
import { readLines } from "./read-lines.ts";

/** Options of `herdctl chat`. */
export interface ChatOptions extends GlobalOptions {
  readonly resume?: string;
}

/** Holds a conversation: each line of the input is a message. */
export async function runChat(
  agentName: string,
  options: ChatOptions,
  context: Context,
): Promise<void> {
  const { output } = context;
  await using fleet = await openForeground(options, context);
  const screen = new ChatScreen(output);
  const show = (event: object): void => output.print(toJson(event));
  await using conversation = await fleet.openConversation(agentName, {
    ...(options.resume !== undefined && { resume: options.resume }),
    onEvent: options.json ? show : (event) => screen.show(event),
  });
  fleet.on("approval:requested", ({ approval }) => {
    if (approval.jobId !== conversation.jobId) return;
    if (options.json) return show({ type: "approval:requested", approval });
    const prefix = commandPrefix(options, context);
    screen.note(describeApprovals([approval], { output, now: Date.now(), prefix }));
  });
  const chat = { conversation, context, screen, isQuiet: options.json ?? false };
  const last = await talk(chat);
  const { key, sessionId } = conversation;
  await conversation.close();
  if (options.json) show({ type: "closed", key, ...(sessionId !== undefined && { sessionId }) });
  else if (sessionId !== undefined) {
    const again = `${commandPrefix(options, context)} chat ${quote(agentName)} --resume ${quote(key)}`;
    screen.note(output.style("dim", `Go on with: ${again}`));
  }
  if (context.exitCode === 0 && last?.outcome === "failed") context.exitCode = 1;
}

interface Chat {
  readonly conversation: Conversation;
  readonly context: Context;
  readonly screen: ChatScreen;
  readonly isQuiet: boolean;
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
    const canInterrupt = conversation.state === "answering" || conversation.state === "queued";
    if (signal === "SIGINT" && canInterrupt && !interrupting) {
      interrupting = true;
      void conversation.interrupt();
      return;
    }
    context.exitCode = interruptedExitCode;
    leaving.abort();
    void conversation.close();
  });
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
      last = await conversation.send(line).result;
    }
    if (leaving.signal.aborted) break;
    ask();
  }
  if (signals.count > 0 && !leaving.signal.aborted && last?.outcome === "interrupted") {
    context.exitCode = interruptedExitCode;
  }
  return last;
}
