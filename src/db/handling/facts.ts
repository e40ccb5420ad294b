import { and, eq, inArray, notInArray, sql, type SQL } from 'drizzle-orm';
import {
  type Category,
  type Employee,
  type Facts,
  type KnownItem,
  loopWindowMinutes,
  outsideLoops,
  type TicketFacts,
} from '../../domain/handling/facts.ts';
import { type FactsQuery, isPlain } from '../../domain/handling/facts-query.ts';
import type { Mailbox } from '../../domain/mailboxes/mailbox.ts';
import { isBareNumber } from '../../domain/tickets/ticket-number.ts';
import { ticketTypes } from '../../domain/tickets/ticket.ts';
import type { SenderAuthentication } from '../../domain/mailboxes/sender-authentication.ts';
import type { Tx } from '../shared/connect.ts';
import { NotFoundError } from '../shared/errors.ts';
import { recordset } from '../shared/sets.ts';
import {
  assets,
  categories,
  configurationItems,
  employeeAddresses,
  employees,
  messages,
  tickets,
} from '../schema/index.ts';
import { readConfirmation } from '../messages/confirmations.ts';
import { readApprovalFacts, readTokenFacts } from './facts-approval.ts';
import { employeesWith, type NumberedEmployee } from '../master-data/facts-people.ts';
import { matches, unambiguous, type Match } from './facts-matches.ts';

export interface FactsRequest {
  readonly lookups: FactsQuery;
  readonly contentKey: string | null;
  readonly senderAuthentication: SenderAuthentication;
  /** As in `Facts`. */
  readonly vouched: boolean;
  readonly mailbox: Pick<Mailbox, 'id' | 'defaultCategoryId'>;
  /** That an administrator released the message with. */
  readonly releasedCategoryId: number | null;
  /** When the message came to the mailbox; ISO 8601 UTC, as `now`. */
  readonly arrivedAt: string;
  readonly now: string;
}

/**
 * What `decide` may know, in two statements: the ticket, which stays locked until the transaction ends, and everything else.
 * The message itself is not yet handled, and so not among those it is compared with.
 */
export const readFacts = async (tx: Tx, request: FactsRequest): Promise<Facts> => {
  const { lookups, now } = request;
  const named = lookups.ticket === null ? [] : await readTickets(tx, hasNumber(lookups.ticket.number), request);
  const isBare = isBareNumber(lookups.ticket?.number ?? '');
  const [first] = isBare ? [] : named;
  const ticket = lookups.ticket === null || first === undefined ? null : { ...first, by: lookups.ticket.by };
  const parents = lookups.parent === null ? [] : await readTickets(tx, hasNumber(lookups.parent), request);
  const openEvent = lookups.event === null ? null : await readOpenEvent(tx, lookups.event, request);
  const token = lookups.token === null ? null : await readTokenFacts(tx, lookups.token, now);
  const confirmation = lookups.token === null || token !== null ? null : await readConfirmation(tx, lookups.token, now);
  const [found] = await readFound(tx, [request]);
  const storm = found?.storm == null ? null : await lockStorm(tx, found.storm);
  const namesakes = isBare ? named : [];
  return factsOf(request, found, { ticket, namesakes, parents, openEvent, token, confirmation, storm });
};

/** Of plain mails of one mailbox (`isPlain`) in one statement, each as if the others were not there. */
export const readPlainFacts = async (tx: Tx, requests: readonly FactsRequest[]): Promise<Facts[]> => {
  const found = await readFound(tx, requests);
  return requests.map((request, place) => {
    if (!isPlain(request.lookups)) throw new Error('This mail needs facts of its own.');
    // What is counted on it changes a ticket, and so is handled alone: the state is read then.
    const number = found[place]?.storm ?? null;
    return factsOf(request, found[place], {
      ...noOwnFacts,
      storm: number === null ? null : { number, state: 'registered' },
    });
  });
};

/** What a mail needs statements and locks of its own for. */
type OwnFacts = Pick<Facts, 'ticket' | 'namesakes' | 'parents' | 'openEvent' | 'token' | 'confirmation' | 'storm'>;

const noOwnFacts: OwnFacts = {
  ticket: null,
  namesakes: [],
  parents: [],
  openEvent: null,
  token: null,
  confirmation: null,
  storm: null,
};

const factsOf = (
  { lookups, mailbox, now, senderAuthentication, vouched }: FactsRequest,
  found: Found | undefined,
  own: OwnFacts,
): Facts => {
  if (found === undefined) throw new Error('A row of facts is missing.');
  const defaultCategory = found.default_category;
  if (defaultCategory === null) throw new NotFoundError(`There is no category ${mailbox.defaultCategoryId}.`);
  return {
    ...own,
    now,
    duplicateOf: found.duplicate_of,
    recentFromSender: found.recent,
    sender: personIn(found.people, lookups.sender),
    senderIsStranger: found.is_stranger,
    strangersThisHour: found.strangers,
    senderAuthentication,
    vouched,
    requestor: personIn(found.people, lookups.requestor),
    recipient: personIn(found.people, lookups.recipient),
    category: unambiguous(found.categories),
    defaultCategory,
    releasedCategory: found.released_category,
    asset: unambiguous(found.assets),
    configurationItem: unambiguous(found.items),
    eventCategory: found.event_category,
  };
};

/** Who has this address, or this number where it has no `@`. */
const personIn = (people: readonly NumberedEmployee[], named: string | null): Employee | null => {
  if (named === null) return null;
  const found = people.find(({ addresses, employeeNumber }) =>
    named.includes('@') ? addresses.includes(named) : employeeNumber?.toLowerCase() === named.toLowerCase(),
  );
  if (found === undefined) return null;
  const { id, name, addresses, supportGroups } = found;
  return { id, name, addresses, supportGroups };
};

/** Under a lock of its own: two first mails about one event do not make two. */
const readOpenEvent = async (
  tx: Tx,
  { configurationItem, externalReference }: NonNullable<FactsQuery['event']>,
  request: FactsRequest,
): Promise<TicketFacts | null> => {
  const key = JSON.stringify(['event', configurationItem.toLowerCase(), externalReference]);
  await tx.execute(sql`select pg_advisory_xact_lock(hashtextextended(${key}, 0))`);
  return readTicket(
    tx,
    sql`${tickets.id} = (
      select min(event.id) from ${tickets} as event
      where event.type = 'E' and event.state in ('registered', 'on_hold') and event.external_reference = ${externalReference}
        and (
          lower(event.configuration_item_text) = lower(${configurationItem}) or event.configuration_item_id in (
            select ${configurationItems.id} from ${configurationItems}
            where lower(${configurationItems.name}) = lower(${configurationItem})
          )
        )
    )`,
    request,
  );
};

/** As it is under its lock; null when it was closed meanwhile. */
const lockStorm = async (tx: Tx, number: string): Promise<Facts['storm']> => {
  const [storm] = await tx
    .select({ number: tickets.number, state: tickets.state })
    .from(tickets)
    .where(and(eq(tickets.number, number), inArray(tickets.state, ['registered', 'on_hold'])))
    .for('update');
  return storm ?? null;
};

const readTicket = async (tx: Tx, which: SQL, request: FactsRequest): Promise<TicketFacts | null> => {
  const [found] = await readTickets(tx, which, request);
  return found ?? null;
};

/** A number without its letter may mean one ticket of each type. */
const hasNumber = (number: string): SQL =>
  isBareNumber(number)
    ? sql`${tickets.number} in (${sql.join(
        ticketTypes.map((type) => sql`${type + number}`),
        sql`, `,
      )})`
    : eq(tickets.number, number);

/** In the order of their ids, so that two mails never lock each other out. */
const readTickets = async (tx: Tx, which: SQL, { lookups, now }: FactsRequest): Promise<TicketFacts[]> => {
  const rows = await tx
    .select({ ticket: tickets, supportGroup: categories.supportGroup, closedReplyPolicy: categories.closedReplyPolicy })
    .from(tickets)
    .innerJoin(categories, eq(categories.id, tickets.categoryId))
    .where(which)
    .orderBy(tickets.id)
    .for('update', { of: tickets });
  const found: TicketFacts[] = [];
  for (const { ticket, supportGroup, closedReplyPolicy } of rows)
    found.push({
      number: ticket.number,
      state: ticket.state,
      requestorId: ticket.requestorId,
      recipientId: ticket.recipientId,
      supportGroup,
      closedReplyPolicy,
      approval: await readApprovalFacts(tx, ticket.id, { actionId: lookups.actionId, now }),
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
    });
  return found;
};

/** A row of JSON values for each mail; the query below builds each of them in the domain's form. */
interface Found extends Record<string, unknown> {
  readonly people: readonly NumberedEmployee[];
  readonly default_category: Category | null;
  readonly released_category: Category | null;
  readonly categories: readonly Match<Category>[];
  readonly assets: readonly Match<KnownItem>[];
  readonly items: readonly Match<KnownItem>[];
  readonly event_category: Category | null;
  readonly storm: string | null;
  readonly duplicate_of: number | null;
  readonly recent: number;
  readonly is_stranger: boolean;
  readonly strangers: number;
}

const asCategory = sql`jsonb_build_object(
  'id', ${categories.id}, 'code', ${categories.code}, 'name', ${categories.name}, 'path', ${categories.path},
  'ticketType', ${categories.ticketType}, 'process', ${categories.process}, 'supportGroup', ${categories.supportGroup})`;
const asAsset = sql`jsonb_build_object('id', ${assets.id}, 'name', ${assets.name})`;
const asItem = sql`jsonb_build_object('id', ${configurationItems.id}, 'name', ${configurationItems.name})`;

/** People are named by an address or by their number. */
const namedBy = ({ sender, requestor, recipient }: FactsQuery) => {
  const named = [sender, requestor, recipient].filter((person) => person !== null);
  return {
    addresses: named.filter((person) => person.includes('@')),
    numbers: named.filter((person) => !person.includes('@')).map((number) => number.toLowerCase()),
  };
};

/** In the order of the requests. What a mail does not ask for is not looked for; two texts of the statement would be two plans. */
const readFound = (tx: Tx, requests: readonly FactsRequest[]): Promise<readonly Found[]> => {
  const asked = requests.map(({ lookups, contentKey, releasedCategoryId, arrivedAt, mailbox }, place) => ({
    place,
    ...namedBy(lookups),
    ...{ sender: lookups.sender, category: lookups.category, asset: lookups.asset, item: lookups.configurationItem },
    ...{ mailbox: mailbox.id, default_category: mailbox.defaultCategoryId, released: releasedCategoryId },
    ...{ content_key: contentKey, arrived_at: arrivedAt },
  }));
  return tx.execute<Found>(sql`
    select
      ${employeesWith(sql`asked.addresses`, sql`asked.numbers`)} as people,
      (select ${asCategory} from ${categories} where ${categories.id} = asked.default_category) as default_category,
      (select ${asCategory} from ${categories} where ${categories.id} = asked.released) as released_category,
      ${matches(categories, asCategory, [categories.guid, categories.code, categories.path, categories.name], sql`asked.category`)} as categories,
      (select ${asCategory} from ${categories} where ${categories.ticketType} = 'E' order by ${categories.id} limit 1) as event_category,
      case when asked.sender is null then null else (
        select min(${tickets.number}) from ${tickets}
        where ${tickets.mailboxId} = asked.mailbox and ${tickets.stormOf} = asked.sender
          and ${tickets.state} in ('registered', 'on_hold')
      ) end as storm,
      ${matches(assets, asAsset, [assets.tag, assets.name], sql`asked.asset`)} as assets,
      ${matches(configurationItems, asItem, [configurationItems.name], sql`asked.item`)} as items,
      case when asked.content_key is null then null else (
        -- Not min(id) alone, which may be planned as a walk through the table in the order of its key.
        select min(${messages.id} + 0)::float8 from ${messages}
        where ${messages.mailboxId} = asked.mailbox and ${messages.contentKey} = asked.content_key
          and ${messages.disposition} is not null and ${messages.disposition} <> 'duplicate'
      ) end as duplicate_of,
      case when asked.sender is null then 0 else (
        select count(*)::int from ${messages}
        where ${messages.mailboxId} = asked.mailbox and ${messages.fromAddress} = asked.sender
          and ${notInArray(messages.disposition, [...outsideLoops])}
          and ${messages.arrivedAt} > asked.arrived_at - ${loopWindowMinutes} * interval '1 minute'
          and ${messages.arrivedAt} <= asked.arrived_at
      ) end as recent,
      exists (
        select from ${employees} join ${employeeAddresses} on ${employeeAddresses.employeeId} = ${employees.id}
        where ${employeeAddresses.address} = asked.sender and ${employees.madeByMail}
      ) as is_stranger,
      (strangers.made + strangers.redirected)::int as strangers
    from ${recordset(asked)} as asked (
      place int, addresses text[], numbers text[], sender text, category text, asset text, item text, mailbox bigint, default_category bigint,
      released bigint, content_key text, arrived_at timestamptz
    )
    cross join (
      select
        (
          select count(*) from ${employees}
          where ${employees.madeByMail} and ${employees.createdAt} > ${requests[0]?.now ?? null}::timestamptz - interval '1 hour'
        ) as made,
        (
          select count(*) from ${messages}
          where ${messages.disposition} = 'redirected' and ${messages.rawPurgedAt} is null
            and ${messages.handledAt} > ${requests[0]?.now ?? null}::timestamptz - interval '1 hour'
        ) as redirected
    ) as strangers
    order by asked.place`);
};
