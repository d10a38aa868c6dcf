import type { OutgoingHttpHeaders, RequestOptions } from "node:http";
import { type RawAnswer, send } from "./raw-request.ts";

/** A tool as a client of MCP sees it. */
export interface ListedTool {
  readonly name: string;
  readonly description: string;
  readonly inputSchema: { readonly properties?: Readonly<Record<string, object>> };
  readonly outputSchema: object;
  readonly annotations: Readonly<Record<string, boolean>>;
}

/** What a call of a tool came to. */
export interface ToolAnswer {
  readonly isError?: boolean;
  readonly content: readonly { readonly text: string }[];
  readonly structuredContent?: Readonly<Record<string, unknown>>;
}

/** Where the server of a client is. */
export type McpAddress = Omit<RequestOptions, "headers"> & {
  readonly headers?: OutgoingHttpHeaders;
};

/** Asks over HTTP, as a client that knows nothing of sessions does. */
export class McpClient {
  readonly #to: McpAddress;
  #lastId = 0;

  constructor(to: McpAddress) {
    this.#to = to;
  }

  async post(body: unknown): Promise<RawAnswer> {
    const headers = {
      "content-type": "application/json",
      accept: "application/json, text/event-stream",
      ...this.#to.headers,
    };
    const text = typeof body === "string" ? body : JSON.stringify(body);
    return send({ path: "/mcp", method: "POST", ...this.#to, headers }, text);
  }

  async request(method: string, params: object = {}): Promise<unknown> {
    this.#lastId += 1;
    const answer = await this.post({ jsonrpc: "2.0", id: this.#lastId, method, params });
    if (answer.status !== 200) throw new Error(`${answer.status} ${answer.text}`);
    return resultIn(answer);
  }

  async tools(): Promise<readonly ListedTool[]> {
    const { tools } = (await this.request("tools/list")) as { tools: readonly ListedTool[] };
    return tools;
  }

  async call(name: string, given: object = {}): Promise<ToolAnswer> {
    return (await this.request("tools/call", { name, arguments: given })) as ToolAnswer;
  }

  /** The structured result of a call that succeeds. */
  async result(name: string, given: object = {}): Promise<Readonly<Record<string, unknown>>> {
    const { isError, content, structuredContent } = await this.call(name, given);
    if (isError || !structuredContent) throw new Error(content.map(({ text }) => text).join("\n"));
    return structuredContent;
  }

  /** The error of a call that fails. */
  async error(name: string, given: object = {}): Promise<Readonly<Record<string, unknown>>> {
    const { isError, content } = await this.call(name, given);
    if (!isError) throw new Error("the call succeeded");
    return (JSON.parse(content[0]?.text ?? "") as { error: Record<string, unknown> }).error;
  }
}

function resultIn({ headers, text }: RawAnswer): unknown {
  const isStream = headers["content-type"]?.startsWith("text/event-stream");
  const json = isStream ? (/^data: (.*)$/m.exec(text)?.[1] ?? "") : text;
  const message = JSON.parse(json) as { result?: unknown; error?: { message: string } };
  if (message.error) throw new Error(message.error.message);
  return message.result;
}
