import {
  type DatabaseSync,
  type SQLInputValue,
  type SQLOutputValue,
  type StatementSync,
} from "node:sqlite";
import { toStateError } from "./failure.ts";

/** A row as SQLite gives it: without prototype. */
export type Row = Readonly<Record<string, SQLOutputValue>>;

/** One open database: every statement is prepared once, every failure of the disk has its remedy. */
export class Connection {
  readonly database: DatabaseSync;
  readonly stateDir: string;
  readonly #statements = new Map<string, StatementSync>();

  constructor(database: DatabaseSync, stateDir: string) {
    this.database = database;
    this.stateDir = stateDir;
  }

  get(sql: string, ...values: readonly SQLInputValue[]): Row | undefined {
    return this.#attempt(() => this.#prepared(sql).get(...values));
  }

  all(sql: string, ...values: readonly SQLInputValue[]): readonly Row[] {
    return this.#attempt(() => this.#prepared(sql).all(...values));
  }

  /** Resolves with the number of rows that changed. */
  run(sql: string, ...values: readonly SQLInputValue[]): number {
    return this.#attempt(() => Number(this.#prepared(sql).run(...values).changes));
  }

  /** Runs a script of several statements. */
  script(sql: string): void {
    this.#attempt(() => this.database.exec(sql));
  }

  close(): void {
    this.#statements.clear();
    if (this.database.isOpen) this.database.close();
  }

  #prepared(sql: string): StatementSync {
    const known = this.#statements.get(sql);
    if (known) return known;
    const statement = this.database.prepare(sql);
    this.#statements.set(sql, statement);
    return statement;
  }

  #attempt<T>(action: () => T): T {
    try {
      return action();
    } catch (error) {
      throw toStateError(error, this.stateDir);
    }
  }
}

/** The text in a column that is never null. */
export function textOf(row: Row, column: string): string {
  const value = row[column];
  if (typeof value !== "string") throw new TypeError(`column ${column} holds no text`);
  return value;
}

/** The number in a column that is never null. */
export function numberOf(row: Row | undefined, column: string): number {
  const value = row?.[column];
  if (typeof value !== "number") throw new TypeError(`column ${column} holds no number`);
  return value;
}
