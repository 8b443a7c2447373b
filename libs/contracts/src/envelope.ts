import { z } from 'zod';
import type { MessageData, MessageType } from './messages.js';

/** Media type of a structured CloudEvent (CloudEvents 1.0, JSON format). */
export const CLOUDEVENTS_CONTENT_TYPE = 'application/cloudevents+json';

/** CloudEvents 1.0 envelope, with the extensions that this platform adds. */
export const cloudEventSchema = z.object({
  specversion: z.literal('1.0'),
  id: z.uuid().describe('Identidade da mensagem: consumidores a usam para não repetir o efeito'),
  source: z.string().regex(/^\/servicos\/[a-z]+$/),
  type: z.string().min(1),
  subject: z.string().min(1).describe('O agregado, por exemplo reserva/0190…'),
  time: z.iso.datetime({ offset: true }),
  datacontenttype: z.literal('application/json'),
  sequence: z.string().regex(/^\d+$/).describe('Posição da mensagem no agregado, começando em 1'),
  correlationid: z.string().min(1),
  causationid: z.string().min(1).optional(),
  data: z.unknown(),
});

export type CloudEvent<T extends MessageType = MessageType> = Omit<
  z.output<typeof cloudEventSchema>,
  'type' | 'data'
> & {
  readonly type: T;
  readonly data: MessageData<T>;
};
