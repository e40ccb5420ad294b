const CR = 13;
const LF = 10;
const DOT = 46;
const lineEnd = Buffer.from('\r\n');
const dotAtLineStart = Buffer.from('\r\n.');

/** Longest status line taken, in octets; RFC 2449 §4 allows 512. */
const maxStatusOctets = 8_192;

export interface Pop3ReplyHandlers {
  /** A status line without its line end. Tells whether a multi-line part follows it (RFC 1939 §3). */
  status(line: string): boolean;
  /** Octets of a multi-line part, dot-stuffing removed, line ends kept. */
  body(octets: Buffer): void;
  end(): void;
  overlong(): void;
}

/**
 * Reads POP3 replies from octets that may be split anywhere: in a status line, in the terminator `CRLF . CRLF`, before or
 * behind a stuffed dot. Only CRLF ends a line of a body, so that a bare LF in a message cannot end it; a status line ends in LF,
 * with or without CR before it.
 */
export class Pop3ReplyReader {
  readonly #handlers: Pop3ReplyHandlers;
  #held: Buffer = Buffer.alloc(0);
  #inBody = false;
  #atLineStart = false;

  constructor(handlers: Pop3ReplyHandlers) {
    this.#handlers = handlers;
  }

  /** Octets that came, but do not make a whole reply yet. */
  get unfinished(): boolean {
    return this.#inBody || this.#held.length > 0;
  }

  push(octets: Buffer): void {
    let rest = this.#held.length === 0 ? octets : Buffer.concat([this.#held, octets]);
    this.#held = Buffer.alloc(0);
    while (rest.length > 0) {
      const taken = this.#inBody ? this.#readBody(rest) : this.#readStatus(rest);
      if (taken === undefined) return;
      rest = rest.subarray(taken);
    }
  }

  /** Octets read up to the end of the line; undefined when the line is not whole. */
  #readStatus(octets: Buffer): number | undefined {
    const end = octets.indexOf(LF);
    if (end > maxStatusOctets || (end < 0 && octets.length > maxStatusOctets)) {
      this.#handlers.overlong();
      return undefined;
    }
    if (end < 0) {
      this.#held = octets;
      return undefined;
    }
    const line = octets.toString('utf8', 0, octets[end - 1] === CR ? end - 1 : end);
    this.#inBody = this.#handlers.status(line);
    this.#atLineStart = this.#inBody;
    return end + 1;
  }

  /** Octets read up to the end of the body; undefined when more is to come. */
  #readBody(octets: Buffer): number | undefined {
    let from = 0;
    let at = 0;
    for (;;) {
      if (this.#atLineStart) {
        if (at === octets.length) break;
        if (octets[at] === DOT) {
          const ends = octets[at + 1] === undefined || octets[at + 1] === CR;
          if (ends && octets[at + 2] === undefined) break;
          if (ends && octets[at + 2] === LF) {
            this.#emit(octets, from, at);
            this.#inBody = false;
            this.#handlers.end();
            return at + 3;
          }
          this.#emit(octets, from, at);
          from = at + 1;
        }
        this.#atLineStart = false;
      }
      const next = octets.indexOf(dotAtLineStart, at);
      if (next < 0) {
        // A line end, or half of one, may stand before a dot that is still on its way.
        this.#atLineStart = octets.at(-1) === LF && octets.at(-2) === CR;
        at = octets.length - (octets.at(-1) === CR ? 1 : 0);
        break;
      }
      at = next + lineEnd.length;
      this.#atLineStart = true;
    }
    this.#emit(octets, from, at);
    this.#held = octets.subarray(at);
    return undefined;
  }

  #emit(octets: Buffer, from: number, to: number): void {
    if (to > from) this.#handlers.body(octets.subarray(from, to));
  }
}
