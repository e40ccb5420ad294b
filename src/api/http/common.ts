import { z } from '@hono/zod-openapi';
import { isMailAddress } from '../../domain/messages/address.ts';
import { dispositions } from '../../domain/messages/disposition.ts';

/** ISO 8601 UTC. */
export const instant = z.iso.datetime();

export const idParams = z.object({
  id: z
    .string()
    .regex(/^[1-9]\d{0,14}$/)
    .transform(Number)
    .openapi({ type: 'integer', param: { name: 'id', in: 'path' }, example: 1 }),
});

/** An id in a query. */
export const idQuery = z.coerce.number().int().min(1);

const storable = (text: string): boolean => !text.includes('\0') && text.isWellFormed();

/** Text that PostgreSQL can store. */
export const plainText = (maxLength: number) =>
  z.string().max(maxLength).refine(storable, 'it holds a character that no text has (U+0000, or half of a pair).');

/** Text that says something, without the white space around it. */
export const words = (maxLength: number) =>
  z
    .string()
    .trim()
    .min(1)
    .max(maxLength)
    .refine(storable, 'it holds a character that no text has (U+0000, or half of a pair).');

/** `true` or `false` in a query. */
export const flag = z.enum(['true', 'false']).transform((value) => value === 'true');

/** Text to search for. */
export const searchText = words(200);

/** `nullable()` of a schema with a name of its own loses the null in the document. */
export const orNull = <T extends z.ZodType>(schema: T) => z.union([schema, z.null()]);

export const DispositionSchema = z.enum(dispositions).openapi('Disposition');

export const DiagnosticSchema = z
  .object({
    code: z.string(),
    message: z.string(),
    line: z.int().nullable(),
    column: z.int().nullable(),
    variable: z.string().nullable(),
  })
  .openapi('Notice');

/** Lower case. */
export const mailAddress = z
  .string()
  .trim()
  .toLowerCase()
  .max(254)
  .refine(isMailAddress, 'it is no mail address: write it like anna@example.com.')
  .openapi({ format: 'email' });
