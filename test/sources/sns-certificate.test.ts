import { createPublicKey, type KeyObject, X509Certificate } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SetupError, TransientError } from '../../src/app/errors.ts';
import { parseTopicArn, type Topic } from '../../src/sources/aws-arn.ts';
import { type CertificateDeps, createCertificateSource } from '../../src/sources/sns-certificate.ts';
import { certificateFileName, expectedCommonNames } from '../../src/sources/sns-certificate-trust.ts';
import { createSnsSigner, type SnsSigner } from '../support/sns.ts';

const NOW = Date.parse('2026-03-01T12:00:00.000Z');
const HOUR = 3_600_000;
const FILE = `SimpleNotificationService-${'0123456789abcdef'.repeat(2)}.pem`;
const TOPIC = topic('arn:aws:sns:eu-west-1:111111111111:alarms');

let sns: SnsSigner;
let folder: string;

beforeAll(async () => {
  sns = await createSnsSigner({ topicArn: TOPIC.arn, now: () => NOW });
  folder = await mkdtemp(join(tmpdir(), 'tocsin-certificates-'));
});

afterAll(() => rm(folder, { recursive: true }));

function topic(arn: string): Topic {
  const parsed = parseTopicArn(arn);
  if (!parsed) throw new Error(`${arn} is not the ARN of a topic`);
  return parsed;
}

/** A source whose network is `answer`. */
function setup(answer: (url: string) => Response | Promise<Response>, deps: Partial<CertificateDeps> = {}) {
  const asked: { url: string; init: RequestInit | undefined }[] = [];
  const fetchPem: typeof fetch = async (url, init) => {
    asked.push({ url: String(url), init });
    return answer(String(url));
  };
  return { asked, keyFor: createCertificateSource({ now: () => NOW, fetch: fetchPem, ...deps }) };
}

const pem = (text: string, status = 200) => new Response(text, { status });
const publicKey = (signer: SnsSigner) => new X509Certificate(signer.certificatePem).publicKey;
const isKey = (value: unknown): value is KeyObject => value instanceof Object && 'asymmetricKeyType' in value;

describe("the address of a topic's certificate", () => {
  it.each([
    ['arn:aws:sns:eu-west-1:111111111111:a', 'sns.eu-west-1.amazonaws.com'],
    ['arn:aws-cn:sns:cn-north-1:111111111111:a', 'sns.cn-north-1.amazonaws.com.cn'],
    ['arn:aws-us-gov:sns:us-gov-west-1:111111111111:a', 'sns.us-gov-west-1.amazonaws.com'],
    ['arn:aws-eusc:sns:eusc-de-east-1:111111111111:a', 'sns.eusc-de-east-1.amazonaws.eu'],
    ['arn:aws-iso:sns:us-iso-east-1:111111111111:a', 'sns.us-iso-east-1.c2s.ic.gov'],
  ])('follows from %s', (arn, host) => {
    expect(certificateFileName(`https://${host}/${FILE}`, topic(arn))).toBe(FILE);
  });

  const host = 'sns.eu-west-1.amazonaws.com';
  it.each([
    ['plain http', `http://${host}/${FILE}`],
    ['upper case', `HTTPS://${host}/${FILE}`],
    ['user info', `https://${host}@evil.example/${FILE}`],
    ['a user at the right host', `https://user:pass@${host}/${FILE}`],
    ['the standard port', `https://${host}:443/${FILE}`],
    ['another port', `https://${host}:8443/${FILE}`],
    ['a query', `https://${host}/${FILE}?x=1`],
    ['a query that ends in .pem', `https://${host}/?Action=GetTopic&z=.pem`],
    ['a hash', `https://${host}/${FILE}#x`],
    ['a line break', `https://${host}/${FILE}\n`],
    ['a longer host', `https://${host}.evil.example/${FILE}`],
    ['a trailing dot', `https://${host}./${FILE}`],
    ['a made-up region', `https://sns.evil.amazonaws.com/${FILE}`],
    ["another region's host", `https://sns.us-east-1.amazonaws.com/${FILE}`],
    ["another partition's host", `https://sns.eu-west-1.amazonaws.com.cn/${FILE}`],
    ['a bucket', `https://sns.eu-west-1.s3.amazonaws.com/${FILE}`],
    ['a bucket in the path', `https://s3.amazonaws.com/sns.eu-west-1.amazonaws.com/${FILE}`],
    ['a folder', `https://${host}/x/${FILE}`],
    ['a way out of a folder', `https://${host}/x/../${FILE}`],
    ['a backslash', `https://${host}\\${FILE}`],
    ['another file', `https://${host}/evil.pem`],
    ['a shorter name', `https://${host}/SimpleNotificationService-0123.pem`],
    ['nothing', ''],
  ])('is not accepted with %s', async (_what, url) => {
    const { keyFor, asked } = setup(() => pem(sns.certificatePem));

    const answer = await keyFor(url, TOPIC);

    expect(answer).toMatchObject({ ok: false, status: 403, code: 'bad_certificate_url' });
    expect(asked).toEqual([]);
  });
});

describe('the name a certificate is issued to', () => {
  it.each([
    ['arn:aws:sns:us-east-1:111111111111:a', 'sns.amazonaws.com'],
    ['arn:aws:sns:eu-south-1:111111111111:a', 'sns-signing.eu-south-1.amazonaws.com'],
    ['arn:aws-cn:sns:cn-northwest-1:111111111111:a', 'sns-cn-northwest-1.amazonaws.com.cn'],
    ['arn:aws-us-gov:sns:us-gov-east-1:111111111111:a', 'sns-us-gov-west-1.amazonaws.com'],
    ['arn:aws-eusc:sns:eusc-de-east-1:111111111111:a', 'sns-signing.eusc-de-east-1.amazonaws.eu'],
    ['arn:aws-iso-b:sns:us-isob-east-1:111111111111:a', 'sns-us-isob-east-1.sc2s.sgov.gov'],
    ['arn:aws-iso-e:sns:eu-isoe-west-1:111111111111:a', 'sns-signing.eu-isoe-west-1.cloud.adc-e.uk'],
    ['arn:aws-iso-f:sns:us-isof-south-1:111111111111:a', 'sns-signing.us-isof-south-1.csp.hci.ic.gov'],
  ])('for %s is %s', (arn, name) => {
    expect(expectedCommonNames(topic(arn))).toContain(name);
  });

  it('may be of either scheme in a region that is not known yet', () => {
    const names = expectedCommonNames(topic('arn:aws:sns:xx-north-9:111111111111:a'));

    expect(names).toEqual(['sns.amazonaws.com', 'sns-signing.xx-north-9.amazonaws.com']);
  });

  it.each([
    ['of a stranger', 'evil.example'],
    ['of another region', 'sns-signing.eu-south-1.amazonaws.com'],
    ['that only ends in the right one', 'evil.sns.amazonaws.com'],
    ['in a second CN', 'evil.example, CN=sns.amazonaws.com'],
    ['before a second CN', 'sns.amazonaws.com, CN=evil.example'],
    ['inside another attribute', 'evil.example, O=CN\\=sns.amazonaws.com'],
  ])('%s is not trusted', async (_which, commonName) => {
    const impostor = await createSnsSigner({ topicArn: TOPIC.arn, commonName, now: () => NOW });
    const { keyFor } = setup(() => pem(impostor.certificatePem));

    const answer = await keyFor(impostor.certificateUrl, TOPIC);

    expect(answer).toMatchObject({ ok: false, status: 403, code: 'untrusted_certificate' });
  });

  it('can be set for a region whose scheme is new', async () => {
    const other = await createSnsSigner({ topicArn: TOPIC.arn, commonName: 'sns-next.amazonaws.com', now: () => NOW });
    const commonNames = { 'eu-west-1': ['sns-next.amazonaws.com'] };
    const { keyFor } = setup(() => pem(other.certificatePem), { commonNames });

    expect(isKey(await keyFor(other.certificateUrl, TOPIC))).toBe(true);
  });
});

describe('a certificate', () => {
  it.each([
    ['that has expired', { notBefore: new Date(NOW - 2 * HOUR), notAfter: new Date(NOW - HOUR) }],
    ['that is not valid yet', { notBefore: new Date(NOW + HOUR), notAfter: new Date(NOW + 2 * HOUR) }],
  ])('%s is not trusted, and is asked for anew the next time', async (_which, dates) => {
    const signer = await createSnsSigner({ topicArn: TOPIC.arn, now: () => NOW, ...dates });
    const { keyFor, asked } = setup(() => pem(signer.certificatePem));

    const answers = [await keyFor(signer.certificateUrl, TOPIC), await keyFor(signer.certificateUrl, TOPIC)];

    expect(answers).toMatchObject([{ code: 'untrusted_certificate' }, { code: 'untrusted_certificate' }]);
    expect(asked).toHaveLength(2);
  });

  it('is fetched once, however many messages wait for it, without following redirects and with a time limit', async () => {
    const { keyFor, asked } = setup(() => pem(sns.certificatePem));

    const keys = await Promise.all(Array.from({ length: 50 }, () => keyFor(sns.certificateUrl, TOPIC)));

    expect(keys.every((key) => isKey(key) && key.equals(publicKey(sns)))).toBe(true);
    expect(asked).toHaveLength(1);
    expect(asked[0]?.init).toMatchObject({ redirect: 'error', signal: expect.any(AbortSignal) });
  });

  it('is fetched again after a day', async () => {
    let now = NOW;
    const { keyFor, asked } = setup(() => pem(sns.certificatePem), { now: () => now });

    await keyFor(sns.certificateUrl, TOPIC);
    now = NOW + 24 * HOUR;
    await keyFor(sns.certificateUrl, TOPIC);
    now += 1;
    await keyFor(sns.certificateUrl, TOPIC);

    expect(asked).toHaveLength(2);
  });

  it('is forgotten when it expires', async () => {
    let now = NOW;
    const signer = await createSnsSigner({ topicArn: TOPIC.arn, now: () => NOW, notAfter: new Date(NOW + HOUR) });
    const { keyFor } = setup(() => pem(signer.certificatePem), { now: () => now });
    await keyFor(signer.certificateUrl, TOPIC);

    now = NOW + HOUR + 1;

    expect(await keyFor(signer.certificateUrl, TOPIC)).toMatchObject({ code: 'untrusted_certificate' });
  });

  it('is one of at most sixteen that are remembered, the least used being forgotten first', async () => {
    const { keyFor, asked } = setup(() => pem(sns.certificatePem));
    const url = (n: number) =>
      `https://sns.eu-west-1.amazonaws.com/SimpleNotificationService-${String(n).padStart(32, '0')}.pem`;

    for (let n = 0; n < 16; n++) await keyFor(url(n), TOPIC);
    await keyFor(url(0), TOPIC);
    await keyFor(url(16), TOPIC);
    await keyFor(url(0), TOPIC);
    await keyFor(url(1), TOPIC);

    expect(asked.map((one) => one.url)).toEqual([...Array.from({ length: 17 }, (_, n) => url(n)), url(1)]);
  });
});

describe('a certificate that cannot be had', () => {
  it.each([
    ['because SNS is down', () => pem('Service Unavailable', 503)],
    ['because a server in trouble sends a certificate all the same', () => pem(sns.certificatePem, 503)],
    ['because it is not there', () => pem('', 404)],
    ['because something else answers', () => pem('<html>Sign in to the network</html>')],
    ['because the answer is empty', () => pem('')],
    ['because the answer is too long', () => pem(sns.certificatePem + '\n'.repeat(16 * 1024))],
    ['because the answer sends elsewhere', () => Promise.reject(new TypeError('unexpected redirect'))],
    ['because nobody answers', () => Promise.reject(new DOMException('timeout', 'TimeoutError'))],
  ])('%s puts the message off, and is not remembered', async (_why, answer) => {
    const answers = [answer, () => pem(sns.certificatePem)];
    const { keyFor } = setup(() => answers.shift()?.() ?? pem('', 500));

    await expect(keyFor(sns.certificateUrl, TOPIC)).rejects.toThrow(TransientError);

    expect(isKey(await keyFor(sns.certificateUrl, TOPIC))).toBe(true);
  });

  it('does not let made-up names open any number of connections', async () => {
    const { keyFor, asked } = setup(() => new Promise(() => {}));
    const url = (n: number) =>
      `https://sns.eu-west-1.amazonaws.com/SimpleNotificationService-${String(n).padStart(32, '0')}.pem`;

    const attempts = Array.from({ length: 40 }, (_, n) => keyFor(url(n), TOPIC));
    const refused = await Promise.allSettled(attempts.slice(16));

    expect(refused.every((one) => one.status === 'rejected' && one.reason instanceof TransientError)).toBe(true);
    expect(asked).toHaveLength(16);
  });
});

describe('a pinned certificate', () => {
  it('is taken from its folder, and nothing is fetched', async () => {
    const pinned = await createSnsSigner({ topicArn: TOPIC.arn, certDir: folder, now: () => NOW });
    const { keyFor, asked } = setup(() => pem('', 500), { pinnedDir: folder });

    const key = await keyFor(pinned.certificateUrl, TOPIC);

    expect(isKey(key) && key.equals(createPublicKey(pinned.certificatePem))).toBe(true);
    expect(asked).toEqual([]);
  });

  it('that is not there is fetched', async () => {
    const { keyFor, asked } = setup(() => pem(sns.certificatePem), { pinnedDir: folder });

    await keyFor(sns.certificateUrl, TOPIC);

    expect(asked).toHaveLength(1);
  });

  it('may bear any name, because whoever pinned it vouches for it', async () => {
    const pinned = await createSnsSigner({
      topicArn: TOPIC.arn,
      certDir: folder,
      now: () => NOW,
      commonName: 'signing.example',
    });
    const { keyFor } = setup(() => pem('', 500), { pinnedDir: folder });

    expect(isKey(await keyFor(pinned.certificateUrl, TOPIC))).toBe(true);
  });

  it('that has expired is not trusted either', async () => {
    const dates = { notBefore: new Date(NOW - 2 * HOUR), notAfter: new Date(NOW - HOUR) };
    const pinned = await createSnsSigner({ topicArn: TOPIC.arn, certDir: folder, now: () => NOW, ...dates });
    const { keyFor } = setup(() => pem('', 500), { pinnedDir: folder });

    expect(await keyFor(pinned.certificateUrl, TOPIC)).toMatchObject({ code: 'untrusted_certificate' });
  });

  it('that is no certificate is a matter for the operators', async () => {
    await writeFile(join(folder, FILE), 'not a certificate');
    const { keyFor } = setup(() => pem('', 500), { pinnedDir: folder });

    await expect(keyFor(`https://sns.eu-west-1.amazonaws.com/${FILE}`, TOPIC)).rejects.toThrow(SetupError);
  });
});
