import { OpenAPIHono } from '@hono/zod-openapi';
import type { Hook } from '@hono/zod-openapi';
import type { Env } from 'hono';
import { z } from 'zod';
import { escapePointer, type FieldError, invalid, problem } from './problem.ts';
import { explainIssue } from './validation-words.ts';

z.config({ customError: explainIssue });

type Issue = z.core.$ZodIssue;
type Target = 'json' | 'query' | 'param' | 'form' | 'header' | 'cookie';

const located = (target: Target, path: readonly PropertyKey[], message: string, rule: string): FieldError => {
  const names = path.map(String);
  return {
    field: names.join('.'),
    pointer: target === 'json' ? names.map((name) => `/${escapePointer(name)}`).join('') : `?${names.join('.')}`,
    rule,
    message,
  };
};

const toFieldErrors = (issue: Issue, target: Target): readonly FieldError[] => {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) =>
      located(target, [...issue.path, key], `Unknown field ${key}. Remove it.`, 'unknown_field'),
    );
  }
  const name = issue.path.map(String).join('.');
  return [located(target, issue.path, name === '' ? issue.message : `${name}: ${issue.message}`, issue.code)];
};

/** Turns what zod found into one problem; a path that does not fit names nothing, which is a 404. */
const refuseInvalid: Hook<unknown, Env, string, unknown> = (result) => {
  if (result.success) return;
  if (result.target === 'param') throw problem(404, 'There is nothing under this name.');
  throw invalid(result.error.issues.flatMap((issue) => toFieldErrors(issue, result.target)));
};

/** A router whose requests are validated, and refused, in the same way everywhere. */
export const createRouter = (): OpenAPIHono => new OpenAPIHono({ defaultHook: refuseInvalid });
