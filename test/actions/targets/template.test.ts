import { assert, property, string } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addressOf, headerValue, jsonOf, type Known, withReference } from '../../../src/actions/targets/template.ts';

const VARIABLES = { TOKEN: 's3cret', HOOK: 'https://hooks.example.com/a' };
const OWN: Known = { own: { api: 'https://api.example.com/v1' }, foreign: {} };
const saying = (reference: string) => withReference(OWN, reference);
const HOSTILE = '../x"}\r\nX-Evil: 1&a=b#?{api}${TOKEN} 😀';

describe('a foreign value', () => {
  it('stays one part of an address, whatever it is', () => {
    void assert(
      property(string({ unit: 'binary', maxLength: 60 }), (value) => {
        if (/^\.*$/.test(value)) return;
        const url = new URL(addressOf('{api}/jobs/{reference}/state', saying(value), VARIABLES));

        expect([url.host, url.search, url.hash]).toEqual(['api.example.com', '', '']);
        expect(url.pathname.split('/')).toHaveLength(5);
        expect(decodeURIComponent(url.pathname.split('/')[3] ?? '')).toBe(value.toWellFormed());
      }),
      { numRuns: 50 },
    );
  });

  it.each(['.', '..', ''])('does not climb up in an address: “%s”', (value) => {
    expect(() => addressOf('{api}/jobs/{reference}', saying(value), VARIABLES)).toThrow(/cannot stand in an address/);
  });

  it('stays one text of JSON, and names no variable and no placeholder', () => {
    const body = jsonOf({ '{reference}': ['{reference}', { n: 1 }] }, saying(HOSTILE));

    expect(JSON.parse(JSON.stringify(body))).toEqual({ '{reference}': [HOSTILE, { n: 1 }] });
  });

  it('begins no other header, and names no variable', () => {
    const value = headerValue('{reference} ${TOKEN}', saying(HOSTILE), VARIABLES);

    expect(value).toMatch(/^[\x20-\x7e]*$/);
    expect(value.match(/s3cret/g)).toHaveLength(1);
  });
});

describe('what an owner writes', () => {
  it('may be an address in a variable', () => {
    expect(addressOf('${HOOK}/{reference}', saying('a/b'), VARIABLES)).toBe('https://hooks.example.com/a/a%2Fb');
  });

  it('is told without the value of a variable when it is no address', () => {
    expect(() => addressOf('${TOKEN}', OWN, VARIABLES)).toThrow('“${TOKEN}” is no web address here');
  });

  it('is told where a variable cannot stand in a header', () => {
    expect(() => headerValue('Bearer ${T}', OWN, { T: 'a\nb' })).toThrow('“Bearer ${T}” holds characters');
  });
});
