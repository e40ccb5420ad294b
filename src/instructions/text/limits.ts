/** Longest text that is scanned for instructions, in UTF-16 units, inclusive (spec §11: 1 MiB). A longer one is an error. */
export const maxTextLength = 1_048_576;

/** Most variables, known or not, that the sender's own text may hold, inclusive; more are an error, and the rest is not read. */
export const maxVariables = 500;

/** Longest name of a variable or field, in UTF-16 units, inclusive; a longer one is plain text. */
export const maxNameLength = 64;

/** Longest value as it stands between its delimiters, in UTF-16 units, inclusive; a longer one is an error. */
export const maxValueLength = 65_536;
