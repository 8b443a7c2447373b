import { describe, expect, it } from '@jest/globals';
import {
  AmbiguousDeadLetterError,
  isAboutOneOf,
  mayNamePerson,
  namedBy,
  personIn,
  toEntry,
  wasThereBefore,
} from './dead-letter-entry.js';

type Message = Parameters<typeof toEntry>[0];

const message = (body: string, properties: Record<string, unknown> = {}): Message => ({
  content: Buffer.from(body),
  properties: properties as unknown as Message['properties'],
});
const ours = {
  messageId: 'mensagem-1',
  type: 'reserva.criada.v1',
  headers: {
    'x-origin-queue': 'pagamentos.eventos',
    'x-cause': 'invalida',
    'x-detail': 'data.valor',
    'x-attempt': 3,
    'x-dead-at': '2026-11-27T12:00:00.000Z',
    traceparent: `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`,
  },
};

describe('Uma mensagem morta', () => {
  it('é mostrada como os nossos consumidores a disseram', () => {
    expect(toEntry(message('{"data":1}', ours))).toEqual({
      id: expect.stringMatching(/^[0-9a-f]{32}$/),
      mensagemId: 'mensagem-1',
      tipo: 'reserva.criada.v1',
      fila: 'pagamentos.eventos',
      causa: 'invalida',
      detalhe: 'data.valor',
      tentativas: 3,
      desde: '2026-11-27T12:00:00.000Z',
      rastroId: 'a'.repeat(32),
      conteudo: { data: 1 },
    });
  });

  it('que o próprio RabbitMQ matou é mostrada como ele a disse', () => {
    const death = { queue: 'reservas.saga', reason: 'delivery_limit', count: 51, time: { value: 1_764_244_800 } };
    expect(toEntry(message('não é JSON', { headers: { 'x-death': [death] } }))).toMatchObject({
      mensagemId: '',
      tipo: 'desconhecido',
      fila: 'reservas.saga',
      causa: 'delivery_limit',
      detalhe: '',
      tentativas: 51,
      desde: '2025-11-27T12:00:00.000Z',
      rastroId: null,
      conteudo: 'não é JSON',
    });
  });

  it('de que nada se diz é mostrada assim mesmo', () => {
    expect(toEntry(message('null'))).toMatchObject({
      tipo: 'desconhecido',
      fila: 'desconhecida',
      causa: 'desconhecida',
      tentativas: 1,
      desde: null,
      rastroId: null,
      conteudo: null,
    });
    const odd = { headers: { 'x-attempt': 'muitas', 'x-cause': 7, traceparent: `x00-${'a'.repeat(32)}-` } };
    expect(toEntry(message('{}', odd))).toMatchObject({ tentativas: 1, causa: 'desconhecida', rastroId: null });
  });

  it('diz o seu tipo também quando só o corpo o traz, até o que cabe num cabeçalho', () => {
    const typed = (type: unknown) => toEntry(message(JSON.stringify({ type }))).tipo;
    expect(typed('reserva.criada.v1')).toBe('reserva.criada.v1');
    expect(typed('x'.repeat(300))).toBe('x'.repeat(255));
    for (const none of ['', 7, null]) expect(typed(none)).toBe('desconhecido');
    expect(toEntry(message('"type"')).tipo).toBe('desconhecido');
  });

  it('tem o mesmo nome cada vez que se olha, e outro em outra fila ou com outro corpo', () => {
    const name = (body: string, queue: string, messageId?: string) =>
      toEntry(message(body, { messageId, headers: { 'x-origin-queue': queue } })).id;
    expect(name('a', 'f1', 'm')).toBe(name('a', 'f1', 'm'));
    expect(new Set([name('a', 'f1', 'm'), name('b', 'f1', 'm'), name('a', 'f2', 'm'), name('a', 'f1')]).size).toBe(4);
  });
});

describe('O nome por que se pede uma mensagem morta', () => {
  const entry = (queue: string, messageId: string, body = 'x') =>
    toEntry(message(body, { messageId, headers: { 'x-origin-queue': queue } }));
  const [one, two, other] = [entry('f1', 'm'), entry('f2', 'm'), entry('f1', 'n')];

  it('é o da entrada, ou o de uma mensagem que morreu numa fila só', () => {
    expect(namedBy(two.id, [one, two, other])).toEqual([two.id]);
    expect(namedBy('n', [one, two, other])).toEqual([other.id]);
    expect(namedBy('m', [one, one])).toEqual([one.id]);
    expect(namedBy('nada', [one, two, other])).toEqual([]);
  });

  it('não é o de uma mensagem que morreu em duas', () => {
    expect(() => namedBy('m', [one, two, other])).toThrow(AmbiguousDeadLetterError);
    const error = new AmbiguousDeadLetterError([one, two]);
    expect([error.code, error.candidatas]).toEqual(['mensagens.id-ambiguo', [one, two]]);
  });
});

describe('De quem fala uma mensagem morta', () => {
  const entry = (type: string, body: unknown, headers: Record<string, unknown> = {}) =>
    toEntry(message(JSON.stringify(body), { type, headers }));
  const pessoal = 'usuario.registrado.v1';

  it('é de quem o corpo diz', () => {
    expect(personIn({ data: { usuarioId: 'ana' } })).toBe('ana');
    for (const body of [null, undefined, 'x', {}, { data: null }, { data: { usuarioId: 7 } }])
      expect(personIn(body)).toBeUndefined();
  });

  it('pode ser de alguém quando é de um tipo pessoal, ou quando ninguém a pôde ler', () => {
    expect(mayNamePerson(entry(pessoal, {}))).toBe(true);
    expect(mayNamePerson(entry('reserva.criada.v1', {}))).toBe(false);
    expect(mayNamePerson(entry('reserva.criada.v1', {}, { 'x-cause': 'malformada' }))).toBe(true);
  });

  it('é de um dos apagados só quando é de um tipo pessoal e diz de quem', () => {
    const erased = new Set(['ana', undefined]);
    expect(isAboutOneOf(entry(pessoal, { data: { usuarioId: 'ana' } }), erased)).toBe(true);
    expect(isAboutOneOf(entry(pessoal, { data: { usuarioId: 'rui' } }), erased)).toBe(false);
    expect(isAboutOneOf(entry(pessoal, { data: {} }), erased)).toBe(false);
    expect(isAboutOneOf(entry('reserva.criada.v1', { data: { usuarioId: 'ana' } }), erased)).toBe(false);
  });

  it('esteve lá antes de um instante só se diz desde quando', () => {
    const since = entry(pessoal, {}, { 'x-dead-at': '2026-11-27T12:00:00.000Z' });
    const moment = Date.parse('2026-11-27T12:00:00.000Z');
    expect(wasThereBefore(since, moment + 1)).toBe(true);
    expect(wasThereBefore(since, moment)).toBe(false);
    expect(wasThereBefore(entry(pessoal, {}), moment + 1)).toBe(false);
  });
});
