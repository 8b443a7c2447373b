import type { Request } from '../cli/command.ts';
import type { dlqActions } from '../cli/commands.mjs';

type Action = (typeof dlqActions)[number];

/** What was asked of the dead-letter queue. */
export interface DlqRequest {
  action: Action;
  /** Of which messages; every one of them when undefined. */
  ids: string[] | undefined;
  json: boolean;
  /** Shows payloads as they are, personal data included. */
  raw: boolean;
  yes: boolean;
  instance: string;
}

/** What the command line asks for; it is already known to make sense. */
export function dlqRequest({ operands: [action, ...ids], values, yes, instance }: Request): DlqRequest {
  return {
    action: action as Action,
    ids: ids.length > 0 ? ids : undefined,
    json: values.json === true,
    raw: values.bruto === true,
    yes,
    instance,
  };
}
