import { once } from "node:events";
import { createServer } from "node:http";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { createConnection } from "../src/client/connection.ts";
import { createFleetClient } from "../src/index.ts";
import { collect } from "./collect.ts";

test("a daemon that does not answer in time is a TIMEOUT that names the operation", async () => {
  await using silent = await answering(() => undefined);
  const connection = createConnection(silent);
  const call = connection.call("getStatus", { params: {}, query: {}, body: {} }, { deadline: 20 });
  await expect(call).rejects.toMatchObject({
    code: "TIMEOUT",
    context: { operation: "getStatus", deadline: 20 },
  });
});

test("what the contract refuses is refused before it is sent, in a sentence", async () => {
  await using silent = await answering(() => undefined);
  const client = createFleetClient({ socketPath: silent.socketPath });
  const refused = (message: string): object => ({ code: "INVALID_REQUEST", message });
  await expect(client.getJob("")).rejects.toMatchObject(
    refused("The request is not valid: params.jobId: must not be empty."),
  );
  await expect(client.answerApproval("ask-1", { answer: "" })).rejects.toMatchObject(
    refused("The request is not valid: body.answer: must not be empty."),
  );
  await expect(collect(client.streamJobLines(" "))).rejects.toMatchObject(
    refused("The request is not valid: params.jobId: must not be empty."),
  );
  client.close();
});

test("closing the client ends what is under way", async () => {
  await using silent = await answering(() => undefined);
  const client = createFleetClient({ socketPath: silent.socketPath });
  const call = client.getStatus();
  client.close();
  await expect(call).rejects.toThrow("The client was closed.");
});

test("an answer of another version is an error that says what to do", async () => {
  await using odd = await answering((respond) => respond('{"state":"dreaming"}', "end"));
  await expect(createFleetClient(odd).getStatus()).rejects.toMatchObject({
    code: "INTERNAL",
    message: expect.stringContaining("restart it") as string,
  });
});

test("an item of another version is an error and not a loss", async () => {
  await using odd = await answering((respond) => respond('id: 1\ndata: {"seq":"one"}\n\n'));
  const client = createFleetClient({ socketPath: odd.socketPath });
  await expect(collect(client.streamJobLines("latest"))).rejects.toMatchObject({
    code: "INTERNAL",
    message: expect.stringContaining("cannot read") as string,
  });
});

test("a stream that breaks again and again without an item is given up", async () => {
  let opened = 0;
  await using broken = await answering((respond) => {
    opened += 1;
    respond("event: open\ndata: {}\n\n", "break");
  });
  const client = createFleetClient({ socketPath: broken.socketPath });
  await expect(collect(client.streamEvents())).rejects.toMatchObject({
    code: "DAEMON_UNREACHABLE",
  });
  expect(opened).toBe(6);
});

type Respond = (text: string, then?: "break" | "end") => void;

interface Answering extends AsyncDisposable {
  readonly socketPath: string;
}

/** A server that answers every stream with this. */
async function answering(handle: (respond: Respond) => void): Promise<Answering> {
  const folder = await mkdtemp(join(tmpdir(), "herdctl-web-"));
  const socketPath = join(folder, "s.sock");
  const server = createServer((_, response) => {
    handle((text, then) => {
      response.writeHead(200, { "content-type": "text/event-stream" });
      response.write(text, () => {
        if (then === "break") response.destroy();
        if (then === "end") response.end();
      });
    });
  });
  await once(server.listen(socketPath), "listening");
  return {
    socketPath,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
