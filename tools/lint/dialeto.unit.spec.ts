import { join } from 'node:path';
import { type ESLint, Linter } from 'eslint';
import { parser } from 'typescript-eslint';
import { describe, expect, it } from '@jest/globals';

const { default: dialeto } = (await import(join(import.meta.dirname, 'dialeto.mjs'))) as { default: ESLint.Plugin };

const mistakesIn = (code: string): string[] =>
  new Linter()
    .verify(
      code,
      {
        files: ['**/*.ts'],
        languageOptions: { parser },
        plugins: { dialeto },
        rules: { 'dialeto/nomes': 'error' },
      },
      { filename: 'a.ts' },
    )
    .map(({ message }) => message);

describe('O dialeto que se confere', () => {
  it.each([
    'class CriarReservaUseCase {}',
    'class ReservaNova extends Command<void> {}',
    'class ReservasDoDia extends Query<void> {}',
    "class EmailEmUsoError extends regra('auth.email-em-uso', 'CONFLITO') {}",
    "class C { @EventPattern('a.b.v1') onApproved() {} }",
    'const COLUNAS = `id, nome`;',
    'const COLUNAS_DA_RESERVA = `id`;',
    'function paraUsuario() {}',
    'const paraHttp = () => 1;',
    ...['buscar', 'gravarTudo', 'adiar', 'fazer', 'receber', 'ler', 'inserir', 'obterPorId'].map(
      (name) => `abstract class Porta { abstract ${name}(): void }`,
    ),
  ])('recusa %s', (code) => expect(mistakesIn(code)).toEqual([expect.stringContaining('docs/estilo.md')]));

  it.each([
    'class CriarReserva {}',
    'class RemoverFeriado extends Command<void> {}',
    "class EmailEmUso extends regra('auth.email-em-uso', 'CONFLITO') {}",
    "class C { @EventPattern('a.b.v1') aprovado() {} onModuleInit() {} }",
    'const COLUMNS = `id`;',
    'const TABELA = [{ preco: 1 }];',
    'const toHttp = () => 1; const parametro = 1;',
    'class Agregado { confirmar() {} }',
    ...['load', 'remember', 'deliver', 'register', 'clear', 'hear', 'priceList', 'setPapeis', 'purge', 'render'].map(
      (name) => `abstract class Porta { abstract ${name}(): void }`,
    ),
  ])('aceita %s', (code) => expect(mistakesIn(code)).toEqual([]));
});
