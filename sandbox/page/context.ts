import { createContext, useContext } from 'react';
import type { Act, ActResult, SandboxChannel, SandboxState, SandboxUser, SandboxUserGroup } from '../api.ts';
import type { Place } from './place.ts';

/** Who and what can be named or reached from anywhere on the page. Changes rarely, so that messages may depend on it. */
export interface Workspace {
  readonly me: SandboxUser;
  readonly users: readonly SandboxUser[];
  readonly channels: readonly SandboxChannel[];
  readonly userGroups: readonly SandboxUserGroup[];
  readonly app: SandboxState['app'];
  /** Does something in the sandbox; what Slack would answer to a failure is shown as a toast. Never rejects. */
  readonly act: (act: Act) => Promise<ActResult>;
  readonly go: (to: Partial<Place>) => void;
}

const WorkspaceContext = createContext<Workspace | null>(null);
export const WorkspaceProvider = WorkspaceContext.Provider;

/** The workspace. Throws outside of its provider, which would be a bug. */
export function useWorkspace(): Workspace {
  const workspace = useContext(WorkspaceContext);
  if (!workspace) throw new Error('No workspace around this component.');
  return workspace;
}

/** The person or app behind a user id. */
export function userOf({ users, app }: Workspace, id: string): SandboxUser {
  const known = users.find((user) => user.id === id);
  if (known) return known;
  const isApp = id === app.botUserId;
  const name = isApp ? app.name : id;
  return {
    id,
    name,
    realName: name,
    title: '',
    isBot: isApp,
    color: isApp ? '#8a5a00' : '#5b6470',
    dm: { channel: '', messages: 0 },
  };
}

/** Where blocks are drawn, and what happens when their elements are used. */
export interface Surface {
  /** An element was used. `part` is its own piece of Slack's payload. Settles when the app has answered. */
  readonly use: (blockId: string, actionId: string, part: Record<string, unknown>) => Promise<ActResult>;
  /** What an element holds, or `null` when the surface keeps nothing (messages). */
  readonly held: (blockId: string, actionId: string) => Record<string, unknown> | null;
  readonly hold: (blockId: string, actionId: string, value: Record<string, unknown>) => void;
  readonly errors: Readonly<Record<string, string>>;
}

const SurfaceContext = createContext<Surface | null>(null);
export const SurfaceProvider = SurfaceContext.Provider;

/** The surface around a block. Throws outside of its provider, which would be a bug. */
export function useSurface(): Surface {
  const surface = useContext(SurfaceContext);
  if (!surface) throw new Error('No surface around this block.');
  return surface;
}
