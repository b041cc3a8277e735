import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { TransientError } from '../../src/app/errors.ts';
import { createCertificateSource } from '../../src/sources/sns-certificate.ts';
import { createSnsVerifier, type SnsVerifier } from '../../src/sources/sns-verifier.ts';
import { createSnsSigner, type Posted, type SnsSigner } from '../support/sns.ts';

const NOW = Date.parse('2026-03-01T12:00:00.000Z');
const TOPIC = 'arn:aws:sns:eu-west-1:111111111111:alarms';
const ATTACKERS_TOPIC = 'arn:aws:sns:eu-west-1:666666666666:mine';
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

let sns: SnsSigner;
let sha256: SnsSigner;
let stranger: SnsSigner;

beforeAll(async () => {
  const options = { topicArn: TOPIC, now: () => NOW };
  [sns, sha256, stranger] = await Promise.all([
    createSnsSigner(options),
    createSnsSigner({ ...options, signatureVersion: '2' }),
    createSnsSigner(options),
  ]);
});

function setup({ now = NOW, maxAgeMs }: { now?: number; maxAgeMs?: number } = {}) {
  const fetched: string[] = [];
  const pems = new Map([sns, sha256].map((signer) => [signer.certificateUrl, signer.certificatePem]));
  const fetchPem: typeof fetch = async (url) => {
    fetched.push(String(url));
    const pem = pems.get(String(url));
    return new Response(pem ?? 'no such certificate', { status: pem ? 200 : 404 });
  };
  const clock = () => now;
  const certificates = createCertificateSource({ now: clock, fetch: fetchPem });
  const topics = new Set([TOPIC]);
  const verifier = createSnsVerifier({
    topics,
    certificates,
    now: clock,
    ...(maxAgeMs === undefined ? {} : { maxAgeMs }),
  });
  return { verifier, fetched };
}

const verify = (verifier: SnsVerifier, { body, headers }: Posted) => verifier.verify(Buffer.from(body), headers);

/** The same post with fields changed after they were signed. */
function altered(post: Posted, changes: Record<string, unknown>): Posted {
  return { ...post, body: JSON.stringify({ ...JSON.parse(post.body), ...changes }) };
}

/** Any fields, honestly signed by SNS: what a publisher could make it sign. */
function honest(fields: Record<string, string>): Posted {
  return { body: JSON.stringify(sns.signed(fields)), headers: {} };
}

const plainFields = {
  Type: 'Notification',
  MessageId: '11111111-2222-3333-4444-555555555555',
  TopicArn: TOPIC,
  Message: 'hello',
  Timestamp: '2026-03-01T12:00:00.000Z',
};

describe('a message that SNS signed', () => {
  it.each([
    ['SHA-1', () => sns],
    ['SHA-256', () => sha256],
  ])('is believed with a signature over %s', async (_digest, signer) => {
    const { verifier } = setup();

    const verified = await verify(verifier, signer().notification({ message: 'höllo\n🔥', subject: 'ALARM: "x"' }));

    expect(verified).toMatchObject({
      ok: true,
      message: {
        type: 'Notification',
        topic: { arn: TOPIC },
        subject: 'ALARM: "x"',
        message: 'höllo\n🔥',
        publishedAt: NOW,
      },
    });
  });

  it('is believed without a subject, and with one that is null', async () => {
    const { verifier } = setup();
    const post = sns.notification({ message: 'hello' });

    const answers = [await verify(verifier, post), await verify(verifier, altered(post, { Subject: null }))];

    expect(answers.map(({ ok }) => ok)).toEqual([true, true]);
  });

  it('is believed with fields that nobody knew when this was written', async () => {
    const { verifier } = setup();
    const post = altered(sns.notification({ message: 'hello' }), {
      Sequence: 7,
      MessageAttributes: { a: { Type: 'String' } },
    });

    expect(await verify(verifier, post)).toMatchObject({ ok: true });
  });

  it('asks to confirm a subscription, and its token is kept but not its address', async () => {
    const { verifier } = setup();

    const verified = await verify(verifier, sns.confirmation('abc123'));

    expect(verified).toMatchObject({ ok: true, message: { type: 'SubscriptionConfirmation', token: 'abc123' } });
    expect(JSON.stringify(verified)).not.toContain('https://');
  });

  it('tells that a subscription was removed, and neither token nor address is kept', async () => {
    const { verifier } = setup();

    const verified = await verify(verifier, sns.unsubscription('abc123'));

    expect(verified).toMatchObject({ ok: true, message: { type: 'UnsubscribeConfirmation', topic: { arn: TOPIC } } });
    expect(JSON.stringify(verified)).not.toMatch(/https:|abc123/);
  });
});

describe('a forgery', () => {
  it("that hides the attacker's own topic in Type is refused before anything is fetched", async () => {
    const { verifier, fetched } = setup();
    const text = sns.signed({
      ...plainFields,
      TopicArn: ATTACKERS_TOPIC,
      Message: `evil\nMessageId\n${plainFields.MessageId}\nTimestamp\n${plainFields.Timestamp}\nTopicArn\n${TOPIC}\nType\nNotification`,
    });
    const post = {
      body: JSON.stringify({
        ...text,
        TopicArn: TOPIC,
        Message: 'evil',
        Type: `Notification\nMessageId\n${plainFields.MessageId}\nTimestamp\n${plainFields.Timestamp}\nTopicArn\n${ATTACKERS_TOPIC}\nType\nNotification`,
      }),
      headers: {},
    };

    expect(await verify(verifier, post)).toMatchObject({ ok: false, status: 400, code: 'bad_type' });
    expect(fetched).toEqual([]);
  });

  it('that splits an honest text between Message and MessageId is refused', async () => {
    const { verifier } = setup();
    const inner = '99999999-2222-3333-4444-555555555555';
    const signed = sns.signed({ ...plainFields, Message: `hello\nMessageId\n${inner}` });
    const post = {
      body: JSON.stringify({ ...signed, Message: 'hello', MessageId: `${inner}\nMessageId\n${plainFields.MessageId}` }),
      headers: {},
    };

    expect(await verify(verifier, post)).toMatchObject({ status: 400, code: 'bad_field' });
  });

  it('that makes a subject of the tail of a message is refused', async () => {
    const { verifier } = setup();
    const inner = '99999999-2222-3333-4444-555555555555';
    const signed = sns.signed({ ...plainFields, Message: `hello\nMessageId\n${inner}\nSubject\nhi` });
    const post = {
      body: JSON.stringify({
        ...signed,
        Message: 'hello',
        MessageId: inner,
        Subject: `hi\nMessageId\n${plainFields.MessageId}`,
      }),
      headers: {},
    };

    expect(await verify(verifier, post)).toMatchObject({ status: 400, code: 'bad_field' });
  });

  it.each([
    'TopicArn',
    'Subject',
    'Timestamp',
    'MessageId',
    'Type',
  ])('with a line break in %s is refused although it is signed', async (field) => {
    const { verifier } = setup();
    const fields: Record<string, string> = { Subject: 'hi', ...plainFields };

    for (const lineBreak of ['\n', '\r', '\r\n']) {
      const post = honest({ ...fields, [field]: `${fields[field]}${lineBreak}` });

      expect(await verify(verifier, post)).toMatchObject({ ok: false, status: 400 });
    }
  });

  it.each([
    ['Message', 'other'],
    ['MessageId', '99999999-2222-3333-4444-555555555555'],
    ['Subject', 'other'],
    ['Timestamp', '2026-03-01T12:00:01.000Z'],
    ['Signature', 'AAAA'],
    ['Type', 'UnsubscribeConfirmation'],
  ])('that changes %s is refused', async (field, value) => {
    const { verifier } = setup();
    const fields = { ...JSON.parse(sns.unsubscription().body), ...JSON.parse(sns.notification({ message: 'm' }).body) };

    const answer = await verify(verifier, { body: JSON.stringify({ ...fields, [field]: value }), headers: {} });

    expect(answer).toMatchObject({ status: 403, code: 'bad_signature' });
  });

  it('that takes a subscription away by renaming a request to confirm one is refused', async () => {
    const { verifier } = setup();

    const answer = await verify(verifier, altered(sns.confirmation(), { Type: 'UnsubscribeConfirmation' }));

    expect(answer).toMatchObject({ status: 403, code: 'bad_signature' });
  });

  it.each([
    ['SHA-1 as SHA-256', () => sns, '2'],
    ['SHA-256 as SHA-1', () => sha256, '1'],
  ])('that passes %s is refused', async (_what, signer, claimed) => {
    const { verifier } = setup();

    const answer = await verify(
      verifier,
      altered(signer().notification({ message: 'm' }), { SignatureVersion: claimed }),
    );

    expect(answer).toMatchObject({ status: 403, code: 'bad_signature' });
  });

  it("signed with another's key under the address of a real certificate is refused", async () => {
    const { verifier } = setup();

    const answer = await verify(
      verifier,
      altered(stranger.notification({ message: 'm' }), { SigningCertURL: sns.certificateUrl }),
    );

    expect(answer).toMatchObject({ status: 403, code: 'bad_signature' });
  });

  it('for a certificate that SNS does not have is put off, because SNS may have it in a moment', async () => {
    const { verifier } = setup();

    await expect(verify(verifier, stranger.notification({ message: 'm' }))).rejects.toThrow(TransientError);
  });
});

describe('a topic', () => {
  it.each([
    ['of somebody else', ATTACKERS_TOPIC],
    ['in another region', TOPIC.replace('eu-west-1', 'us-east-1')],
    ['of another case', TOPIC.replace('alarms', 'Alarms')],
    ['with the listed one as its beginning', `${TOPIC}-2`],
  ])('%s is refused before anything is fetched', async (_which, topicArn) => {
    const { verifier, fetched } = setup();

    const answer = await verify(verifier, honest({ ...plainFields, TopicArn: topicArn }));

    expect(answer).toMatchObject({ status: 403, code: 'unknown_topic' });
    expect(fetched).toEqual([]);
  });

  it.each([
    '',
    'alarms',
    'arn:aws:sqs:eu-west-1:111111111111:alarms',
    'arn:aws:sns:eu-west-1:111111111111:alarms.fifo',
  ])('that cannot post here is refused at start-up: %j', (arn) => {
    const certificates = createCertificateSource({ now: () => NOW, fetch });

    expect(() => createSnsVerifier({ topics: new Set([arn]), certificates, now: () => NOW })).toThrow(/SNS_TOPIC_ARNS/);
  });
});

describe('the age of a genuine notification', () => {
  it.each([
    ['of two hours', 2 * HOUR, {}, { ok: true }],
    ['of more than two hours', 2 * HOUR + 1, {}, { status: 403, code: 'too_old' }],
    ['within a longer limit', 9 * HOUR, { maxAgeMs: 10 * HOUR }, { ok: true }],
    ['five minutes ahead of the clock', -5 * MINUTE, {}, { ok: true }],
    [
      'further ahead of the clock, which a retry may cure',
      -5 * MINUTE - 1,
      {},
      { status: 503, code: 'from_the_future' },
    ],
  ])('%s', async (_which, age, options, expected) => {
    const { verifier } = setup(options);
    const timestamp = new Date(NOW - age).toISOString();

    const answer = await verify(verifier, sns.notification({ message: 'm', timestamp }));

    expect(answer).toMatchObject(expected);
  });

  it('does not matter for a request to confirm, whose token expires by itself', async () => {
    const { verifier } = setup({ now: NOW + 24 * HOUR });

    expect(await verify(verifier, sns.confirmation())).toMatchObject({ ok: true });
  });
});

describe('a body', () => {
  it.each([
    ['', 'not_json'],
    ['null', 'not_json'],
    ['7', 'not_json'],
    ['"Notification"', 'not_json'],
    ['[]', 'bad_type'],
    ['{}', 'bad_type'],
    ['{"Type":7}', 'bad_type'],
    ['{"Type":"notification"}', 'bad_type'],
    ['{"Type":"Notification"}', 'bad_field'],
    ['{"Records":[{"Sns":{"Type":"Notification"}}]}', 'bad_type'],
    ['{"AlarmName":"x","NewStateValue":"ALARM"}', 'bad_type'],
    ['{"Type":"Notification"', 'not_json'],
  ])('such as %j is refused as not parsable', async (body, code) => {
    const { verifier } = setup();

    expect(await verify(verifier, { body, headers: {} })).toMatchObject({ ok: false, status: 400, code });
  });

  it.each([
    'MessageId',
    'TopicArn',
    'Message',
    'Timestamp',
    'SignatureVersion',
    'Signature',
    'SigningCertURL',
    'Subject',
  ])('with a strange %s is refused', async (field) => {
    const { verifier } = setup();
    const post = sns.notification({ message: 'm', subject: 's' });

    for (const value of [7, true, {}, ['x']]) {
      expect(await verify(verifier, altered(post, { [field]: value }))).toMatchObject({
        status: 400,
        code: 'bad_field',
      });
    }
  });

  it.each([
    ['Timestamp', '2026-13-41T12:00:00.000Z'],
    ['Timestamp', 'yesterday'],
    ['MessageId', 'AAAAAAAA-2222-3333-4444-555555555555'],
    ['SignatureVersion', '3'],
    ['Signature', 'not base64!'],
    ['SigningCertURL', 'https:'],
    ['SigningCertURL', 'http://sns.eu-west-1.amazonaws.com/x.pem'],
  ])('with %s %j is refused', async (field, value) => {
    const { verifier } = setup();

    const answer = await verify(verifier, altered(sns.notification({ message: 'm' }), { [field]: value }));

    expect(answer).toMatchObject({ status: 400, code: 'bad_field' });
  });

  it('spelt as Lambda spells its records is refused', async () => {
    const { verifier } = setup();
    const { SigningCertURL, ...rest } = JSON.parse(sns.notification({ message: 'm' }).body);

    const answer = await verify(verifier, {
      body: JSON.stringify({ ...rest, SigningCertUrl: SigningCertURL }),
      headers: {},
    });

    expect(answer).toMatchObject({ status: 400, code: 'bad_field' });
  });

  it('delivered raw is refused with the mend, because nothing signs it', async () => {
    const { verifier } = setup();

    const answer = await verify(verifier, { body: '{"AlarmName":"x"}', headers: { 'x-amz-sns-rawdelivery': 'true' } });

    expect(answer).toMatchObject({ status: 403, code: 'raw_delivery' });
    expect(answer).toHaveProperty('reason', expect.stringContaining('RawMessageDelivery to false'));
  });

  it('larger than SNS ever sends is refused unread', async () => {
    const { verifier } = setup();

    const answer = await verify(verifier, sns.notification({ message: 'x'.repeat(300 * 1024) }));

    expect(answer).toMatchObject({ status: 413, code: 'too_large' });
  });

  it('of the greatest size that SNS sends is believed', async () => {
    const { verifier } = setup();

    expect(await verify(verifier, sns.notification({ message: 'x'.repeat(256 * 1024) }))).toMatchObject({ ok: true });
  });
});

describe('whatever is posted', () => {
  const json = fc.oneof(
    fc.string(),
    fc.json(),
    fc.uint8Array().map((bytes) => Buffer.from(bytes).toString('latin1')),
  );

  it('is answered, and at random never believed', async () => {
    const { verifier } = setup();

    await fc.assert(
      fc.asyncProperty(json, async (body) => {
        const answer = await verify(verifier, { body, headers: {} });

        expect(answer).toMatchObject({ ok: false, status: 400 });
      }),
      { numRuns: 500 },
    );
  });

  it('is not believed after one signed field was changed', async () => {
    const { verifier } = setup();
    const post = sns.notification({ message: '{"AlarmName":"x"}', subject: 'hello' });
    const signedFields = ['Message', 'MessageId', 'Subject', 'Timestamp', 'TopicArn', 'Type'];

    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...signedFields), fc.jsonValue(), async (field, value) => {
        fc.pre(value !== JSON.parse(post.body)[field]);
        const answer = await verify(verifier, altered(post, { [field]: value }));

        expect(answer.ok).toBe(false);
      }),
      { numRuns: 500 },
    );
  });
});
