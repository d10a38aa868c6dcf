/** A key: what it types, or the name of one that types nothing. */
export type Key = string;

const named: Readonly<Record<string, Key>> = {
  "\u0003": "interrupt",
  "\u0004": "end of input",
  "\t": "tab",
  "\r": "enter",
  "\n": "enter",
  "\u0008": "backspace",
  "\u007F": "backspace",
  "\u001B": "escape",
  "\u001B[A": "up",
  "\u001B[B": "down",
  "\u001BOA": "up",
  "\u001BOB": "down",
  "\u001B[5~": "page up",
  "\u001B[6~": "page down",
  "\u001B[H": "home",
  "\u001B[F": "end",
};

// oxlint-disable-next-line no-control-regex
const sequence = /\u001B(?:\[[0-?]*[ -/]*[@-~]|O[A-Z])|[^]/gu;

/** The keys behind what a terminal sends; those without a name that type nothing are left out. */
export function readKeys(text: string): readonly Key[] {
  return [...text.matchAll(sequence)].flatMap(([key]) => {
    const name = named[key];
    if (name !== undefined) return [name];
    // oxlint-disable-next-line no-control-regex
    return /^[\u0000-\u001F\u007F-\u009F]/.test(key) ? [] : [key];
  });
}
