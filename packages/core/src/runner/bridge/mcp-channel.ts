import type { McpSdkServerConfigWithInstance } from "@anthropic-ai/claude-agent-sdk";
import { z } from "zod";

type McpServer = McpSdkServerConfigWithInstance["instance"];
type Transport = Parameters<McpServer["connect"]>[0];

/** Asks an MCP server one message at a time, over connections that may break. */
export interface McpChannel {
  /**
   * Resolves with the answer, or with nothing where none is to come. The same message again joins
   * the first one instead of being asked twice.
   *
   * @throws SyntaxError, ZodError when it is no message
   */
  ask(line: string): Promise<string | undefined>;
  close(): Promise<void>;
}

interface Pending {
  /** Id under which the server knows the request: whoever asks anew counts from 0 again. */
  readonly innerId: number;
  readonly id: RequestId;
  readonly answer: Promise<string | undefined>;
  readonly settle: (answer: string | undefined) => void;
}

type RequestId = string | number;

const requestId = z.union([z.string(), z.number()]);
const messageShape = z.looseObject({ method: z.string().optional(), id: requestId.optional() });
const cancelledParams = z.looseObject({ requestId });

/** Connects to `server`; needs no handshake, so that it can take an earlier server's place. */
export async function openMcpChannel(server: McpServer): Promise<McpChannel> {
  const pending = new Map<string, Pending>();
  let lastId = 0;
  const transport: Transport = {
    start: () => Promise.resolve(),
    close: () => {
      transport.onclose?.();
      return Promise.resolve();
    },
    send: (message) => {
      const asked = [...pending.values()].find(
        ({ innerId }) => "id" in message && !("method" in message) && message.id === innerId,
      );
      asked?.settle(JSON.stringify({ ...message, id: asked.id }));
      return Promise.resolve();
    },
  };
  await server.connect(transport);

  const deliver = (message: object): void =>
    transport.onmessage?.(JSON.parse(JSON.stringify(message)));

  const request = (line: string, message: object, id: RequestId): Promise<string | undefined> => {
    const known = pending.get(line);
    if (known) return known.answer;
    const { promise: answer, resolve } = Promise.withResolvers<string | undefined>();
    const innerId = ++lastId;
    const settle = (text: string | undefined): void => {
      pending.delete(line);
      resolve(text);
    };
    pending.set(line, { innerId, id, answer, settle });
    deliver({ ...message, id: innerId });
    return answer;
  };

  // The server answers nothing to a request that was taken back.
  const cancel = (params: unknown): void => {
    const { requestId: id } = cancelledParams.parse(params);
    for (const asked of [...pending.values()].filter((item) => item.id === id)) {
      deliver({
        jsonrpc: "2.0",
        method: "notifications/cancelled",
        params: { requestId: asked.innerId },
      });
      asked.settle(undefined);
    }
  };

  return {
    async ask(line) {
      const message = messageShape.parse(JSON.parse(line));
      if (message.method === "notifications/cancelled") cancel(message["params"]);
      else if (message.method !== undefined && message.id !== undefined)
        return request(line, message, message.id);
      else deliver(message);
      return undefined;
    },
    async close() {
      for (const { settle } of pending.values()) settle(undefined);
      await server.close();
    },
  };
}
