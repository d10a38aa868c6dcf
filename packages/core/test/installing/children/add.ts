import { once } from "node:events";
import { addAgent } from "../../../src/installing/add-agent.ts";
import { fetchAgent } from "../../../src/installing/fetch-agent.ts";

// Fetches an agent, and adds it once it is told to.
const [configPath = "", source = ""] = process.argv.slice(2);
const offer = await fetchAgent({ configPath, source });
process.stdout.write("fetched\n");
await once(process.stdin, "data");
await addAgent(offer, {
  configPath,
  activate: async () => {
    process.stdout.write("added\n");
    await once(process.stdin, "data");
  },
});
