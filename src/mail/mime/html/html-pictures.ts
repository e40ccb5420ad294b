import libmime from 'libmime';
import type { Part } from '../parts/mime-parts.ts';

/** HTML without the pictures and the long links that stand in its attributes. */
export interface LightHtml {
  readonly html: string;
  /** As parts of their own, each once. */
  readonly pictures: readonly Part[];
}

const picture = /data:(image\/[a-z0-9.+-]{1,40})((?:;[^;,"'<>()\s]{0,60}){0,4}),([^"'<>()]*)/gi;
/** Attributes whose value is an address; no text and no look hangs on them. */
const longLink = /(\b(?:href|src|srcset|background|action|data-[a-z-]{1,40})\s*=\s*)("[^"]{1024,}"|'[^']{1024,}')/gi;

/** Pictures written into the HTML (`data:`) are documents, as those beside it are (spec §8), and count as such. */
export const takePictures = (html: string): LightHtml => {
  const found = new Map<string, Part>();
  const light = html.replace(picture, (_, type: string, parameters: string, data: string) => {
    const isBase64 = /;\s*base64/i.test(parameters);
    const content = isBase64
      ? Buffer.from(unescaped(data).replace(/\s+/g, ''), 'base64')
      : Buffer.from(unescaped(data));
    const key = `${type}${data}`;
    if (content.byteLength > 0 && !found.has(key))
      found.set(key, pictureOf(type.toLowerCase(), content, found.size + 1));
    return '';
  });
  return { html: light.replace(longLink, '$1""'), pictures: [...found.values()] };
};

const unescaped = (data: string): string =>
  data.replace(/%([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)));

const pictureOf = (contentType: string, content: Uint8Array, number: number): Part => ({
  contentType,
  charset: null,
  flowed: false,
  delSp: false,
  disposition: 'inline',
  fileName: `inline-${number}.${libmime.detectExtension(contentType)}`,
  contentId: null,
  children: [],
  content,
});
