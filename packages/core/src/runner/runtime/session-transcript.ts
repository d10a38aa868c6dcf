import { FileTail } from "./file-tail.ts";
import { parseSessionLine, type SessionLine } from "./session-line.ts";
import { findSessionFile, listSubagentFiles, type SessionPlace } from "./session-path.ts";

export interface SessionTranscriptOptions extends SessionPlace {
  /** Where a resumed session goes on; what is before was said in earlier runs. */
  readonly start?: SessionStart | undefined;
  /** Told of each file that is read. */
  readonly onFile?: (path: string) => void;
}

/** Size of a session's file before a run. */
export interface SessionStart {
  readonly path: string;
  readonly offset: number;
}

/** The answers that Claude Code keeps of a run, its subagents' included, looked up as they are written. */
export class SessionTranscript {
  readonly #options: SessionTranscriptOptions;
  readonly #passed = new Map<string, SessionLine>();
  readonly #subagents = new Map<string, FileTail>();
  #path: string | undefined;
  #session: FileTail | undefined;

  constructor(options: SessionTranscriptOptions) {
    this.#options = options;
  }

  /** The line of this answer; `undefined` while it is not written. Each line is given once. */
  async find(uuid: string, ofSubagent: boolean): Promise<SessionLine | undefined> {
    const passed = this.#passed.get(uuid);
    if (passed) {
      this.#passed.delete(uuid);
      return passed;
    }
    for (const tail of await this.#files(ofSubagent)) {
      const line = await this.#readUpTo(tail, uuid);
      if (line) return line;
    }
    return undefined;
  }

  /** Tells whether what is not written yet cannot come any more: the session's file is gone. */
  async isBroken(): Promise<boolean> {
    return (await this.#session?.isBroken()) ?? false;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const tails = [...this.#subagents.values(), ...(this.#session ? [this.#session] : [])];
    await Promise.all(tails.map((tail) => tail[Symbol.asyncDispose]()));
  }

  async #files(ofSubagent: boolean): Promise<readonly FileTail[]> {
    await this.#openSession();
    if (!ofSubagent) return this.#session ? [this.#session] : [];
    for (const path of this.#path === undefined ? [] : await listSubagentFiles(this.#path)) {
      if (!this.#subagents.has(path)) this.#subagents.set(path, this.#open(path, 0));
    }
    return [...this.#subagents.values()];
  }

  async #openSession(): Promise<void> {
    if (this.#session) return;
    const { start } = this.#options;
    this.#path = start?.path ?? (await findSessionFile(this.#options));
    if (this.#path !== undefined) this.#session = this.#open(this.#path, start?.offset ?? 0);
  }

  #open(path: string, offset: number): FileTail {
    this.#options.onFile?.(path);
    return new FileTail(path, { position: offset });
  }

  async #readUpTo(tail: FileTail, uuid: string): Promise<SessionLine | undefined> {
    for (let text = await tail.next(); text !== undefined; text = await tail.next()) {
      const line = parseSessionLine(text);
      if (line?.uuid === uuid) return line;
      if (line?.type === "assistant") this.#passed.set(line.uuid, line);
    }
    return undefined;
  }
}
