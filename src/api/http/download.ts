import { create as contentDisposition } from 'content-disposition';

/** Types that a browser may be made to run; they go out as plain bytes. */
const activeTypes = /html|xml|svg|javascript|ecmascript|xslt|pdf/i;

/**
 * Headers under which foreign content can be saved, and nothing of it runs: never inline, never sniffed, no origin
 * even if a browser shows it. The name travels by RFC 6266 (`filename*`).
 */
export const downloadHeaders = (name: string, contentType: string): Record<string, string> => ({
  'Content-Type':
    activeTypes.test(contentType) || !/^[\w.+-]+\/[\w.+-]+$/.test(contentType)
      ? 'application/octet-stream'
      : contentType,
  'Content-Disposition': contentDisposition(name),
  'X-Content-Type-Options': 'nosniff',
  'Content-Security-Policy': "sandbox; default-src 'none'",
  'Cache-Control': 'private, no-store',
});
