/** A part of a list in ascending order of ids: those after the id `after`. */
export interface PageAfter {
  readonly after?: number | undefined;
  readonly limit: number;
}
