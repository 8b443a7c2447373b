import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { EspacoHttp, LinhaDoTempoHttp } from '@plataforma/contracts';
import { type Pessoa, recusa, ReservasFixture } from './reservas-fixture.js';

let f: ReservasFixture;
let ana: Pessoa;
let bia: Pessoa;
let sala: EspacoHttp;
const cidade = 'Linha do Tempo';

beforeAll(async () => {
  f = await ReservasFixture.start({ RETENCOES_POR_PESSOA: '1000' });
  [ana, bia] = (await f.pessoas(2)) as [Pessoa, Pessoa];
  sala = await f.publicado({ cidade, nome: 'A', folgaDepoisMinutos: 15 });
});
afterAll(() => f.stop());

/** A whole local day, so many days ahead. */
const dia = (dias: number, quantos = 1) => {
  const { inicio, fim } = f.periodo(dias, 0, 24 * quantos);
  return { de: inicio, ate: fim };
};
const pedir = (consulta: Record<string, string>, pessoa?: Pessoa, headers?: Record<string, string>) =>
  f.app.get<LinhaDoTempoHttp>(`/v1/linha-do-tempo?${new URLSearchParams({ cidade, ...consulta }).toString()}`, {
    ...(pessoa && { token: pessoa.token }),
    ...(headers && { headers }),
  });
const doEspaco = ({ body }: { body: LinhaDoTempoHttp }, id: string) =>
  body.itens.find(({ espaco }) => espaco.id === id);

describe('A linha do tempo de muitos espaços', () => {
  it('mostra reservas com as suas folgas, bloqueios e o tempo fechado', async () => {
    const quando = f.periodo(10, 10);
    const { body: reserva } = await f.app.post<{ id: string }>(
      '/v1/reservas',
      { espacoId: sala.id, ...quando, titulo: 'Banca da Ana' },
      { token: ana.token },
    );
    const bloqueio = { ...f.periodo(10, 14), motivo: 'Pintura' };
    await f.app.post(`/v1/espacos/${sala.id}/bloqueios`, bloqueio, { token: f.admin.token });

    const daAna = doEspaco(await pedir(dia(10), ana), sala.id);
    expect(daAna?.fechado).toEqual([
      { inicio: f.periodo(10, 0).inicio, fim: f.periodo(10, 8).inicio },
      { inicio: f.periodo(10, 20).inicio, fim: f.periodo(11, 0).inicio },
    ]);
    const ocupada = { tipo: 'RESERVA', ...quando, folgaAntesMinutos: 0, folgaDepoisMinutos: 15, unidades: 1 };
    expect(daAna?.ocupacoes).toEqual([
      { ...ocupada, minha: true, reservaId: reserva.id, reserva: null },
      expect.objectContaining({ tipo: 'BLOQUEIO', inicio: bloqueio.inicio, fim: bloqueio.fim, reservaId: null }),
    ]);
    for (const pessoa of [bia, undefined]) {
      const resposta = await pedir(dia(10), pessoa);
      expect(doEspaco(resposta, sala.id)?.ocupacoes[0]).toEqual({
        ...ocupada,
        minha: false,
        reservaId: null,
        reserva: null,
      });
      expect(JSON.stringify(resposta.body)).not.toContain('Banca');
      expect(JSON.stringify(resposta.body)).not.toContain(ana.id);
    }
    expect(doEspaco(await pedir(dia(10), f.admin), sala.id)?.ocupacoes[0]).toMatchObject({
      reservaId: reserva.id,
      reserva: { clienteId: ana.id, status: 'PENDENTE_PAGAMENTO', titulo: 'Banca da Ana' },
    });
  });

  it('de uma reserva que toma várias unidades diz uma vez só, e quantas', async () => {
    const partes = [await f.publicado({ cidade, nome: 'B1' }), await f.publicado({ cidade, nome: 'B2' })];
    const salao = await f.publicado({ cidade, nome: 'B', partes: partes.map(({ id }) => id) });
    expect((await f.reservar(ana, salao.id, f.periodo(11, 10))).status).toBe(201);
    const resposta = await pedir(dia(11));
    expect(doEspaco(resposta, salao.id)?.ocupacoes).toMatchObject([{ unidades: 2 }]);
    for (const { id } of partes) expect(doEspaco(resposta, id)?.ocupacoes).toMatchObject([{ unidades: 1 }]);
  });

  it('vem em páginas pelo nome, e só dos espaços pedidos', async () => {
    const nomes: string[] = [];
    for (let cursor: string | null = ''; cursor !== null;) {
      const { body }: { body: LinhaDoTempoHttp } = await pedir({ ...dia(12), limite: '2', ...(cursor && { cursor }) });
      nomes.push(...body.itens.map(({ espaco }) => espaco.nome));
      cursor = body.proximo;
    }
    expect(nomes).toEqual(['A', 'B', 'B1', 'B2']);
    const { body } = await pedir({ ...dia(12), espacos: sala.id });
    expect(body.itens.map(({ espaco }) => espaco.id)).toEqual([sala.id]);
  });

  it('não manda de novo o que quem pede já tem, e manda o que mudou', async () => {
    const primeira = await pedir(dia(13), ana);
    const etag = primeira.headers.get('etag') ?? '';
    expect(primeira.headers.get('cache-control')).toBe('private, no-cache');
    const depois = await pedir(dia(13), ana, { 'if-none-match': etag });
    expect([depois.status, depois.body]).toEqual([304, '']);
    await f.reservar(bia, sala.id, f.periodo(13, 9));
    expect((await pedir(dia(13), ana, { 'if-none-match': etag })).status).toBe(200);
  });

  it('recusa de uma vez o que é demais ou não se entende', async () => {
    const GRANDE = [422, 'requisicao.intervalo-grande-demais'];
    expect(recusa(await pedir({ ...dia(10, 32), limite: '1' }))).toEqual(GRANDE);
    expect(recusa(await pedir({ ...dia(10, 7), limite: '51' }))).toEqual(GRANDE);
    expect(recusa(await pedir({ ...dia(10, 2), limite: '176' }))).toEqual(GRANDE);
    const { de, ate } = dia(10);
    expect(recusa(await pedir({ de: ate, ate: de }))).toEqual([422, 'reservas.periodo-invalido']);
    for (const errada of [{ espacos: 'x' }, { limite: '301' }, { cursor: 'x' }, { nome: 'x' }])
      expect([errada, (await pedir({ ...dia(10), ...(errada as Record<string, string>) })).status]).toEqual([
        errada,
        400,
      ]);
    for (const aceita of [
      { ...dia(10), limite: '300' },
      { ...dia(10, 7), limite: '50' },
    ])
      expect((await pedir(aceita)).status).toBe(200);
  });
});
