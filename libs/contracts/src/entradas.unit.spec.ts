import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import * as contracts from './index.js';

type Schema = z.core.$ZodType;
interface Leaf {
  readonly path: string;
  readonly schema: Schema;
}

const defOf = (schema: Schema) => (schema as z.core.$ZodTypes)._zod.def;

/** Every string somewhere in a schema; of what is transformed, what comes in. */
function stringsOf(schema: Schema, path: string): Leaf[] {
  const def = defOf(schema);
  switch (def.type) {
    case 'string':
      return [{ path, schema }];
    case 'object':
      return Object.entries(def.shape).flatMap(([name, inner]) => stringsOf(inner, `${path}.${name}`));
    case 'array':
      return stringsOf(def.element, `${path}[]`);
    case 'union':
      return def.options.flatMap((option) => stringsOf(option, path));
    case 'optional':
    case 'nullable':
    case 'default':
    case 'prefault':
    case 'nonoptional':
    case 'readonly':
      return stringsOf(def.innerType, path);
    case 'pipe':
      return stringsOf(defOf(def.in).type === 'transform' ? def.out : def.in, path);
    case 'record':
      return [...stringsOf(def.keyType, `${path}{}`), ...stringsOf(def.valueType, `${path}{}`)];
    case 'number':
    case 'boolean':
    case 'enum':
    case 'literal':
    case 'null':
      return [];
    default:
      throw new Error(`${path}: ${def.type} não é previsto numa entrada`);
  }
}

/** What comes in is strict, or a part of an address; what goes out is not. */
function comesIn(schema: Schema): boolean {
  const def = defOf(schema);
  switch (def.type) {
    case 'string':
      return true;
    case 'object':
      return def.catchall !== undefined && defOf(def.catchall).type === 'never';
    case 'union':
      return def.options.every(comesIn);
    case 'optional':
      return comesIn(def.innerType);
    default:
      return false;
  }
}

/** Files, which are no words: what is in them is held against what it becomes, line by line or point by point. */
const FILES = ['novaFotoHttp.conteudo', 'novaImportacaoHttp.conteudo'];

const leaves = Object.entries(contracts).flatMap(([name, schema]) =>
  !/(?:De|Em)Mensagem$/.test(name) && schema instanceof z.ZodType && comesIn(schema)
    ? stringsOf(schema, name).filter(({ path }) => !FILES.includes(path))
    : [],
);
const accepts = ({ schema }: Leaf, value: string) => z.safeParse(schema, value).success;
const ofLeaves = (which: (leaf: Leaf) => boolean) =>
  leaves.filter(which).map(({ path, schema }): [string, Leaf] => [path, { path, schema }]);

/** What a text must not have, and the places where it might slip through. */
const HOSTILE = [
  '\0',
  '\x07',
  '\x1b[31m',
  '\x7f',
  '\x85',
  '\ud800',
  '\udfff',
  '\u202e',
  '\u2066',
  '\u200f',
  '\u2028',
  '\ufeff',
  '\ufffe',
].flatMap((bad) => [bad, `Sala${bad}Ipê`, `${bad}Sala`, `Sala${bad}`]);
/** A password is never shown, stored or handed on: it may be written in any direction, and be of digits. */
const isPassword = ({ path }: Leaf) => /\.senha(Atual|Nova)?$/.test(path);
const SHOWN_ONLY = /[\u200f\u202e\u2028\u2066\ufeff\ufffe]/;

const CARDS = [
  '4242424242424242',
  '4242 4242 4242 4242',
  '4242-4242-4242-4242',
  '4242.4242.4242.4242',
  '4242/4242/4242/4242',
  '4242_4242_4242_4242',
  '4242\u00a04242\u20074242\u202f4242',
  '4242–4242–4242–4242',
  '4242 - 4242 - 4242 - 4242',
  '4 2 4 2 4 2 4 2 4 2 4 2 4 2 4 2',
  '4242\u200b4242\u200c4242\u20604242',
  '４２４２４２４２４２４２４２４２',
  '٤٢٤٢٤٢٤٢٤٢٤٢٤٢٤٢',
  '۴۲۴۲ ۴۲۴۲ ۴۲۴۲ ۴۲۴۲',
  '४२४२४२४२४२४२४२४२',
  '4\ufe0f\u20e32\ufe0f\u20e34\ufe0f\u20e32\ufe0f\u20e34242 4242 4242',
  '④②④②④②④②④②④②④②④②',
  '𝟜𝟚𝟜𝟚𝟜𝟚𝟜𝟚𝟜𝟚𝟜𝟚𝟜𝟚𝟜𝟚',
  'ref. 7: 4242 4242 4242 4242',
  'cartão4242424242424242.',
  '3782 822463 10005',
  '30569309025904',
  '6011 0009 9013 9424',
  '5555 5555 5555 4444',
];
/** Letters and marks that are drawn as nothing. */
const BLANKS = [
  ...'\u034f\u115f\u1160\u1680\u17b4\u180b\u180e\u2000\u2007\u200a\u2064\u2800\u3164\uffa0\ufff0',
  ...'\u{16fe4}\u{1bca0}\u{1d159}\u{1d173}\u{e0001}\u{e0061}\u{e0100}\u{e01ef}',
  // Marks without a letter, what has no meaning but a private one, and what is no letter yet.
  ...'\u0301\u0903\u20dd\u3099\u{1d165}\ue000\uf8ff\u{f0000}\u0378\u2fe0\u{e0fff}',
];
const NO_CARDS = [
  'Fechado em 25/12/2026 10:00-12:00 e 26/12/2026 10:00-12:00',
  '+55 11 98765-4321',
  '+55 (11) 98765-4321, +55 (11) 98765-4322',
  'CNPJ 36.123.456/0001-99',
  'reserva 0199c1a2-0000-7000-4242-424242424242',
  'Avenida Paulista, 1578, 12º andar, CEP 01310-200',
  '4242 4242 4242 4243',
];

describe('o que uma pessoa pode enviar', () => {
  it('é tudo visto', () => expect(leaves.length).toBeGreaterThan(60));

  it.each(ofLeaves(() => true))('%s não aceita o que não se escreve, nem sem fim', (_path, leaf) => {
    const hostile = HOSTILE.filter((text) => !isPassword(leaf) || !SHOWN_ONLY.test(text));
    expect([...hostile, 'a'.repeat(20_001)].filter((text) => accepts(leaf, text))).toEqual([]);
  });

  it.each(ofLeaves((leaf) => accepts(leaf, 'Palavras de alguém') && !isPassword(leaf)))(
    '%s é texto: aparado, em NFC, medido depois, visível e sem número de cartão',
    (_path, leaf) => {
      expect(z.parse(leaf.schema, '  Sa\u0303o Luís  ')).toBe('São Luís');
      const unseen = [
        '\u200b\u200b\u200b',
        '\u00a0\u3000  ',
        '\u2060\u00ad\ufe0f',
        ...BLANKS.map((one) => one.repeat(3)),
      ];
      expect(unseen.filter((text) => z.safeParse(leaf.schema, text).data)).toEqual([]);
      expect(CARDS.filter((card) => accepts(leaf, card))).toEqual([]);
    },
  );

  it.each(ofLeaves((leaf) => accepts(leaf, '2026-12-01T10:00:00-03:00') && !accepts(leaf, 'abc')))(
    '%s é instante da plataforma',
    (_path, leaf) => {
      for (const good of [
        '2000-01-01T00:00:00Z',
        '2100-12-31T23:59:59.999999Z',
        '2028-02-29T00:00:00Z',
        '2026-01-01T00:00:00+14:00',
      ])
        expect([good, accepts(leaf, good)]).toEqual([good, true]);
      const bad = [
        '0000-01-01T00:00:00Z',
        '1999-12-31T23:59:59Z',
        '2101-01-01T00:00:00Z',
        '9999-12-31T23:59:59Z',
        '+012026-01-01T00:00:00Z',
        '2026-01-01T00:00:00+23:59',
        '2026-01-01T00:00:00-14:01',
        '2026-02-29T00:00:00Z',
        '2100-02-29T00:00:00Z',
        '2026-04-31T00:00:00Z',
        '2026-01-01T24:00:00Z',
        '2026-01-01T00:00:60Z',
        '2026-01-01T00:00:00',
        '2026-01-01T00:00Z',
        '2026-01-01T00:00:00.0000000000Z',
        '2026-01-01T00:00:00Z\n',
        '2026-01-01',
      ];
      expect(bad.filter((text) => accepts(leaf, text))).toEqual([]);
    },
  );

  it.each(ofLeaves((leaf) => accepts(leaf, '2026-12-01') && !accepts(leaf, 'abc')))(
    '%s é dia da plataforma',
    (_path, leaf) => {
      const bad = ['0000-01-01', '1999-12-31', '2101-01-01', '9999-12-31', '2026-02-29', '2026-1-1'];
      expect(bad.filter((text) => accepts(leaf, text))).toEqual([]);
    },
  );
});

/** Every schema of what comes in an address, a query or a body, by operation; whatever it is called. */
const entradas = Object.values(contracts).flatMap(function operacoes(value: unknown): contracts.OperacaoHttp[] {
  if (typeof value !== 'object' || value === null || value instanceof z.ZodType) return [];
  return 'metodo' in value && 'rota' in value
    ? [value as contracts.OperacaoHttp]
    : Object.values(value).flatMap(operacoes);
});
const lidas = entradas.flatMap(({ metodo, rota, parametros, consulta, corpo }) =>
  [...Object.entries(parametros ?? {}), ['?', consulta] as const, ['{}', corpo] as const].flatMap(([nome, schema]) =>
    schema ? stringsOf(schema, `${metodo} ${rota} ${nome}`) : [],
  ),
);
const COM_ID = ['', '2026-12-01~', '2026-12-01T10:00:00.000Z~', 'U2Fs~', '0192F0C4-0000-7000-8000-00000000000C,'];
const UM_ID = '0192f0c4-0000-7abc-8def-00000000000a';

describe('um id escrito com maiúsculas', () => {
  it('é visto onde quer que se leia', () => {
    expect(entradas.length).toBeGreaterThan(150);
    expect(lidas.filter((leaf) => accepts(leaf, UM_ID) && !accepts(leaf, 'abc')).length).toBeGreaterThan(100);
  });

  it('é lido como se escreve, em endereços, consultas, corpos e cursores', () => {
    const deOutroModo = lidas
      .filter((leaf) => !['abc', 'a'.repeat(40), 'Palavras de alguém'].some((palavras) => accepts(leaf, palavras)))
      .flatMap((leaf) =>
        COM_ID.flatMap((antes) => {
          const lido = z.safeParse(leaf.schema, `${antes}${UM_ID.toUpperCase()}`);
          const canonico = (antes.endsWith(',') ? antes.toLowerCase() : antes) + UM_ID;
          return lido.success && lido.data !== canonico ? [`${leaf.path}: ${String(lido.data)}`] : [];
        }),
      );
    expect(deOutroModo).toEqual([]);
  });

  it('vale também nas mensagens', () => {
    expect(contracts.id.parse(UM_ID.toUpperCase())).toBe(UM_ID);
    expect(
      contracts.messageContract('espaco.alterado.v1').schema.parse({ espacoId: UM_ID.toUpperCase(), versao: 1 }),
    ).toEqual({ espacoId: UM_ID, versao: 1 });
  });
});

it.each(NO_CARDS)('%s não é número de cartão', (text) =>
  expect(contracts.texto({ max: 100 }).safeParse(text).success).toBe(true),
);

describe('texto de várias linhas', () => {
  const linhas = contracts.texto({ max: 10, linhas: true });

  it('guarda as quebras, de uma só forma', () => expect(linhas.parse('a\r\nb\rc\n\nd ')).toBe('a\nb\nc\n\nd'));

  it('não aceita outros controles', () =>
    expect(['a\tb', 'a\u000bb', 'a\0b'].filter((text) => linhas.safeParse(text).success)).toEqual([]));

  it('mede caracteres, e não unidades de UTF-16, depois de normalizar', () => {
    expect(linhas.safeParse('😀'.repeat(10)).success).toBe(true);
    expect(linhas.safeParse('e\u0301'.repeat(10)).success).toBe(true);
    expect(linhas.safeParse('e\u0301'.repeat(11)).success).toBe(false);
    expect(linhas.safeParse('\ufb2c'.repeat(4)).success).toBe(false);
  });
});

it('o que falta é obrigatório, seja o que for', () => {
  const faltas = (schema: z.ZodType) =>
    schema.safeParse({}).error?.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
  expect(faltas(contracts.novaReservaHttp)).toEqual([
    'espacoId: obrigatório',
    'inicio: obrigatório',
    'fim: obrigatório',
  ]);
  expect(faltas(contracts.janelaHttp)).toEqual(['de: obrigatório', 'ate: obrigatório']);
  expect(faltas(contracts.loginHttp)).toEqual(['email: obrigatório', 'senha: obrigatório']);
  expect(faltas(contracts.aprovacaoHttp)).toEqual(['aprovada: obrigatório']);
  expect(faltas(contracts.cancelamentoDaSerieHttp)).toEqual(['escopo: obrigatório']);
});

it('o que está errado é dito numa só língua', () => {
  const erros = (schema: z.ZodType, entrada: unknown) =>
    schema.safeParse(entrada).error?.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
  const reservaId = '0199c1a2-0000-7000-8000-000000000001';
  const desconhecidos = Object.fromEntries(Array.from({ length: 50 }, (_, um) => [`${um}`.repeat(90), um]));
  for (const [schema, entrada, ...esperados] of [
    [contracts.paginaHttp, { limite: '0' }, 'limite: esperado um número inteiro de 1 a 100'],
    [contracts.paginaHttp, { limite: '-1' }, 'limite: esperado um número inteiro de 1 a 100'],
    [contracts.paginaHttp, { limite: '1.5' }, 'limite: esperado um número inteiro de 1 a 100'],
    [contracts.filtroDaLinhaHttp, { cursor: '2026-13-41T68:39:67.002Z~a' }, 'cursor: não é um cursor desta lista'],
    [
      contracts.listaDeConvidadosHttp,
      { emails: [`${'a'.repeat(65)}@exemplo.com`] },
      'emails.0: esperado um endereço de e-mail',
    ],
    [contracts.novaSupressaoHttp, { canal: 'EMAIL', endereco: `${'a'.repeat(64)}@exemplo.com` }],
    [contracts.registroHttp.pick({ senha: true }), { senha: '' }, 'senha: deve ter de 15 a 256 caracteres'],
    [
      contracts.registroHttp.pick({ senha: true }),
      { senha: 'x'.repeat(5_000) },
      'senha: deve ter de 15 a 256 caracteres',
    ],
    [contracts.loginHttp.pick({ senha: true }), { senha: '' }, 'senha: deve ter pelo menos 1 caractere'],
    [
      contracts.loginHttp.pick({ senha: true }),
      { senha: 'x'.repeat(2_001) },
      'senha: pode ter no máximo 2000 caracteres',
    ],
    [contracts.cancelamentoDaSerieHttp, { escopo: 'ESTA_E_SEGUINTES' }, 'reservaId: obrigatório'],
    [contracts.cancelamentoDaSerieHttp, { escopo: 'ESTA' }, 'reservaId: obrigatório'],
    [contracts.cancelamentoDaSerieHttp, { escopo: 'TODAS', reservaId: 'x' }, 'reservaId: esperado um UUID'],
    [contracts.cancelamentoDaSerieHttp, { escopo: 'X' }, 'escopo: esperado um de: TODAS, ESTA, ESTA_E_SEGUINTES'],
    [contracts.cancelamentoDaSerieHttp, { escopo: 'ESTA', reservaId, a: 1, b: 2 }, ': campos desconhecidos: a, b'],
    [contracts.loginHttp, [], ': esperado um objeto'],
    [contracts.loginHttp.pick({ senha: true }), { senha: 1 }, 'senha: esperado um texto'],
    [contracts.registroHttp.pick({ idioma: true }), { idioma: 'fr' }, 'idioma: esperado um de: pt-BR, en'],
    [z.array(z.int()).max(1), [1, 2], ': pode ter no máximo 1 item'],
    [z.array(contracts.centavos), [-1, 100_000_000], '0: deve ser pelo menos 0', '1: pode ser no máximo 99999999'],
  ] as const)
    expect([entrada, ...(erros(schema, entrada) ?? []).sort()]).toEqual([entrada, ...esperados]);
  expect(erros(z.strictObject({}), desconhecidos)?.join().length).toBeLessThan(1_000);
});

it('uma chave de acesso assina também por ML-DSA, cujas assinaturas são longas', () => {
  const assinada = (bytes: number) => ({
    desafio: 'q'.repeat(43),
    credencial: {
      id: 'Y2hhdmU',
      rawId: 'Y2hhdmU',
      type: 'public-key',
      response: {
        clientDataJSON: 'e30',
        authenticatorData: 'e30',
        signature: Buffer.alloc(bytes).toString('base64url'),
      },
    },
  });
  // Of ML-DSA-44, -65 and -87 (FIPS 204).
  for (const bytes of [2_420, 3_309, 4_627])
    expect(contracts.entradaPorChaveHttp.safeParse(assinada(bytes)).success).toBe(true);
  expect(contracts.entradaPorChaveHttp.safeParse(assinada(20_000)).success).toBe(false);
});
