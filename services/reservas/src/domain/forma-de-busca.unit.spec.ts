import { randomUUID } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { formaDeOrdem, formaDoLugar, formaDoTexto, padroesDe } from './forma-de-busca.js';

/** What LIKE does, for these patterns. */
const acha = (procurado: string, texto: string): boolean =>
  padroesDe(procurado).every((padrao) => formaDoTexto(texto).includes(padrao.slice(1, -1).replace(/\\(.)/g, '$1')));

describe('texto que se procura', () => {
  it.each([
    ['São Paulo', ['são paulo', 'sao paulo', 'SÃO PAULO', 'Sa\u0303o Paulo', '  são   paulo ', 'ＳＡＯ ｐａｕｌｏ']],
    ['Sa\u0303o Paulo', ['São Paulo', 'sao paulo']],
    ['Łódź', ['lodz', 'LODZ', 'łódź', 'Ło\u0301dz\u0301', 'Lódz']],
    ['Đà Nẵng', ['da nang', 'đà nẵng', 'Da Nang', 'Đa\u0300 Na\u0306\u0303ng']],
    ['Straße', ['strasse', 'STRASSE', 'straße', 'STRAẞE']],
    ['Tromsø', ['tromso', 'TROMSØ']],
    ['Ærøskøbing', ['aeroskobing']],
    ['İstanbul', ['istanbul', 'ISTANBUL', 'ıstanbul']],
    ['Mogi-Mirim', ['mogi mirim', 'Mogi – Mirim']],
    ["Sant'Ana", ['sant’ana', 'Sant´Ana']],
    ['Ёлкино', ['елкино', 'ЕЛКИНО']],
    ['Αθήνα', ['αθηνα', 'ΑΘΗΝΑ']],
    ['हिन्दी', ['हिन्दी', 'हिन्\u200dदी']],
    ['東京', ['東京']],
    ['ガレージ', ['ガレージ', 'ｶﾞﾚｰｼﾞ']],
    ['한국', ['한국', '한국'.normalize('NFD')]],
  ])('%s é achado como o escrevem', (nome, escritas) => {
    for (const escrita of escritas) {
      expect([escrita, formaDoLugar(escrita)]).toEqual([escrita, formaDoLugar(nome)]);
      expect([escrita, acha(escrita, `Sala em ${nome}, centro`)]).toEqual([escrita, true]);
    }
  });

  it.each([
    ['हिन्दी', 'हन्द'],
    ['हिन्दी', 'हिन्दू'],
    ['หมา', 'หมี'],
    ['カ', 'ガ'],
    ['São Paulo', 'São Carlos'],
  ])('%s não é %s', (um, outro) => {
    expect(acha(outro, um)).toBe(false);
    expect(acha(um, outro)).toBe(false);
    expect(formaDoLugar(um)).not.toBe(formaDoLugar(outro));
  });

  it('um pedaço acha a palavra; um de uma ou duas letras, onde ela começa; sinais, só quando não há palavras', () => {
    const texto = 'Sala Pitanga (SP), junto à estação: 100% de luz_natural';
    for (const procurado of ['tang', 'sp', 's', '100', '100%', '%', '_', 'estacao - sala', 'luz natural'])
      expect([procurado, acha(procurado, texto)]).toEqual([procurado, true]);
    for (const procurado of ['ta', 'pi ga', '\\', '$', '101%'])
      expect([procurado, acha(procurado, texto)]).toEqual([procurado, false]);
    expect(padroesDe('\u200b\u0301')).toEqual([]);
    expect(acha('京都', '東京都')).toBe(true);
  });

  it('a mesma palavra duas vezes é uma condição', () => {
    expect(padroesDe('sala SALA sála')).toEqual(['%sala%']);
  });
});

it('por longo que seja um nome, a forma cabe num índice e num cursor, e não parte letra nenhuma', () => {
  for (const letra of ['\ufdfa', 'é', 'ह', '😀', '"', '\\', 'a']) {
    const nome = letra.repeat(120);
    const bytes = [formaDeOrdem(nome), formaDoLugar(nome)].map((forma) => Buffer.byteLength(forma));
    expect([letra, bytes.every((n) => n <= 400)]).toEqual([letra, true]);
    expect(JSON.stringify([formaDeOrdem(nome), randomUUID()]).length).toBeLessThan(750);
    for (const forma of [formaDeOrdem(nome), formaDoLugar(nome)])
      expect([letra, !/[\p{Cs}\ufffd]/u.test(forma)]).toEqual([letra, true]);
  }
  expect(formaDoLugar('São Paulo do Sul')).toBe('sao paulo do sul');
});

it('nomes em ordem: caixa e acentos só desempatam', () => {
  const nomes = [
    'Zebra',
    'água',
    'Acai',
    'Açaí',
    'Sala B',
    'sala a',
    'Sala',
    'Salada',
    'Ábaco',
    'Łódź',
    'Mesa',
    'Érica',
  ];
  const emBytes = (a: string, b: string) => Buffer.compare(Buffer.from(formaDeOrdem(a)), Buffer.from(formaDeOrdem(b)));
  expect([...nomes].sort(emBytes)).toEqual([...nomes].sort(new Intl.Collator('pt-BR').compare));
});
