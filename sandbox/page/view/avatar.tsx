import type { SandboxUser } from '../../api.ts';

/** A drawn face: initials on the person's colour, or the bell of the app. Says nothing to screen readers; the name is beside it. */
export function Avatar({ user, size }: { user: SandboxUser; size: 'small' | 'normal' }) {
  return (
    <span className={`avatar ${size}`} style={{ background: user.color }} aria-hidden="true">
      {user.isBot ? <BellMark /> : initials(user.realName || user.name)}
    </span>
  );
}

/** The bell, as drawn on the app's own face and beside the workspace's name. */
export function BellMark() {
  return (
    <svg viewBox="0 0 24 24" width="62%" height="62%" fill="currentColor" aria-hidden="true">
      <path d="M12 2a1.6 1.6 0 0 1 1.6 1.6v.5A6.6 6.6 0 0 1 18.6 10.500c0 4.600 1.500 5.900 2.200 6.700.5.5.1 1.300-.6 1.300H3.800c-.7 0-1.100-.8-.6-1.300.7-.8 2.200-2.100 2.200-6.700a6.600 6.600 0 0 1 5-6.400v-.5A1.600 1.600 0 0 1 12 2Zm-2.400 17.800h4.800a2.400 2.400 0 0 1-4.800 0Z" />
    </svg>
  );
}

function initials(name: string): string {
  const words = name.trim().split(/\s+/);
  const letters = [words[0], words.length > 1 ? words.at(-1) : ''].map((word) => [...(word ?? '')][0] ?? '');
  return letters.join('').toUpperCase();
}
