import { describe, expect, it } from '@jest/globals';
import { fuso, fusoEmMensagem, fusoLido, FUSOS, mesmoFuso } from './fuso.js';

const lido = (nome: unknown) => fuso.safeParse(nome).data;
describe('fusos', () => {
  it.each([
    ['Asia/Calcutta', 'Asia/Kolkata'],
    ['Europe/Kiev', 'Europe/Kyiv'],
    ['Etc/UTC', 'UTC'],
    ['GMT', 'UTC'],
    ['utc', 'UTC'],
    ['america/SAO_PAULO', 'America/Sao_Paulo'],
    ['Brazil/East', 'America/Sao_Paulo'],
    ['Asia/Katmandu', 'Asia/Kathmandu'],
    ['Asia/Saigon', 'Asia/Ho_Chi_Minh'],
    ['America/Buenos_Aires', 'America/Argentina/Buenos_Aires'],
    ['US/Eastern', 'America/New_York'],
    ['Europe/Bratislava', 'Europe/Bratislava'],
    ['Etc/GMT+5', 'Etc/GMT+5'],
  ])('%s é %s', (nome, presente) => {
    expect(lido(nome)).toBe(presente);
    expect(mesmoFuso(nome, presente)).toBe(true);
  });

  it('um vizinho com a mesma hora é outro fuso', () => {
    expect(mesmoFuso('Europe/Amsterdam', 'Europe/Brussels')).toBe(false);
    expect(mesmoFuso('America/Sao_Paulo', 'America/Bahia')).toBe(false);
  });

  it.each([
    ...'ACT AET AGT ART AST BET BST CAT CNT CST CTT EAT ECT IET IST JST MIT NET NST PLT PNT PRT PST SST VST'.split(' '),
    ...['SystemV/AST4', 'Canada/East-Saskatchewan', 'posix/America/Sao_Paulo', 'Factory', 'localtime', 'BRT', 'Z'],
    ...['+03:00', '-03', 'UTC+3', 'GMT+3', 'America/Atlantida', '', ' America/Sao_Paulo', 'constructor', '__proto__'],
  ])('%p, que algum dos três não conhece, é recusado', (nome) => {
    expect(lido(nome)).toBeUndefined();
  });

  it('nenhum dos que Intl enumera falta', () => {
    expect(Intl.supportedValuesOf('timeZone').filter((nome) => lido(nome) === undefined)).toEqual([]);
    expect(FUSOS.length).toBeGreaterThan(400);
  });

  it('o que produtores antigos escreveram ainda se lê, como foi dito, e quer dizer o que queria', () => {
    const antigos = ['IST', 'Asia/Calcutta', 'America/Sao_Paulo'];
    expect(antigos.map((nome) => fusoEmMensagem.parse(nome))).toEqual(antigos);
    expect(antigos.map(fusoLido)).toEqual(['Asia/Kolkata', 'Asia/Kolkata', 'America/Sao_Paulo']);
    expect(['America/Atlantida', '+03:00'].map((nome) => fusoEmMensagem.safeParse(nome).success)).toEqual([
      false,
      false,
    ]);
  });
});
