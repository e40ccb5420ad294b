import { eq, sql } from 'drizzle-orm';
import type { Category, Employee, Facts, KnownItem } from '../domain/facts.ts';
import type { Lookups } from '../domain/lookups.ts';
import type { Mailbox } from '../domain/mailbox.ts';
import type { Tx } from './connect.ts';
import { NotFoundError } from './errors.ts';
import { assets, categories, configurationItems, messages, tickets } from './schema/index.ts';
import { employeesWith } from './facts-people.ts';
import { matches, unambiguous, type Match } from './facts-matches.ts';

export interface FactsRequest {
  readonly lookups: Lookups;
  readonly contentKey: string | null;
  readonly mailbox: Pick<Mailbox, 'id' | 'defaultCategoryId'>;
  /** ISO 8601 UTC. */
  readonly now: string;
}

/** How far back mails of one sender count towards a loop (spec §4). */
const loopWindow = '10 minutes';

/**
 * What `decide` may know, in two statements: the ticket, which stays locked until the transaction ends, and everything else.
 * The message itself is not yet handled, and so not among those it is compared with.
 */
export const readFacts = async (tx: Tx, request: FactsRequest): Promise<Facts> => {
  const { lookups, mailbox, now } = request;
  const ticket = lookups.ticket === null ? null : await readTicket(tx, lookups.ticket);
  const found = await readFound(tx, request);
  const defaultCategory = found.default_category;
  if (defaultCategory === null) throw new NotFoundError(`There is no category ${mailbox.defaultCategoryId}.`);
  const withAddress = (address: string | null): Employee | null =>
    (address === null ? undefined : found.people.find(({ addresses }) => addresses.includes(address))) ?? null;
  return {
    now,
    duplicateOf: found.duplicate_of,
    recentFromSender: found.recent,
    sender: withAddress(lookups.sender),
    requestor: withAddress(lookups.requestor),
    recipient: withAddress(lookups.recipient),
    category: unambiguous(found.categories),
    defaultCategory,
    asset: unambiguous(found.assets),
    configurationItem: unambiguous(found.items),
    ticket,
  };
};

const readTicket = async (tx: Tx, { number, by }: NonNullable<Lookups['ticket']>): Promise<Facts['ticket']> => {
  const [row] = await tx
    .select({ ticket: tickets, supportGroup: categories.supportGroup })
    .from(tickets)
    .innerJoin(categories, eq(categories.id, tickets.categoryId))
    .where(eq(tickets.number, number))
    .for('update', { of: tickets });
  if (row === undefined) return null;
  const { ticket, supportGroup } = row;
  return {
    by,
    number: ticket.number,
    state: ticket.state,
    requestorId: ticket.requestorId,
    recipientId: ticket.recipientId,
    supportGroup,
    // No process asks for a choice yet.
    waitingAction: null,
    fields: {
      categoryId: ticket.categoryId,
      title: ticket.title,
      description: ticket.description,
      occurredAt: ticket.occurredAt,
      urgency: ticket.urgency,
      impact: ticket.impact,
      severity: ticket.severity,
      priority: ticket.priority,
      assetId: ticket.assetId,
      assetText: ticket.assetText,
      configurationItemId: ticket.configurationItemId,
      configurationItemText: ticket.configurationItemText,
      origin: ticket.origin,
      phone: ticket.phone,
      location: ticket.location,
      department: ticket.department,
      externalReference: ticket.externalReference,
      customFields: ticket.customFields,
    },
  };
};

/** One row of JSON values; the query below builds each of them in the domain's form. */
interface Found extends Record<string, unknown> {
  readonly people: readonly Employee[];
  readonly default_category: Category | null;
  readonly categories: readonly Match<Category>[];
  readonly assets: readonly Match<KnownItem>[];
  readonly items: readonly Match<KnownItem>[];
  readonly duplicate_of: number | null;
  readonly recent: number;
}

const asCategory = sql`jsonb_build_object(
  'id', ${categories.id}, 'code', ${categories.code}, 'name', ${categories.name}, 'path', ${categories.path},
  'ticketType', ${categories.ticketType}, 'process', ${categories.process}, 'supportGroup', ${categories.supportGroup})`;
const asAsset = sql`jsonb_build_object('id', ${assets.id}, 'name', ${assets.name})`;
const asItem = sql`jsonb_build_object('id', ${configurationItems.id}, 'name', ${configurationItems.name})`;

const readFound = async (tx: Tx, { lookups, contentKey, mailbox, now }: FactsRequest): Promise<Found> => {
  const addresses = [lookups.sender, lookups.requestor, lookups.recipient].filter((address) => address !== null);
  const [found] = await tx.execute<Found>(sql`
    select
      ${employeesWith([...new Set(addresses)])} as people,
      (select ${asCategory} from ${categories} where ${categories.id} = ${mailbox.defaultCategoryId}) as default_category,
      ${matches(categories, asCategory, [categories.code, categories.path, categories.name], lookups.category)} as categories,
      ${matches(assets, asAsset, [assets.tag, assets.name], lookups.asset)} as assets,
      ${matches(configurationItems, asItem, [configurationItems.name], lookups.configurationItem)} as items,
      (
        select min(${messages.id})::float8 from ${messages}
        where ${messages.mailboxId} = ${mailbox.id} and ${messages.contentKey} = ${contentKey}
          and ${messages.disposition} is not null and ${messages.disposition} <> 'duplicate'
      ) as duplicate_of,
      (
        select count(*)::int from ${messages}
        where ${messages.mailboxId} = ${mailbox.id} and ${messages.fromAddress} = ${lookups.sender}
          and ${messages.disposition} is not null
          and ${messages.arrivedAt} > ${now}::timestamptz - ${sql.raw(`interval '${loopWindow}'`)}
      ) as recent`);
  if (found === undefined) throw new Error('A query without tables returned no row.');
  return found;
};
