import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import { z } from 'zod';
import { listen } from './listen.ts';

/** As in an ExportTraceServiceRequest in JSON (OpenTelemetry Protocol 1, §JSON Protobuf encoding). */
const requestSchema = z.object({
  resourceSpans: z.array(
    z.object({
      scopeSpans: z.array(
        z.object({
          spans: z.array(z.object({ traceId: z.string(), spanId: z.string(), name: z.string() })),
        }),
      ),
    }),
  ),
});
export type Span = z.output<typeof requestSchema>['resourceSpans'][number]['scopeSpans'][number]['spans'][number];

export interface SpanReceiver {
  readonly url: string;
  readonly spans: readonly Span[];
  /** All that came, as it came. */
  readonly bodies: readonly string[];
  close(): Promise<void>;
}

/** Takes traces by OTLP over HTTP. */
export const startSpanReceiver = async (): Promise<SpanReceiver> => {
  const spans: Span[] = [];
  const bodies: string[] = [];
  const server = createServer((request, response) => {
    void text(request).then((body) => {
      bodies.push(body);
      for (const { scopeSpans } of requestSchema.parse(JSON.parse(body)).resourceSpans)
        for (const scope of scopeSpans) spans.push(...scope.spans);
      response.writeHead(200, { 'Content-Type': 'application/json' }).end('{}');
    });
  });
  const url = `http://127.0.0.1:${String(await listen(server))}`;
  return {
    url,
    spans,
    bodies,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
};
