import { mkdtemp, rm } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type FastifyInstance, fastify } from 'fastify';
import { afterAll, beforeAll, beforeEach, vi } from 'vitest';
import { type Aws, createAws } from '../../../sandbox/aws/aws.ts';
import type { Sms } from '../../../sandbox/aws/sms.ts';
import type { Email } from '../../../sandbox/aws/sns-email.ts';
import type { Notice, Recipients } from '../../../src/app/page-way.ts';
import { type AwsClients, createAwsClients } from '../../../src/aws/clients.ts';
import type { Incident } from '../../../src/domain/incident.ts';
import type { Page } from '../../../src/domain/page.ts';
import { incident } from '../../blocks/incidents.ts';

export const AT = Date.UTC(2026, 10, 22, 3, 0);
export const CARD = 'https://demo.slack.com/archives/C0BIKES/p1700000000000100';
/** Everybody's card is there. */
export const permalink = async () => CARD;

const PAGE: Page = {
  id: 'INC-7/1/page/L2.1/0',
  step: 'page/L2.1',
  level: 'L2',
  repeat: 0,
  at: AT,
  via: [{ kind: 'sms' }],
  deliveries: [],
  except: null,
  isByHand: false,
};

/** A page of level L2 about an incident, to the senior engineer. */
export function notice(changes: Partial<Incident> = {}): Notice {
  const about = incident('triggered', changes);
  const page = { ...PAGE, id: `${about.id}/1/page/L2.1/0` };
  return { id: `${page.id} role:senior`, incident: about, page, targetTitle: 'Senior engineer' };
}

export function to(...people: string[]): Recipients {
  return { people, groups: [], channel: null };
}

/** Keeps what is logged. */
export function createLines() {
  const lines: unknown[] = [];
  const write = (...line: unknown[]) => void lines.push(line);
  return { lines, text: () => JSON.stringify(lines), info: write, warn: write, error: write };
}

export interface RunningSns {
  readonly aws: Aws;
  readonly clients: AwsClients;
  /** What came to phones and mailboxes, oldest first. */
  readonly texts: Sms[];
  readonly mails: Email[];
  /** A topic, and a mailbox for each of these conditions. Answers its ARN. */
  topic(name: string, mailboxes: Readonly<Record<string, Record<string, string[]>>>): string;
}

/** An SNS of its own for a test file. */
export function useSns(): RunningSns {
  let aws: Aws;
  let app: FastifyInstance;
  let dir: string;
  let clients: AwsClients;
  const [texts, mails]: [Sms[], Email[]] = [[], []];

  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'tocsin-ways-'));
    const boxes = { toPhone: (sms: Sms) => void texts.push(sms), toMailbox: (mail: Email) => void mails.push(mail) };
    aws = await createAws({ certDir: dir, now: Date.now, ...boxes });
    app = fastify({ forceCloseConnections: true });
    await app.register(aws.routes, { prefix: '/aws' });
    await app.listen({ host: '127.0.0.1', port: 0 });
    const { port } = app.server.address() as AddressInfo; // a listening TCP server has one
    clients = createAwsClients({ endpoint: `http://127.0.0.1:${port}/aws/` });
  });
  beforeEach(() => {
    vi.stubEnv('AWS_ACCESS_KEY_ID', 'sandbox');
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'sandbox');
    aws.sns.faults.clear();
    texts.length = 0;
    mails.length = 0;
  });
  afterAll(async () => {
    await app.close();
    await aws.close();
    await rm(dir, { recursive: true, force: true });
  });

  return {
    get aws() {
      return aws;
    },
    get clients() {
      return clients;
    },
    texts,
    mails,
    topic(name, mailboxes) {
      const { arn } = aws.sns.topics.create(name);
      for (const [endpoint, filterPolicy] of Object.entries(mailboxes))
        aws.sns.subscribe({ topicArn: arn, protocol: 'email', endpoint, filterPolicy, isAgreed: true });
      return arn;
    },
  };
}
