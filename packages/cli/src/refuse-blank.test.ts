import { Command } from "commander";
import { expect, test } from "vitest";
import { refuseBlank } from "./refuse-blank.ts";

test.each([
  [["run", ""], "The argument 'agent' is empty."],
  [["run", "a", " \t"], "The argument 'schedule' is empty."],
  [["run", "a", "--resume", ""], "The value of option '--resume <session>' is empty."],
  [["run", "a", "-s", ""], "The value of option '-s, --state <dir>' is empty."],
  [["-s", " ", "run", "a"], "The value of option '-s, --state <dir>' is empty."],
])("refuses %j in a sentence", async (args, message) => {
  await expect(parse(args)).rejects.toMatchObject({ code: "INVALID_REQUEST", message });
});

test.each([[["run", "a"]], [["run", "a", "b", "--resume", "c", "-n", "0"]]])(
  "leaves %j alone",
  async (args) => {
    await expect(parse(args)).resolves.toBe(true);
  },
);

async function parse(args: readonly string[]): Promise<boolean> {
  let hasRun = false;
  const program = new Command("herdctl").option("-s, --state <dir>");
  program.hook("preAction", (_, action) => refuseBlank(action));
  program
    .command("run")
    .argument("<agent>")
    .argument("[schedule]")
    .option("--resume <session>")
    .option("-n <count>", "a number", Number)
    .option("--no-queue")
    .action(() => void (hasRun = true));
  await program.parseAsync([...args], { from: "user" });
  return hasRun;
}
