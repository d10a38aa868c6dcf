import { FleetManager } from "@herdctl/core";

// A conversation in a process of its own, for tests that end it without warning.
const [configPath = "", stateDir = ""] = process.argv.slice(2);
const fleet = new FleetManager({ configPath, stateDir });
await fleet.initialize();
const conversation = await fleet.openConversation("a", {
  key: "thread-7",
  onEvent: ({ type }) => process.send?.({ [type]: conversation.jobId }),
});
process.on("message", (text: string) => void conversation.send(text));
process.send?.({ ready: true });
