declare module 'pino-roll' {
  import type { SonicBoom } from 'sonic-boom';

  interface Options {
    file: string;
    size?: string;
    mkdir?: boolean;
    limit?: { count: number };
  }
  // eslint-disable-next-line no-restricted-syntax -- the library's
  export default function pinoRoll(options: Options): Promise<SonicBoom>;
}
