/**
 * The parts of Slack's manifest format v2 that Tocsin uses, with their documented limits. Unknown keys are errors, as they are for
 * Slack. https://docs.slack.dev/reference/app-manifest
 */
const text = (maxLength: number, more: object = {}) => ({ type: 'string', minLength: 1, maxLength, ...more });
const flag = { type: 'boolean' };
const list = (items: object, maxItems: number, more: object = {}) => ({
  type: 'array',
  items,
  maxItems,
  uniqueItems: true,
  ...more,
});
const url = (maxLength: number) => ({ type: 'string', pattern: '^https?://', maxLength });

function group(properties: Record<string, object>, ...required: string[]) {
  return { type: 'object', properties, required, additionalProperties: false };
}

const shortcut = group(
  { name: text(24), type: { enum: ['message', 'global'] }, callback_id: text(255), description: text(150) },
  'name',
  'type',
  'callback_id',
  'description',
);

const command = group(
  {
    command: text(32, { pattern: '^/' }),
    url: url(3000),
    description: text(2000),
    usage_hint: text(1000),
    should_escape: flag,
  },
  'command',
  'description',
);

export const manifestSchema = group(
  {
    _metadata: group({ major_version: { const: 2 }, minor_version: { type: 'integer' } }, 'major_version'),
    display_information: group(
      {
        name: text(35),
        description: text(140),
        background_color: { type: 'string', pattern: '^#(?:[0-9a-fA-F]{3}){1,2}$' },
        long_description: { type: 'string', minLength: 175, maxLength: 4000 },
      },
      'name',
    ),
    features: group({
      app_home: group({ home_tab_enabled: flag, messages_tab_enabled: flag, messages_tab_read_only_enabled: flag }),
      bot_user: group({ display_name: text(80, { pattern: '^[a-z0-9._-]+$' }), always_online: flag }, 'display_name'),
      shortcuts: list(shortcut, 10, { minItems: 1 }),
      slash_commands: list(command, 50, { minItems: 1 }),
    }),
    oauth_config: group({ scopes: group({ bot: list(text(50), 255), bot_optional: list(text(50), 255) }) }),
    settings: group({
      event_subscriptions: group({ request_url: url(3500), bot_events: list(text(50), 100) }),
      interactivity: group({ is_enabled: flag, request_url: url(3500) }, 'is_enabled'),
      org_deploy_enabled: flag,
      socket_mode_enabled: flag,
      token_rotation_enabled: flag,
    }),
  },
  '_metadata',
  'display_information',
);
