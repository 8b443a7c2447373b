import { describe, expect, it } from '@jest/globals';
import { attemptOf, DeadLetter, fateOf, FutureMessage, readMessage, UnprocessableMessageError } from './fate.js';

type Message = Parameters<typeof readMessage>[0];

const tipo = 'sessao.revogada.v1';
const evento = {
  specversion: '1.0',
  id: '0199a000-0000-7000-8000-000000000001',
  source: '/servicos/auth',
  type: tipo,
  subject: 'sessao-1',
  time: '2026-11-27T12:00:00Z',
  datacontenttype: 'application/json',
  sequence: '1',
  correlationid: '0199a000-0000-7000-8000-000000000002',
  data: {
    sessaoId: '0199a000-0000-7000-8000-000000000003',
    usuarioId: '0199a000-0000-7000-8000-000000000004',
    motivo: 'SAIDA',
    revogadaEm: '2026-11-27T12:00:00Z',
    tokensAte: '2026-11-27T12:10:00Z',
  },
};

const message = (body: unknown, headers?: Record<string, unknown>): Message => ({
  content: Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)),
  properties: { headers } as Message['properties'],
});

describe('A tentativa de uma mensagem', () => {
  it('é a primeira quando nada se diz', () => {
    expect(attemptOf(message(evento))).toBe(1);
    expect(attemptOf(message(evento, {}))).toBe(1);
  });

  it.each([1, 2, 3, 4])('é a %i, se o cabeçalho o diz', (said) => {
    expect(attemptOf(message(evento, { 'x-attempt': said }))).toBe(said);
  });

  it.each([0, 5, -1, 1.5, '1', null, Number.NaN])('não é %p, que nunca dizemos', (said) => {
    expect(attemptOf(message(evento, { 'x-attempt': said }))).toBeUndefined();
  });
});

describe('Ler uma mensagem', () => {
  const read = (body: unknown, known: readonly string[] = [tipo], headers?: Record<string, unknown>) =>
    readMessage(message(body, headers), known);
  const aside = (kind: typeof DeadLetter | typeof FutureMessage, cause: string, detail: string) => (found: unknown) => {
    expect(found).toBeInstanceOf(kind);
    expect(found).toMatchObject({ cause, detail });
  };
  const dead = (cause: string, detail: string) => aside(DeadLetter, cause, detail);

  it('dá o evento inteiro', () => {
    expect(read(evento)).toEqual(evento);
  });

  it('recusa como malformado o que não é JSON, o que não é um CloudEvent e o que conta mal as tentativas', () => {
    dead('malformada', 'o corpo não é JSON')(read('{'));
    dead('malformada', 'não é um CloudEvent: specversion')(read({ ...evento, specversion: '2.0' }));
    dead('malformada', 'o cabeçalho x-attempt não é nosso')(read(evento, [tipo], { 'x-attempt': 9 }));
  });

  it('recusa como inválido o que o contrato do seu tipo não descreve, e diz onde', () => {
    const found = read({ ...evento, data: { ...evento.data, tokensAte: 'amanhã' } });
    dead('invalida', expect.stringMatching(/^tokensAte: ./) as unknown as string)(found);
  });

  it('deixa para depois o tipo que ninguém conhece, dito em até cem letras', () => {
    aside(
      FutureMessage,
      'sem-consumidor',
      'nenhum consumidor para outra.coisa.v1',
    )(read({ ...evento, type: 'outra.coisa.v1' }));
    const long = `${'x'.repeat(150)}.v1`;
    aside(
      FutureMessage,
      'sem-consumidor',
      `nenhum consumidor para ${'x'.repeat(100)}`,
    )(read({ ...evento, type: long }));
  });

  it('deixa para depois uma versão que ainda não há de um tipo conhecido', () => {
    const known = ['outra.coisa.v1', tipo];
    aside(
      FutureMessage,
      'versao-desconhecida',
      'nenhum consumidor para sessao.revogada.v99',
    )(read({ ...evento, type: 'sessao.revogada.v99' }, known));
  });

  it('passa pela versão publicada que outro recebe: a nossa vem ao lado', () => {
    expect(read(evento, ['sessao.revogada.v2'])).toBeUndefined();
  });
});

describe('A sorte de uma mensagem que falhou', () => {
  it.each([
    [1, 1_000],
    [2, 2_000],
    [3, 4_000],
  ])('na tentativa %i, é esperar %i ms e tentar de novo', (attempt, delayMs) => {
    expect(fateOf(new Error('x'), attempt)).toEqual({ delayMs, nextAttempt: attempt + 1 });
  });

  it('na última, é a DLQ, com o que aconteceu', () => {
    const fate = fateOf(new TypeError('não deu'), 4);
    expect(fate).toBeInstanceOf(DeadLetter);
    expect(fate).toMatchObject({ cause: 'tentativas-esgotadas', detail: 'TypeError: não deu' });
    expect(fateOf('só um texto', 4)).toMatchObject({ detail: 'só um texto' });
  });

  it('o que aconteceu cabe em quinhentas letras', () => {
    expect((fateOf(new Error('x'.repeat(1_000)), 4) as DeadLetter).detail).toHaveLength(500);
  });

  it('quando um servidor está fora, é esperar, sem gastar tentativa, também na última', () => {
    const away = Object.assign(new Error('away'), { code: 'ECONNREFUSED' });
    for (const attempt of [1, 4]) expect(fateOf(away, attempt)).toEqual({ delayMs: 4_000, nextAttempt: attempt });
  });

  it('a que nunca poderá ser tratada vai logo à DLQ', () => {
    const fate = fateOf(new UnprocessableMessageError('sem saga'), 1);
    expect(fate).toBeInstanceOf(DeadLetter);
    expect(fate).toMatchObject({ cause: 'improcessavel', detail: 'UnprocessableMessageError: sem saga' });
  });

  it('a que já se decidiu pôr de lado é posta de lado por isso mesmo', () => {
    for (const decided of [new DeadLetter('invalida', 'x'), new FutureMessage('sem-consumidor', 'y')])
      expect(fateOf(decided, 1)).toBe(decided);
    expect(new DeadLetter('invalida', 'x').message).toBe('invalida: x');
  });
});
