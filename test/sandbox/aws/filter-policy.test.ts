import { describe, expect, it } from 'vitest';
import { type MessageAttributes, parseFilterPolicy, passes } from '../../../sandbox/aws/filter-policy.ts';

const text = (Value: string) => ({ Type: 'String', Value });
const number = (Value: number) => ({ Type: 'Number', Value: String(Value) });

function lets(policy: object, attributes: MessageAttributes): boolean {
  const read = parseFilterPolicy(JSON.stringify(policy));
  if (typeof read === 'string') throw new Error(read);
  return passes(read, attributes);
}

describe('a filter policy', () => {
  it.each<[string, object, MessageAttributes, boolean]>([
    ['takes a value of the list', { person: ['U1', 'U2'] }, { person: text('U2') }, true],
    ['leaves out any other value', { person: ['U1'] }, { person: text('U12') }, false],
    ['leaves out what lacks the attribute', { person: ['U1'] }, {}, false],
    ['wants all attributes', { person: ['U1'], level: ['L1'] }, { person: text('U1'), level: text('L2') }, false],
    ['takes any value of an array', { team: ['ml'] }, { team: { Type: 'String.Array', Value: '["ops","ml"]' } }, true],
    ['knows prefixes', { level: [{ prefix: 'L' }] }, { level: text('L2') }, true],
    ['knows suffixes', { level: [{ suffix: '1' }] }, { level: text('L2') }, false],
    ['knows values without case', { s: [{ 'equals-ignore-case': 'P1' }] }, { s: text('p1') }, true],
    ['knows exceptions', { s: [{ 'anything-but': ['P2', 'P3'] }] }, { s: text('P1') }, true],
    ['leaves out an exception', { s: [{ 'anything-but': ['P2', 'P3'] }] }, { s: text('P3') }, false],
    ['knows exceptions by prefix', { s: [{ 'anything-but': { prefix: 'P' } }] }, { s: text('P3') }, false],
    ['takes no missing value for an exception', { s: [{ 'anything-but': 'P3' }] }, {}, false],
    ['knows what is there', { person: [{ exists: true }] }, { person: text('U1') }, true],
    ['knows what is not there', { person: [{ exists: false }] }, { person: text('U1') }, false],
    ['takes what is not there', { person: [{ exists: false }] }, { other: text('U1') }, true],
    ['knows ranges', { price: [{ numeric: ['>', 0, '<=', 150] }] }, { price: number(150) }, true],
    ['leaves out what is beyond a range', { price: [{ numeric: ['>', 0, '<=', 150] }] }, { price: number(151) }, false],
    ['compares no text with a range', { price: [{ numeric: ['=', 5] }] }, { price: text('5') }, false],
    ['compares numbers as numbers', { price: [5] }, { price: { Type: 'Number', Value: '5.0' } }, true],
    ['sees no binary data', { data: ['aa'] }, { data: { Type: 'Binary', Value: 'aa' } }, false],
  ])('%s', (_what, policy, attributes, expected) => {
    expect(lets(policy, attributes)).toBe(expected);
  });

  it.each([
    ['what is no JSON', '{', 'failed to parse JSON'],
    ['a condition that is no list', '{"person":"U1"}', 'must be an object or an array'],
    ['an operator that is not offered', '{"ip":[{"cidr":"10.0.0.0/24"}]}', 'Unrecognized match type'],
    ['two operators at once', '{"s":[{"prefix":"P","exists":true}]}', 'Unrecognized match type'],
    ['an operand of the wrong kind', '{"s":[{"prefix":5}]}', 'Unrecognized match type'],
    ['a range without an end', '{"s":[{"numeric":[">"]}]}', 'Unrecognized match type'],
    ['six attributes', '{"a":[1],"b":[1],"c":[1],"d":[1],"e":[1],"f":[1]}', 'more than 5 keys'],
    ['too many combinations', JSON.stringify({ a: [...Array(13).keys()], b: [...Array(12).keys()] }), 'too complex'],
  ])('is refused for %s', (_what, json, words) => {
    expect(parseFilterPolicy(json)).toContain(words);
  });
});
