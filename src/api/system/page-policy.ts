interface PageParts {
  /** Hashes of scripts that stand in the page, such as `sha256-…`. */
  readonly inlineScripts?: readonly string[];
  /** `style` attributes count: the preview of a mail's HTML, in a frame without scripts, is under its page's policy. */
  readonly styleAttributes?: boolean;
}

/**
 * Content-Security-Policy of a page whose parts all come from here: no other host is asked for anything. Images are the style sheet's own icons.
 */
export const pagePolicy = ({ inlineScripts = [], styleAttributes = false }: PageParts = {}): string =>
  [
    "default-src 'none'",
    ["script-src 'self'", ...inlineScripts.map((hash) => `'${hash}'`)].join(' '),
    "style-src 'self'",
    ...(styleAttributes ? ["style-src-attr 'unsafe-inline'"] : []),
    "connect-src 'self'",
    "img-src 'self' data:",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
