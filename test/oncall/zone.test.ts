import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { instantOf, isZone, parseWall, wallOf, wallText } from '../../src/oncall/zone.ts';
import { at, wall } from './given.ts';
import { clockIn } from './wall-clock.ts';

describe('the moment at which clocks show a time', () => {
  it.each([
    ['on a plain day', 'Europe/Berlin', '2026-11-23T09:00', '2026-11-23T09:00+01:00'],
    ['in summer', 'Europe/Berlin', '2026-07-01T09:00', '2026-07-01T09:00+02:00'],
    [
      'that is skipped is the first moment after the skip',
      'Europe/Berlin',
      '2026-03-29T02:30',
      '2026-03-29T03:00+02:00',
    ],
    ['at which the skip begins is the moment after it', 'Europe/Berlin', '2026-03-29T02:00', '2026-03-29T03:00+02:00'],
    ['just before a skip', 'Europe/Berlin', '2026-03-29T01:59', '2026-03-29T01:59+01:00'],
    ['just after a skip', 'Europe/Berlin', '2026-03-29T03:00', '2026-03-29T03:00+02:00'],
    ['that comes twice is the first of the two', 'Europe/Berlin', '2026-10-25T02:30', '2026-10-25T02:30+02:00'],
    ['at which the second round begins is in the first', 'Europe/Berlin', '2026-10-25T02:00', '2026-10-25T02:00+02:00'],
    ['after the second round', 'Europe/Berlin', '2026-10-25T03:00', '2026-10-25T03:00+01:00'],
    ['skipped in New York', 'America/New_York', '2026-03-08T02:30', '2026-03-08T03:00-04:00'],
    ['twice in New York', 'America/New_York', '2026-11-01T01:30', '2026-11-01T01:30-04:00'],
    ['in a skip of half an hour', 'Australia/Lord_Howe', '2026-10-04T02:15', '2026-10-04T02:30+11:00'],
    ['after a skip of half an hour', 'Australia/Lord_Howe', '2026-10-04T02:30', '2026-10-04T02:30+11:00'],
    ['twice for half an hour', 'Australia/Lord_Howe', '2026-04-05T01:45', '2026-04-05T01:45+11:00'],
    ['after half an hour came twice', 'Australia/Lord_Howe', '2026-04-05T02:00', '2026-04-05T02:00+10:30'],
    ['on the day that Samoa skipped', 'Pacific/Apia', '2011-12-30T09:00', '2011-12-31T00:00+14:00'],
    ['on the day before it', 'Pacific/Apia', '2011-12-29T23:59', '2011-12-29T23:59-10:00'],
    ['on the day after it', 'Pacific/Apia', '2011-12-31T09:00', '2011-12-31T09:00+14:00'],
    ['at the midnight that Cairo skips', 'Africa/Cairo', '2026-04-24T00:00', '2026-04-24T01:00+03:00'],
    ['at the midnight that Santiago skips', 'America/Santiago', '2026-09-06T00:00', '2026-09-06T01:00-03:00'],
    ['twice before midnight in Santiago', 'America/Santiago', '2026-04-04T23:30', '2026-04-04T23:30-03:00'],
    ['in a zone of 45 minutes', 'Asia/Kathmandu', '2026-11-23T09:00', '2026-11-23T09:00+05:45'],
    ['furthest in the east', 'Pacific/Kiritimati', '2026-11-23T09:00', '2026-11-23T09:00+14:00'],
    ['furthest in the west', 'Etc/GMT+12', '2026-11-23T09:00', '2026-11-23T09:00-12:00'],
    ['in the zone that is in winter time in summer', 'Europe/Dublin', '2026-03-29T01:30', '2026-03-29T02:00+01:00'],
    ['when Ramadan sets the clocks of Morocco back', 'Africa/Casablanca', '2026-02-15T02:30', '2026-02-15T02:30+01:00'],
    ['where there is no daylight saving any more', 'America/Sao_Paulo', '2026-10-18T00:00', '2026-10-18T00:00-03:00'],
  ])('%s', (_, zone, clock, expected) => {
    expect(new Date(instantOf(zone, wall(clock))).toISOString()).toBe(new Date(at(expected)).toISOString());
  });
});

describe('laws of clocks', () => {
  const zones = fc.constantFrom(
    ...[
      'UTC',
      'Europe/Berlin',
      'America/New_York',
      'America/Santiago',
      'Africa/Cairo',
      'Asia/Kathmandu',
      'Asia/Tehran',
    ],
    ...[
      'Australia/Lord_Howe',
      'Pacific/Kiritimati',
      'Pacific/Apia',
      'America/St_Johns',
      'Pacific/Niue',
      'Africa/Casablanca',
    ],
    ...['Antarctica/Troll', 'America/Nuuk', 'Asia/Gaza', 'Pacific/Chatham', 'America/Caracas', 'Asia/Pyongyang'],
  );
  const minutes = fc
    .integer({ min: Date.UTC(2005, 0, 1) / 60_000, max: Date.UTC(2040, 0, 1) / 60_000 })
    .map((minute) => minute * 60_000);

  it('they show what Intl says', () => {
    fc.assert(
      fc.property(zones, minutes, (zone, moment) => {
        expect(new Date(wallOf(zone, moment)).toISOString().slice(0, 16)).toBe(clockIn(zone, moment));
      }),
      { numRuns: 2_000 },
    );
  });

  it('a time is shown at its moment and not before, or it is skipped then', () => {
    fc.assert(
      fc.property(zones, minutes, (zone, time) => {
        const moment = instantOf(zone, time);
        const clock = new Date(time).toISOString().slice(0, 16);

        expect(clockIn(zone, moment) >= clock).toBe(true);
        expect(clockIn(zone, moment - 60_000) < clock).toBe(true);
        if (clockIn(zone, moment) !== clock) expect(wallOf(zone, moment - 1)).toBeLessThan(time);
      }),
      { numRuns: 2_000 },
    );
  });

  it('a later time is never shown first', () => {
    fc.assert(
      fc.property(zones, minutes, fc.integer({ min: 1, max: 3_000 }), (zone, time, more) => {
        expect(instantOf(zone, time + more * 60_000)).toBeGreaterThanOrEqual(instantOf(zone, time));
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('a local time as text', () => {
  it.each([
    ['2026-11-23', '2026-11-23T00:00'],
    ['2026-11-23T18:30', '2026-11-23T18:30'],
    ['2028-02-29', '2028-02-29T00:00'],
  ])('%s is read, and written again', (text, same) => {
    expect(wallText(wall(text))).toBe(text);
    expect(parseWall(text)).toBe(parseWall(same));
  });

  it.each([
    '',
    'tomorrow',
    '2026-02-29',
    '2026-02-30',
    '2026-13-01',
    '2026-11-23T24:00',
    '2026-11-23T9:00',
    '2026-11-23T09:00Z',
  ])('is not %j', (text) => {
    expect(parseWall(text)).toBeNull();
  });
});

describe('a zone', () => {
  it.each([
    ['Europe/Berlin', true],
    ['UTC', true],
    ['Mars/Olympus', false],
    ['', false],
  ])('%s: %s', (zone, expected) => {
    expect(isZone(zone)).toBe(expected);
  });
});
