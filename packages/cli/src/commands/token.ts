import {
  type Access,
  type AccessTokens,
  ensureAccessTokens,
  rotateAccessToken,
  StateManager,
} from "@herdctl/core";
import { Command } from "commander";
import type { Context } from "../context.ts";
import { examples } from "../examples.ts";
import type { GlobalOptions } from "../global-options.ts";
import { findState } from "../place.ts";
import { refuseRemote } from "../remote.ts";
import { toJson } from "../terminal/json.ts";

interface Options extends GlobalOptions {
  readonly readOnly?: boolean;
}

/** `herdctl token` */
export function tokenCommand(context: Context): Command {
  const command = new Command("token").description(
    "Shows or replaces the tokens that let clients in over TCP (`herdctl start --web`).",
  );
  const add = (name: string, description: string, example: string): Command =>
    command
      .command(name)
      .description(description)
      .summary(description)
      .option("--read-only", "the token that only lets look")
      .addHelpText("after", `\nExample:\n  $ ${example}`);
  add(
    "show",
    "prints a token, and makes both where there are none",
    "export HERDCTL_TOKEN=$(herdctl token show)",
  ).action(async (_: unknown, child: Command) => show(child.optsWithGlobals(), context));
  add(
    "rotate",
    "replaces a token, and prints the new one: whoever has the old one is out at once",
    "herdctl token rotate --read-only",
  ).action(async (_: unknown, child: Command) => rotate(child.optsWithGlobals(), context));
  return command.addHelpText(
    "after",
    examples({
      "export HERDCTL_TOKEN=$(herdctl token show)": "for commands with --url",
      "herdctl token rotate": "after somebody has seen it who should not have",
    }),
  );
}

async function show(options: Options, context: Context): Promise<void> {
  const stateDir = await ownStateDir(options, context);
  print(ensureAccessTokens(stateDir).tokens, options, context);
}

async function rotate(options: Options, context: Context): Promise<void> {
  const stateDir = await ownStateDir(options, context);
  const state = await StateManager.open({ stateDir });
  try {
    const at = new Date().toISOString();
    const asked = { at, operation: "rotateToken", actor: { via: "process" } } as const;
    const seq = await state.store.audit.begin(asked);
    print(await rotateAccessToken(state, accessOf(options)), options, context);
    await state.store.audit.end(seq, { outcome: "ok" });
  } finally {
    await state.close();
  }
}

async function ownStateDir(options: Options, context: Context): Promise<string> {
  refuseRemote(options, context);
  return (await findState(options, context)).stateDir;
}

function accessOf({ readOnly }: Options): Access {
  return readOnly ? "read-only" : "full";
}

function print(tokens: AccessTokens, options: Options, { output }: Context): void {
  const token = options.readOnly ? tokens.readOnly : tokens.full;
  output.print(options.json ? toJson({ access: accessOf(options), token }) : token);
}
