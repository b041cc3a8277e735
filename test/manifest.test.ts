import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { COMMAND, verbs } from '../src/slack/grammar.ts';
import { shortcuts } from '../src/slack/protocol.ts';
import { SCOPES } from '../src/slack/scopes.ts';
import { manifestSchema } from './manifest-schema.ts';

const source = readFileSync(join(import.meta.dirname, '..', 'manifest.yml'), 'utf8');
const raw: unknown = parse(source);
const manifest = z
  .object({
    features: z.object({
      shortcuts: z.array(z.object({ name: z.string(), type: z.string(), callback_id: z.string() })),
      slash_commands: z.array(
        z.object({
          command: z.string(),
          usage_hint: z.string(),
          should_escape: z.boolean(),
          url: z.string().optional(),
        }),
      ),
    }),
    oauth_config: z.object({ scopes: z.object({ bot: z.array(z.string()), bot_optional: z.array(z.string()) }) }),
    settings: z.object({
      socket_mode_enabled: z.boolean(),
      interactivity: z.object({ is_enabled: z.boolean() }),
      event_subscriptions: z.object({ bot_events: z.array(z.string()) }),
    }),
  })
  .parse(raw);

describe('the manifest', () => {
  it('is one that Slack takes', () => {
    const validate = new Ajv({ allErrors: true, strict: true }).compile(manifestSchema);

    validate(raw);

    expect(validate.errors ?? []).toEqual([]);
  });

  it.each<[string, (manifest: Record<string, unknown>) => void]>([
    ['a key that Slack does not know', (one) => Object.assign(one, { colour: 'red' })],
    ['a name that is too long', (one) => Object.assign(one, { display_information: { name: 'x'.repeat(36) } })],
    ['version 1', (one) => Object.assign(one, { _metadata: { major_version: 1 } })],
  ])('would not pass with %s', (_, spoil) => {
    const spoilt = z.record(z.string(), z.unknown()).parse(parse(source));
    spoil(spoilt);

    expect(new Ajv().validate(manifestSchema, spoilt)).toBe(false);
  });

  it('has the shortcuts of the protocol', () => {
    const described = manifest.features.shortcuts.map(({ name, type, callback_id }) => ({
      name,
      type,
      callbackId: callback_id,
    }));

    expect(described).toEqual(Object.values(shortcuts));
  });

  it('has the command of the grammar and names every verb', () => {
    const [command, ...others] = manifest.features.slash_commands;

    expect(others).toEqual([]);
    expect(command?.command).toBe(COMMAND);
    expect(command?.usage_hint).toBe(`[${Object.keys(verbs).join(' | ')}]`);
    expect(command?.should_escape).toBe(true);
  });

  it('asks for every permission that the start-up check looks for, and for each once', () => {
    const { bot, bot_optional: optional } = manifest.oauth_config.scopes;
    const required = Object.entries(SCOPES).flatMap(([scope, { required: isRequired }]) => (isRequired ? [scope] : []));

    expect([...bot, ...optional]).toEqual(expect.arrayContaining(Object.keys(SCOPES)));
    expect(bot).toEqual(expect.arrayContaining(required));
    expect(new Set([...bot, ...optional]).size).toBe(bot.length + optional.length);
  });

  it('asks for nothing that writes to the workspace beyond messages, their graphs and the groups of who is on call', () => {
    const all = [...manifest.oauth_config.scopes.bot, ...manifest.oauth_config.scopes.bot_optional];

    expect(all.filter((scope) => /:(?:write|manage|join|history|read\.email)/.test(scope)).toSorted()).toEqual([
      'channels:history',
      'chat:write',
      'chat:write.public',
      'files:write',
      'groups:history',
      'usergroups:write',
    ]);
  });

  it('uses Socket Mode, where no address is needed', () => {
    expect(manifest.settings.socket_mode_enabled).toBe(true);
    expect(manifest.settings.interactivity.is_enabled).toBe(true);
    expect(source.replaceAll(/^#.*$/gm, '')).not.toContain('url:');
  });
});
