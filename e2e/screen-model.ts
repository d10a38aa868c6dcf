/** What a terminal shows after what was written to it; colours aside. */
export class ScreenModel {
  #columns: number;
  #rows: number;
  #lines: string[][] = [[]];
  #row = 0;
  #column = 0;
  #rest = "";
  /** The screen that programs take over, and give back. */
  isAlternate = false;
  isCursorShown = true;

  constructor({ columns, rows }: { readonly columns: number; readonly rows: number }) {
    this.#columns = columns;
    this.#rows = rows;
  }

  get lines(): readonly string[] {
    return this.#lines.map((line) =>
      Array.from(line, (cell) => cell ?? " ")
        .join("")
        .trimEnd(),
    );
  }

  get text(): string {
    return this.lines.join("\n");
  }

  /** Something was written outside of the screen. */
  hasOverflown = false;

  resize({ columns, rows }: { readonly columns: number; readonly rows: number }): void {
    this.#columns = columns;
    this.#rows = rows;
    this.#lines = this.#lines.slice(0, rows);
  }

  write(text: string): void {
    // oxlint-disable-next-line no-control-regex
    const token = /\u001B\[([?0-9;]*)([A-Za-z])|\u001B\[?[?0-9;]*$|[^]/gu;
    for (const [whole, values = "", name] of (this.#rest + text).matchAll(token)) {
      this.#rest = "";
      if (name !== undefined) this.#control(name, values);
      else if (whole.startsWith("\u001B")) this.#rest = whole;
      else this.#put(whole);
    }
  }

  #control(name: string, values: string): void {
    const [first = 1, second = 1] = values.split(";").map(Number);
    if (values === "?1049") return this.#switch(name === "h");
    if (values === "?25") this.isCursorShown = name === "h";
    if (name === "H") [this.#row, this.#column] = [first - 1, second - 1];
    if (name === "K")
      this.#lines[this.#row] = values === "2" ? [] : this.#line().slice(0, this.#column);
    if (name === "J") this.#lines.splice(this.#row, Infinity);
  }

  #switch(isAlternate: boolean): void {
    this.isAlternate = isAlternate;
    this.#lines = [[]];
    [this.#row, this.#column] = [0, 0];
  }

  #put(character: string): void {
    if (character === "\r") this.#column = 0;
    else if (character === "\n") this.#row += 1;
    else {
      this.#line()[this.#column] = character;
      this.#column += 1;
      if (this.isAlternate && (this.#column > this.#columns || this.#row >= this.#rows)) {
        this.hasOverflown = true;
      }
    }
  }

  #line(): string[] {
    while (this.#lines.length <= this.#row) this.#lines.push([]);
    return (this.#lines[this.#row] ??= []);
  }
}
