import type { LineChannel } from './line-channel.ts';

interface ProbeDialog {
  /** Reads a greeting; throws when it is none of this protocol. */
  greeting(line: string): { readonly welcome: boolean; readonly text: string };
  capabilities(channel: LineChannel): Promise<string>;
  /** Asks for StartTLS. False when the server refuses. */
  startTls(channel: LineChannel): Promise<boolean>;
}

/** Most lines of one answer: a server that says more is not listened to. */
const maxLines = 1_000;

/** What a stranger said is kept from everybody: it may be any server within the network. */
class NoSuchProtocol extends Error {
  constructor() {
    super('not of this protocol');
  }
}

/** RFC 9051 §6.1.1, §6.2.1, §7.1. */
const imap: ProbeDialog = {
  greeting(line) {
    const [, status, text = ''] = /^\* (OK|PREAUTH|BYE) ?(.*)$/i.exec(line) ?? [];
    if (status === undefined) throw new NoSuchProtocol();
    return { welcome: status.toUpperCase() !== 'BYE', text };
  },
  async capabilities(channel) {
    channel.write('c CAPABILITY');
    let capabilities = '';
    for (let lines = 0; lines < maxLines; lines += 1) {
      const line = await channel.readLine();
      if (line.startsWith('c ')) return capabilities;
      const told = /^\* CAPABILITY (.*)$/i.exec(line)?.[1];
      if (told !== undefined) capabilities = told;
    }
    throw new NoSuchProtocol();
  },
  async startTls(channel) {
    channel.write('s STARTTLS');
    for (let lines = 0; lines < maxLines; lines += 1) {
      const line = await channel.readLine();
      if (line.startsWith('s ')) return /^s OK\b/i.test(line);
    }
    return false;
  },
};

/** RFC 1939 §3, RFC 2449 §5, RFC 2595 §4. */
const pop3: ProbeDialog = {
  greeting(line) {
    if (!/^(\+OK|-ERR)/.test(line)) throw new NoSuchProtocol();
    return { welcome: line.startsWith('+'), text: line.replace(/^\S+ ?/, '') };
  },
  async capabilities(channel) {
    channel.write('CAPA');
    const status = await channel.readLine();
    if (!status.startsWith('+OK')) return 'the server does not tell them (no CAPA)';
    const capabilities: string[] = [];
    while (capabilities.length < maxLines) {
      const line = await channel.readLine();
      if (line === '.') return capabilities.join(', ');
      capabilities.push(line);
    }
    throw new NoSuchProtocol();
  },
  async startTls(channel) {
    channel.write('STLS');
    return (await channel.readLine()).startsWith('+OK');
  },
};

export const probeDialogs: Readonly<Record<'IMAP' | 'POP3', ProbeDialog>> = { IMAP: imap, POP3: pop3 };
