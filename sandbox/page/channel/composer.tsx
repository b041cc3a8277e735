import { useState } from 'react';
import { useWorkspace } from '../context.ts';
import { composeText, type Mentionable } from '../text/compose.ts';
import { Menu } from '../view/menu.tsx';
import { completionsFor, usageFor } from './completions.ts';
import { ComposerField } from './composer-field.tsx';

interface ComposerProps {
  readonly channel: string;
  readonly label: string;
  readonly threadTs?: string;
}

/** Where one writes: Enter sends, Shift+Enter breaks the line, `/` and `@` offer completions. */
export function Composer({ channel, label, threadTs }: ComposerProps) {
  const { act, app, users, channels } = useWorkspace();
  const [typed, setTyped] = useState('');
  const [caret, setCaret] = useState(0);
  const people: Mentionable[] = [{ id: app.botUserId, name: app.name }, ...users.filter((user) => !user.isBot)];
  const commands = threadTs ? [] : app.commands;

  const take = (text: string) => {
    setTyped(text);
    setCaret(text.length);
  };
  const send = () => {
    const text = composeText(typed.trim(), people, channels);
    if (text === '') return;
    take('');
    void act({ type: 'message', channel, text, ...(threadTs && { threadTs }) });
  };

  return (
    <div className="composer">
      <Hint typed={typed} inThread={threadTs !== undefined} />
      <ComposerField
        label={label}
        testId={threadTs ? 'thread-composer' : 'composer'}
        typed={typed}
        completions={completionsFor(typed, caret, commands, people)}
        onType={(text, at) => {
          setTyped(text);
          setCaret(at);
        }}
        onTake={take}
        onSend={send}
      />
      <div className="composer-bar">
        {!threadTs && <ShortcutMenu begin={take} />}
        <span className="quiet">Enter sends{threadTs ? '' : ' · / for commands'} · @ for people</span>
        <button type="button" className="button primary small" onClick={send} disabled={typed.trim() === ''}>
          Send
        </button>
      </div>
    </div>
  );
}

function Hint({ typed, inThread }: { typed: string; inThread: boolean }) {
  const { app } = useWorkspace();
  const usage = usageFor(typed, app.commands);
  if (inThread && typed.startsWith('/'))
    return <p className="composer-hint">Slack runs no slash command in a thread. Write “@{app.name} …” instead.</p>;
  return usage && <p className="composer-hint mono">{usage}</p>;
}

function ShortcutMenu({ begin }: { begin: (text: string) => void }) {
  const { act, app } = useWorkspace();
  const shortcuts = app.shortcuts
    .filter(({ type }) => type === 'global')
    .map(({ name, callbackId }) => ({
      key: callbackId,
      label: name,
      detail: `Shortcut of ${app.name}`,
      choose: () => void act({ type: 'shortcut', callbackId }),
    }));
  const commands = app.commands.map(({ command, description }) => ({
    key: command,
    label: command,
    detail: description,
    choose: () => begin(`${command} `),
  }));
  return (
    <Menu label="Shortcuts" className="button icon plain" items={[...shortcuts, ...commands]}>
      ⚡
    </Menu>
  );
}
