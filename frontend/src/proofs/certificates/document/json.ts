/**
 * JSON as the checker reads it: whole numbers exact, whatever their size, and no member given twice.
 *
 * `JSON.parse` rounds whole numbers beyond 2⁵³, which the shares and flows of a proof tree exceed.
 */
export type Json = bigint | boolean | number | string | null | readonly Json[] | ReadonlyMap<string, Json>;

const DEPTH_MAX = 64;
const SPACE = /[ \t\n\r]*/y;
const NUMBER = /-?(?:0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?/y;
const PLAIN = /[^"\\\u0000-\u001f]*/y;
const ESCAPES: Readonly<Record<string, string>> = { '"': '"', "\\": "\\", "/": "/", b: "\b", f: "\f", n: "\n", r: "\r", t: "\t" };
const WORDS: readonly (readonly [string, Json])[] = [["true", true], ["false", false], ["null", null]];

/** The text is not JSON; the message says where. */
export class JsonFault extends Error {}

/** Read a text; throws JsonFault. */
export function parseJson(text: string): Json {
  const parser = new Parser(text);
  const value = parser.value(0);
  parser.end();
  return value;
}

class Parser {
  private place = 0;

  constructor(private readonly text: string) {}

  end(): void {
    this.skip();
    if (this.place < this.text.length) this.refuse("more follows");
  }

  value(depth: number): Json {
    if (depth > DEPTH_MAX) this.refuse("is nested too deeply");
    this.skip();
    const first = this.text[this.place];
    if (first === "{") return this.members(depth);
    if (first === "[") return this.items(depth);
    if (first === '"') return this.string();
    for (const [word, value] of WORDS) {
      if (this.text.startsWith(word, this.place)) {
        this.place += word.length;
        return value;
      }
    }
    return this.number();
  }

  private members(depth: number): Json {
    const members = new Map<string, Json>();
    this.place += 1;
    if (this.takes("}")) return members;
    do {
      this.skip();
      if (this.text[this.place] !== '"') this.refuse("a name must follow");
      const name = this.string();
      if (members.has(name)) this.refuse(`“${name}” is given twice`);
      if (!this.takes(":")) this.refuse("a colon must follow");
      members.set(name, this.value(depth + 1));
    } while (this.takes(","));
    if (!this.takes("}")) this.refuse("“}” must follow");
    return members;
  }

  private items(depth: number): Json {
    const items: Json[] = [];
    this.place += 1;
    if (this.takes("]")) return items;
    do items.push(this.value(depth + 1)); while (this.takes(","));
    if (!this.takes("]")) this.refuse("“]” must follow");
    return items;
  }

  private string(): string {
    let found = "";
    this.place += 1;
    for (;;) {
      found += this.match(PLAIN)?.[0] ?? "";
      const end = this.text[this.place];
      this.place += 1;
      if (end === '"') return found;
      if (end !== "\\") this.refuse("a string does not end");
      const letter = this.text[this.place] ?? "";
      this.place += 1;
      found += letter === "u" ? this.codeUnit() : (ESCAPES[letter] ?? this.refuse("an escape is unknown"));
    }
  }

  private codeUnit(): string {
    const digits = this.text.slice(this.place, this.place + 4);
    if (!/^[\da-fA-F]{4}$/.test(digits)) this.refuse("an escape is unknown");
    this.place += 4;
    return String.fromCharCode(parseInt(digits, 16));
  }

  private number(): Json {
    const match = this.match(NUMBER);
    if (match === undefined) return this.refuse("no value");
    return match[1] === undefined && match[2] === undefined ? BigInt(match[0]) : Number(match[0]);
  }

  private match(pattern: RegExp): RegExpExecArray | undefined {
    pattern.lastIndex = this.place;
    const found = pattern.exec(this.text);
    if (found === null) return undefined;
    this.place += found[0].length;
    return found;
  }

  private skip(): void {
    this.match(SPACE);
  }

  private takes(sign: string): boolean {
    this.skip();
    if (this.text[this.place] !== sign) return false;
    this.place += 1;
    return true;
  }

  private refuse(why: string): never {
    throw new JsonFault(`at character ${String(this.place)}: ${why}`);
  }
}
