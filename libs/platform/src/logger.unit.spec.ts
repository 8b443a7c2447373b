import { describe, expect, it } from '@jest/globals';
import { redact } from './logger.js';

const JWT = 'eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl';

describe('A censura do log', () => {
  it.each(['y', 'a.', 'eyJ-', 'eyJa.', 'a://:', 'pi_', 'a@', 'sk_', '1 ', '1-'])(
    'lê uma palavra de um megabyte uma vez, não desde cada letra: %s',
    (piece) => {
      const before = process.cpuUsage();
      expect(redact(piece.repeat(1_000_000 / piece.length))).toContain('mais ');
      // Of the processor, µs: from each letter it took minutes.
      expect(process.cpuUsage(before).user).toBeLessThan(5_000_000);
    },
  );

  it.each([
    'senha',
    'novaSenha',
    'password',
    'clientSecret',
    'tokenAcesso',
    'refresh_token',
    'Authorization',
    'set-cookie',
    'email',
    'e-mail',
    'telefone',
    'cpf',
    'CNPJ',
    'nome',
    'nomeCompleto',
    'nomeCliente',
    'destinatario',
    'cardNumber',
    'cvc',
    'chavePrivada',
    'AUTH_CHAVE_MESTRA',
  ])('esconde o valor de %s, seja qual for', (key) => {
    expect(redact({ [key]: { qualquer: ['coisa'] } })).toEqual({ [key]: '[redigido]' });
  });

  it('mantém o que não é segredo', () => {
    const fields = {
      reservaId: '01920000-0000-7000-8000-000000000001',
      correlationId: '99999999-1111-4111-8111-111111111111',
      espacoNome: 'Sala Ipê',
      valorCentavos: 12_000,
      em: new Date(0),
      agora: 1_763_780_000_000,
      traceId: '4bf92f3577b34da6a3ce929d0e0e4736',
      nulo: null,
      ok: true,
    };
    expect(redact(fields)).toEqual(fields);
  });

  it.each([
    ['um JWT', `Bearer ${JWT}`, 'Bearer [jwt]'],
    ['uma chave da Stripe', 'usando sk_test_4eC39HqLyjWDarjtT1zdp7dc', 'usando [chave]'],
    ['um segredo de webhook', 'whsec_abcdef123456', '[chave]'],
    ['um client secret', 'pi_3Abc_secret_Def456', '[segredo]'],
    ['um endereço de e-mail', 'para ana.silva+x@exemplo.com.br agora', 'para [email] agora'],
    ['um número de cartão', 'cartão 4242 4242 4242 4242!', 'cartão [numero]!'],
    ['um número de cartão com traços', '4242-4242-4242-4242', '[numero]'],
    ['a senha de um URL', 'postgres://app:s3gr3d0@127.0.0.1:5432/db', 'postgres://app:[senha]@127.0.0.1:5432/db'],
    ['uma senha com dois-pontos', 'amqp://app:a:b@fila.exemplo.com', 'amqp://app:[senha]@fila.exemplo.com'],
    ['um URL só com senha', 'redis://:s3gr3d0@localhost:6379', 'redis://:[senha]@localhost:6379'],
  ])('mascara %s dentro de um texto', (_, text, masked) => {
    expect(redact(text)).toBe(masked);
    expect(redact({ a: [{ b: text }] })).toEqual({ a: [{ b: masked }] });
  });

  it('mascara um número de cartão que veio como número', () => {
    expect(redact({ valor: 4_242_424_242_424_242 })).toEqual({ valor: '[numero]' });
  });

  it('não mostra valor que o PostgreSQL não pôde tomar', () => {
    const error = Object.assign(new Error('invalid input syntax for type uuid: "Ana Souza"'), { code: '22P02' });
    const shown = redact({ error }) as { error: { message: string; stack: string } };
    expect(shown.error.message).toBe('invalid input syntax for type uuid: "[valor]"');
    expect(shown.error.stack).not.toContain('Ana');
    // What is no data exception keeps the names that help to find it.
    const other = Object.assign(new Error('relation "espacos" does not exist'), { code: '42P01' });
    expect(redact(other)).toMatchObject({ message: 'relation "espacos" does not exist' });
  });

  it('mostra um erro com código e causa, censurado', () => {
    const cause = new Error('login de ana@exemplo.com recusado');
    const error = Object.assign(new Error('falhou', { cause }), { code: 'ECONNREFUSED', parameters: ['segredo'] });
    expect(redact({ error })).toEqual({
      error: {
        name: 'Error',
        message: 'falhou',
        code: 'ECONNREFUSED',
        stack: expect.stringContaining('falhou'),
        cause: expect.objectContaining({ message: 'login de [email] recusado' }),
      },
    });
  });

  it('não soletra bytes', () => {
    expect(redact({ corpo: Buffer.from('ana@exemplo.com') })).toEqual({ corpo: '[15 bytes]' });
  });

  it('acaba a uma profundidade, de modo que um ciclo também acaba', () => {
    const node: Record<string, unknown> = { senha: 'x' };
    node['eu'] = node;
    expect(JSON.stringify(redact(node))).toMatch(/"\[profundo\]"/);
    expect(JSON.stringify(redact(node))).not.toContain('"x"');
  });
});
