import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { DEMO_ROLES } from '../../sandbox/demo-roles.ts';
import { demoWorkspace } from '../../sandbox/demo-workspace.ts';

const SERVICES = join(import.meta.dirname, '../../services');

/** The variables that the packs' roles and rotations take people from. */
function variablesForPeople(): string[] {
  const packs = readdirSync(SERVICES).filter((file) => file.endsWith('.yml'));
  const texts = packs.map((file) => {
    const { roles, rotations } = parse(readFileSync(join(SERVICES, file), 'utf8'));
    return JSON.stringify({ roles, rotations });
  });
  return texts.flatMap((text) => [...text.matchAll(/\$\{([A-Z0-9_]+)\}/g)].map(([, name = '']) => name));
}

it('gives every role of every pack to somebody in the demo company, and names no other role', async () => {
  const { users } = await demoWorkspace();
  const people = Object.values(DEMO_ROLES).flatMap((list) => list.split(','));

  expect(Object.keys(DEMO_ROLES).toSorted()).toEqual([...new Set(variablesForPeople())].toSorted());
  expect(people.filter((person) => !users.some(({ id }) => id === person))).toEqual([]);
});
