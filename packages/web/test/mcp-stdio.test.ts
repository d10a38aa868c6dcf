import { createInterface } from "node:readline";
import { PassThrough } from "node:stream";
import { herdctlVersion, silentLogger } from "@herdctl/core";
import { expect, test } from "vitest";
import { localOperations, serveMcp, type ServeMcpOptions } from "../src/index.ts";
import { RecordedFleet } from "./recorded-fleet.ts";

test("a client is served line by line until it is gone, whatever it says", async () => {
  const warned: string[] = [];
  const logger = { ...silentLogger, warn: (text: string) => void warned.push(text) };
  const client = new StdioClient({ logger });
  client.write("no message");
  client.write('{"jsonrpc":"2.0"}');
  expect(await client.initialize()).toMatchObject({
    serverInfo: { name: "herdctl", version: herdctlVersion() },
  });
  client.write("[]");
  expect(await client.request("tools/list", {})).toMatchObject({
    tools: expect.arrayContaining([expect.objectContaining({ name: "trigger_agent" })]),
  });
  const given = { name: "list_agents", arguments: {} };
  expect(await client.request("tools/call", given)).toMatchObject({
    structuredContent: { agents: [{ name: "platform.reviewer" }] },
  });
  expect(warned).toContain("mcp: a line that is no message was left out");
  expect(client.disposed).toBe(1);
  client.stdin.end();
  await client.served;
});

test("a fleet that cannot be reached is the answer of the tool, and the next call tries again", async () => {
  let isThere = false;
  const fleet = localOperations(new RecordedFleet());
  const client = new StdioClient({
    reachFleet: async () => {
      if (!isThere) throw new Error("not there");
      return { fleet, [Symbol.asyncDispose]: async () => undefined };
    },
  });
  await client.initialize();
  const given = { name: "list_agents", arguments: {} };
  expect(await client.request("tools/call", given)).toMatchObject({ isError: true });
  isThere = true;
  expect(await client.request("tools/call", given)).not.toHaveProperty("isError");
  client.stdin.destroy();
  await client.served;
});

test("serving ends when it is told to, and never begins after that", async () => {
  const enough = new AbortController();
  const client = new StdioClient({ signal: enough.signal });
  await client.initialize();
  enough.abort();
  await client.served;
  await new StdioClient({ signal: enough.signal }).served;
});

type Json = Readonly<Record<string, unknown>>;

class StdioClient {
  readonly stdin = new PassThrough();
  readonly served: Promise<void>;
  disposed = 0;
  readonly #waiting = new Map<number, (result: unknown) => void>();
  #lastId = 0;

  constructor(options: Partial<ServeMcpOptions>) {
    const stdout = new PassThrough();
    createInterface({ input: stdout }).on("line", (line) => {
      const { id, result } = JSON.parse(line) as Json;
      this.#waiting.get(Number(id))?.(result);
    });
    const fleet = localOperations(new RecordedFleet());
    const dispose = async (): Promise<void> => void (this.disposed += 1);
    const reachFleet = async () => ({ fleet, [Symbol.asyncDispose]: dispose });
    this.served = serveMcp({ reachFleet, stdin: this.stdin, stdout, ...options });
  }

  write(line: string): void {
    this.stdin.write(`${line}\n`);
  }

  initialize(): Promise<unknown> {
    const clientInfo = { name: "test", version: "1" };
    return this.request("initialize", {
      protocolVersion: "2025-06-18",
      capabilities: {},
      clientInfo,
    });
  }

  request(method: string, params: object): Promise<unknown> {
    const id = ++this.#lastId;
    const { promise, resolve } = Promise.withResolvers<unknown>();
    this.#waiting.set(id, resolve);
    this.write(JSON.stringify({ jsonrpc: "2.0", id, method, params }));
    return promise;
  }
}
