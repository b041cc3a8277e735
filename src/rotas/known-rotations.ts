import { rotationName } from '../app/on-call.ts';
import type { Override, Rotation } from '../domain/rotation.ts';
import type { Service } from '../domain/service.ts';
import type { Plan } from '../store/on-call-plans.ts';

/** A rotation under the name that it has wherever those of several services meet. */
export interface KnownRotation {
  readonly service: string;
  /** Its name is `<service>/<name>`. */
  readonly rotation: Rotation;
}

/** All rotations of services, in the order of the files. */
export function knownRotations(services: readonly Service[]): KnownRotation[] {
  return services.flatMap(({ name: service, rotations }) =>
    Object.values(rotations).map((rotation) => ({
      service,
      rotation: { ...rotation, name: rotationName(service, rotation.name) },
    })),
  );
}

/** The rotation of this name, or `null`. */
export function rotationCalled(services: readonly Service[], name: string): KnownRotation | null {
  return knownRotations(services).find(({ rotation }) => rotation.name === name) ?? null;
}

/** Everything that puts people on call besides the layers. A calendar that a rotation does not read any more says nothing. */
export function overridesOf({ calendar }: Rotation, { overrides, fromCalendar }: Plan): Override[] {
  return calendar === null ? [...overrides] : [...fromCalendar, ...overrides];
}
