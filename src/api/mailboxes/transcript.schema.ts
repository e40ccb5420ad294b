import { z } from '@hono/zod-openapi';

export const TranscriptSchema = z
  .object({
    ok: z.boolean(),
    steps: z
      .array(
        z.object({
          name: z.string(),
          status: z.enum(['ok', 'failed', 'skipped']),
          detail: z.string().describe('The result or the error. Empty for a step that was not reached.'),
          remedy: z.string().nullable(),
          ms: z.number(),
        }),
      )
      .readonly(),
  })
  .openapi('Transcript');
