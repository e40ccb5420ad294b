/**
 * Content-Security-Policy of a page whose parts all come from here: no other host is asked for anything. Images are the style sheet's own icons.
 * `inlineScripts`: hashes of those that stand in the page, such as `sha256-…`.
 */
export const pagePolicy = (...inlineScripts: readonly string[]): string =>
  [
    "default-src 'none'",
    ["script-src 'self'", ...inlineScripts.map((hash) => `'${hash}'`)].join(' '),
    "style-src 'self'",
    "connect-src 'self'",
    "img-src 'self' data:",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
