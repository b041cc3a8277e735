import { randomBytes } from 'node:crypto';
import { AwsError } from './aws-error.ts';
import type { XmlValue } from './query-xml.ts';

/** Who holds which keys. Roles are given to whoever asks, unless they are distrusted. */
export interface Sts {
  /** Answers one call; throws AwsError to say no. */
  answer(action: string, params: URLSearchParams, accessKey: string | null): XmlValue;
  /** ARN of whoever signs with a key: the session of a role, else the user of the sandbox. */
  principalOf(accessKey: string | null): string;
  /** From now on nobody may take on this role. */
  distrust(role: string): void;
}

const LIFE_MS = 3_600_000;

export function createSts({ account, now }: { readonly account: string; readonly now: () => number }): Sts {
  const sessions = new Map<string, string>();
  const distrusted = new Set<string>();
  const principalOf: Sts['principalOf'] = (accessKey) =>
    sessions.get(accessKey ?? '') ?? `arn:aws:iam::${account}:user/sandbox`;

  /** https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html */
  function assumeRole(params: URLSearchParams, accessKey: string | null): XmlValue {
    const [role, session] = [params.get('RoleArn') ?? '', params.get('RoleSessionName') ?? ''];
    if (distrusted.has(role)) {
      const words = `User: ${principalOf(accessKey)} is not authorized to perform: sts:AssumeRole on resource: ${role}`;
      throw new AwsError('AccessDenied', 403, words);
    }
    const name = role.slice(role.lastIndexOf('/') + 1);
    const key = `ASIA${randomBytes(8).toString('hex').toUpperCase()}`;
    const arn = `arn:aws:sts::${account}:assumed-role/${name}/${session}`;
    sessions.set(key, arn);
    return {
      Credentials: {
        AccessKeyId: key,
        SecretAccessKey: randomBytes(20).toString('base64'),
        SessionToken: randomBytes(64).toString('base64'),
        Expiration: new Date(now() + LIFE_MS).toISOString(),
      },
      AssumedRoleUser: { Arn: arn, AssumedRoleId: `AROASANDBOXROLE00000:${session}` },
    };
  }

  return {
    principalOf,
    distrust: (role) => void distrusted.add(role),
    answer: (action, params, accessKey) => {
      if (action === 'AssumeRole') return assumeRole(params, accessKey);
      if (action === 'GetCallerIdentity')
        return { Account: account, Arn: principalOf(accessKey), UserId: 'AIDASANDBOXUSER00000' };
      throw new AwsError('InvalidAction', 400, `Could not find operation ${action} for version 2011-06-15`);
    },
  };
}

/** The key that a request is signed with: `AWS4-HMAC-SHA256 Credential=<key>/2026…`. */
export function accessKeyOf(authorization: string | undefined): string | null {
  return /Credential=(?<key>[^/,\s]+)\//.exec(authorization ?? '')?.groups?.key ?? null;
}
