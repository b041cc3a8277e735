import { lookup } from 'node:dns';
import { BlockList, isIP, type LookupFunction } from 'node:net';
import { SetupError } from '../app/errors.ts';

/**
 * Where clouds answer with the credentials of the machine. Everything else inside is the owner's own to ask.
 * https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instancedata-data-retrieval.html
 */
const METADATA = new BlockList();
METADATA.addSubnet('169.254.0.0', 16, 'ipv4');
METADATA.addSubnet('fe80::', 10, 'ipv6');
METADATA.addSubnet('64:ff9b::a9fe:0', 112, 'ipv6'); // 169.254.0.0/16 through NAT64, RFC 6052
METADATA.addAddress('fd00:ec2::254', 'ipv6');
METADATA.addAddress('100.100.100.200', 'ipv4'); // https://www.alibabacloud.com/help/en/ecs/user-guide/view-instance-metadata
METADATA.addAddress('168.63.129.16', 'ipv4'); // https://learn.microsoft.com/en-us/azure/virtual-network/what-is-ip-address-168-63-129-16
METADATA.addAddress('192.0.0.192', 'ipv4'); // Oracle Cloud, before 169.254.169.254

/** Whether this is the literal address of a cloud's metadata service, in whatever notation; names are looked up first. */
export function isForbiddenAddress(address: string): boolean {
  const bare = address.replace(/^\[|\]$/g, '').replace(/%.*$/, '');
  const family = isIP(bare);
  return family !== 0 && METADATA.check(bare, family === 4 ? 'ipv4' : 'ipv6');
}

/** Says no to an address that is written down as a number. */
export function refuseForbidden({ hostname }: URL): void {
  if (isForbiddenAddress(hostname)) throw forbidden(hostname);
}

function forbidden(address: string): SetupError {
  return new SetupError(
    `${address} is a link-local address, or another where clouds keep credentials: Tocsin does not ask there.`,
  );
}

/** Like Node's own, for names that lead to such an address. */
const guardedLookup: LookupFunction = (hostname, options, callback) => {
  lookup(hostname, { ...options, all: true }, (error, addresses) => {
    const found = error ? [] : addresses;
    const first = found[0];
    const bad = found.find(({ address }) => isForbiddenAddress(address));
    if (error || bad || !first) callback(error ?? forbidden(hostname), '', 0);
    else if (options.all) callback(null, found);
    else callback(null, first.address, first.family);
  });
};

/** A `fetch` that does not connect to metadata services, whatever a name resolves to at that moment. Whoever never asks loads nothing. */
export function createGuardedFetch(): typeof fetch {
  let made: Promise<typeof fetch> | undefined;
  return async (input, init) => {
    made ??= guarded();
    return (await made)(input, init);
  };
}

async function guarded(): Promise<typeof fetch> {
  const undici = await import('undici');
  const dispatcher = new undici.Agent({ connect: { lookup: guardedLookup, timeout: 2_000 } });
  // undici's fetch is the platform's: their types differ in what they say of bodies alone
  return ((input: string, init: RequestInit) =>
    undici.fetch(input, { ...(init as object), dispatcher })) as unknown as typeof fetch;
}
