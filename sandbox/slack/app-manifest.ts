import { objectOf, objectsOf, stringOf, stringsOf } from './json.ts';

export interface Command {
  readonly command: string;
  readonly description: string;
  readonly usageHint: string;
  readonly shouldEscape: boolean;
}

export interface Shortcut {
  readonly name: string;
  readonly callbackId: string;
  readonly type: 'global' | 'message';
}

/** What an app may do, as its manifest says it. */
export interface AppFeatures {
  readonly commands: readonly Command[];
  readonly shortcuts: readonly Shortcut[];
  /** Event types that the app subscribed to; `null` is all. */
  readonly events: ReadonlySet<string> | null;
  /** Whether people may not write to the app directly. */
  readonly isReadOnly: boolean;
}

/** Reads a parsed `manifest.yml` (v1 or v2). What is absent is empty, except events: without a manifest all are sent. */
export function readManifest(manifest: unknown): AppFeatures & { readonly name: string; readonly scopes: string[] } {
  const root = objectOf(manifest);
  const features = objectOf(root.features);
  const scopes = objectOf(objectOf(root.oauth_config).scopes);
  const subscriptions = objectOf(objectOf(root.settings).event_subscriptions);
  return {
    name: stringOf(objectOf(root.display_information).name, 'App'),
    scopes: [...stringsOf(scopes.bot), ...stringsOf(scopes.bot_optional)],
    isReadOnly: objectOf(features.app_home).messages_tab_read_only_enabled === true,
    commands: objectsOf(features.slash_commands).map((command) => ({
      command: stringOf(command.command),
      description: stringOf(command.description),
      usageHint: stringOf(command.usage_hint),
      shouldEscape: command.should_escape === true,
    })),
    shortcuts: objectsOf(features.shortcuts).map((shortcut) => ({
      name: stringOf(shortcut.name),
      callbackId: stringOf(shortcut.callback_id),
      type: shortcut.type === 'message' ? 'message' : 'global',
    })),
    events: manifest === undefined ? null : new Set(stringsOf(subscriptions.bot_events)),
  };
}
