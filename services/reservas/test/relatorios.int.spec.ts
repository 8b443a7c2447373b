import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { LinhaDeOcupacaoHttp, UnidadesHttp } from '@plataforma/contracts';
import { cadastro } from './espacos-fixture.js';
import { ReservasFixture, recusa } from './reservas-fixture.js';

let reservas: ReservasFixture;

beforeAll(async () => {
  reservas = await ReservasFixture.start();
});
afterAll(() => reservas.stop());

interface Feita {
  readonly espaco: string;
  readonly inicio: string;
  readonly horas?: number;
  readonly status?: string;
  readonly motivo?: string;
  readonly valor?: number;
  readonly reembolso?: number;
  readonly diasAntes?: number;
  readonly paga?: boolean;
}

/** A booking of the past, as the projection has it. */
const feita = ({
  espaco,
  inicio,
  horas = 1,
  status = 'CONFIRMADA',
  motivo,
  valor = 1_000,
  reembolso = 0,
  ...resto
}: Feita) =>
  reservas.database.query(
    `INSERT INTO reservas (id, cliente_id, espaco_id, status, motivo, inicio, fim, fuso, valor_centavos, reembolso_centavos,
                           moeda, expira_em, pagamento_id, versao, criada_em, cobranca_id, pago_centavos)
     SELECT gen_random_uuid(), gen_random_uuid(), id, $2, $3, $4::timestamptz, $4::timestamptz + make_interval(mins => $5), fuso,
            $6, $7, 'BRL', $4::timestamptz, $8, 1, $4::timestamptz - make_interval(days => $9),
            gen_random_uuid(), CASE WHEN $8::uuid IS NULL THEN 0 ELSE $6::bigint - $7::bigint END
       FROM espacos WHERE id = $1`,
    [
      reservas.espaco(espaco),
      status,
      motivo ?? null,
      inicio,
      horas * 60,
      valor,
      reembolso,
      (resto.paga ?? motivo === undefined) ? randomUUID() : null,
      resto.diasAntes ?? 3,
    ],
  );

const pedir = (caminho: string) =>
  reservas.app.get<{ linhas: Record<string, unknown>[] }>(`/v1/relatorios/${caminho}`, { token: reservas.admin.token });
const linhas = async (caminho: string, espacoId?: string) => {
  const { status, body } = await pedir(`${caminho}${espacoId ? `&espacoId=${espacoId}` : ''}`);
  expect(status).toBe(200);
  return body.linhas;
};
const csv = async (caminho: string) =>
  reservas.app.get<string>(`/v1/relatorios/${caminho}&formato=csv`, { token: reservas.admin.token });
const MARCO = 'de=2026-03-10&ate=2026-03-11';

describe('ocupação', () => {
  const ocupacaoDe = async (espacoId: string, caminho: string) =>
    (await linhas(`ocupacao?${caminho}`, espacoId)) as unknown as LinhaDeOcupacaoHttp[];
  const ocupacao = (caminho: string, espaco: string) => ocupacaoDe(reservas.espaco(espaco), caminho);
  const minutos = (lista: readonly LinhaDeOcupacaoHttp[]) =>
    lista.map(({ minutosAbertos, minutosOcupados }) => [minutosOcupados, minutosAbertos]);

  it('conta o confirmado e o concluído, no dia e na hora locais, e mais nada', async () => {
    await feita({ espaco: 'Sala Ipê', inicio: '2026-03-10T09:30:00-03:00', horas: 2 });
    await feita({ espaco: 'Sala Ipê', inicio: '2026-03-10T22:00:00-03:00', status: 'CONCLUIDA' });
    for (const status of ['PENDENTE_PAGAMENTO', 'NAO_COMPARECEU'])
      await feita({ espaco: 'Sala Ipê', inicio: '2026-03-10T14:00:00-03:00', status });
    await feita({ espaco: 'Sala Ipê', inicio: '2026-03-10T15:00:00-03:00', status: 'CANCELADA', motivo: 'CLIENTE' });
    expect(await ocupacao(MARCO, 'Sala Ipê')).toEqual([
      expect.objectContaining({
        dia: '2026-03-10',
        hora: null,
        minutosAbertos: 960,
        minutosOcupados: 180,
        taxa: 0.1875,
      }),
      expect.objectContaining({ dia: '2026-03-11', minutosAbertos: 960, minutosOcupados: 0, taxa: 0 }),
    ]);
    const horas = await ocupacao('de=2026-03-10&ate=2026-03-10&por=hora', 'Sala Ipê');
    expect(horas).toHaveLength(24);
    expect(
      horas.filter(({ minutosOcupados }) => minutosOcupados > 0).map((l) => [l.hora, l.minutosOcupados, l.taxa]),
    ).toEqual([
      [9, 30, 0.5],
      [10, 60, 1],
      [11, 30, 0.5],
      [22, 60, 1],
    ]);
    expect(horas[3]).toMatchObject({ hora: 3, minutosAbertos: 0, taxa: null });
    expect(await ocupacao(`${MARCO}&por=espaco`, 'Sala Ipê')).toEqual([
      expect.objectContaining({ dia: null, hora: null, minutosAbertos: 1_920, minutosOcupados: 180 }),
    ]);
  });

  it('uma mesa de dez é um décimo; a metade do salão é metade dele, e o salão, as metades inteiras', async () => {
    await feita({ espaco: 'Mesas do Mezanino', inicio: '2026-03-10T07:00:00-03:00', horas: 16 });
    expect(minutos(await ocupacao('de=2026-03-10&ate=2026-03-10', 'Mesas do Mezanino'))).toEqual([[960, 9_600]]);
    await feita({ espaco: 'Salão Tietê A', inicio: '2026-03-10T08:00:00-03:00', horas: 4 });
    await feita({ espaco: 'Salão Tietê', inicio: '2026-03-10T14:00:00-03:00', horas: 2 });
    const do10 = 'de=2026-03-10&ate=2026-03-10';
    expect(minutos(await ocupacao(do10, 'Salão Tietê'))).toEqual([[240, 960]]);
    expect(minutos(await ocupacao(do10, 'Salão Tietê A'))).toEqual([[360, 960]]);
    expect(minutos(await ocupacao(do10, 'Salão Tietê B'))).toEqual([[120, 960]]);
  });

  it('o que atravessa a meia-noite se divide entre os dias', async () => {
    await feita({ espaco: 'Quadra do Porto', inicio: '2026-03-10T23:00:00-03:00', horas: 2 });
    const [dez, onze] = await ocupacao(MARCO, 'Quadra do Porto');
    expect([dez?.minutosOcupados, onze?.minutosOcupados]).toEqual([60, 60]);
    expect([dez?.minutosAbertos, onze?.minutosAbertos]).toEqual([480, 480]);
  });

  it('o que estava bloqueado não estava aberto, unidade por unidade', async () => {
    const mesas = await reservas.publicado({ quantidadeUnidades: 4 });
    const { token } = reservas.admin;
    const { body } = await reservas.app.get<UnidadesHttp>(`/v1/espacos/${mesas.id}/unidades`, { token });
    const bloquear = (horas: [number, number], unidades?: string[]) =>
      reservas.app.post(
        `/v1/espacos/${mesas.id}/bloqueios`,
        { ...reservas.periodo(20, ...horas), motivo: 'Obra', unidades },
        { token },
      );
    // Two hours of one of them, one of which it would have been closed anyway, and one of all.
    expect((await bloquear([7, 2], [body.itens[0]?.id ?? ''])).status).toBe(201);
    expect((await bloquear([12, 1])).status).toBe(201);
    const dia = reservas.periodo(20, 0).inicio.slice(0, 10);
    const [linha] = await ocupacaoDe(mesas.id, `de=${dia}&ate=${dia}`);
    expect(linha?.minutosAbertos).toBe((4 * 12 - 1 - 4) * 60);
    const horas = await ocupacaoDe(mesas.id, `de=${dia}&ate=${dia}&por=hora`);
    expect([7, 8, 9, 12].map((hora) => horas[hora]?.minutosAbertos)).toEqual([0, 180, 240, 0]);
  });

  it('cada dia conta com os horários que tinha, e feriados passados também', async () => {
    const { id, versao } = await reservas.publicado({ horariosEmFeriado: [] });
    const { token } = reservas.admin;
    const feriado = { data: '2026-03-12', cidade: 'São Paulo', nome: 'Dia da medida' };
    expect((await reservas.app.post('/v1/feriados', feriado, { token })).status).toBe(201);
    const horarios = [2, 3, 4, 5].map((diaSemana) => ({ diaSemana, abre: '10:00', fecha: '12:00' }));
    const mudado = await reservas.app.send('PUT', `/v1/espacos/${id}`, {
      token,
      body: cadastro({ horarios, horariosEmFeriado: [] }),
      headers: { 'if-match': `"${versao}"` },
    });
    expect(mudado.status).toBe(200);
    const abertos = async () =>
      (await ocupacaoDe(id, 'de=2026-03-10&ate=2026-03-13')).map(({ minutosAbertos }) => minutosAbertos);
    expect(await abertos()).toEqual([720, 720, 0, 720]);
    // As if it had been changed in the night to the 11th.
    await reservas.database.query(
      `UPDATE espaco_versoes SET desde = CASE regras -> 'horarios' -> 0 ->> 'abre' WHEN '10:00' THEN timestamptz '2026-03-11T03:00:00Z'
          ELSE '2026-01-01' END WHERE espaco_id = $1`,
      [id],
    );
    expect(await abertos()).toEqual([720, 120, 0, 120]);
  });

  it.each([
    ['America/New_York', '2026-11-01', 1_500, 120],
    ['America/New_York', '2026-03-08', 1_380, 60],
    ['Australia/Lord_Howe', '2026-04-05', 1_470, 90],
    ['Asia/Kathmandu', '2026-11-24', 1_440, 60],
  ])('em %s, no dia %s, somam-se %i minutos abertos', async (fuso, dia, abertos, umaDaManha) => {
    const dias = [1, 2, 3, 4, 5, 6, 7].map((diaSemana) => ({ diaSemana, abre: '00:00', fecha: '00:00' }));
    const { id } = await reservas.publicado({ fuso, horarios: dias });
    const [total] = await ocupacaoDe(id, `de=${dia}&ate=${dia}`);
    expect(total?.minutosAbertos).toBe(abertos);
    const horas = await ocupacaoDe(id, `de=${dia}&ate=${dia}&por=hora`);
    expect(horas.reduce((soma, { minutosAbertos }) => soma + minutosAbertos, 0)).toBe(abertos);
    expect(horas.find(({ hora }) => hora === 1)?.minutosAbertos).toBe(umaDaManha);
  });
});

describe('dinheiro, cancelamentos, ausências e antecedência', () => {
  const sala = 'Sala Guanabara';
  beforeAll(async () => {
    const dia10 = '2026-03-10T10:00:00-03:00';
    await feita({ espaco: sala, inicio: dia10, valor: 9_000, diasAntes: 0 });
    await feita({ espaco: sala, inicio: '2026-03-10T22:30:00-03:00', status: 'CONCLUIDA', valor: 5_000, diasAntes: 2 });
    await feita({ espaco: sala, inicio: dia10, status: 'NAO_COMPARECEU', valor: 1_000, diasAntes: 61 });
    await feita({ espaco: sala, inicio: dia10, status: 'CONCLUIDA', valor: 0, paga: false, diasAntes: 3 });
    const cancelada = { espaco: sala, inicio: dia10, status: 'CANCELADA', valor: 4_000 };
    await feita({ ...cancelada, motivo: 'CLIENTE', paga: true, reembolso: 2_000 });
    await feita({ ...cancelada, motivo: 'CLIENTE', paga: true, reembolso: 4_000 });
    await feita({ ...cancelada, motivo: 'PAGAMENTO_EXPIRADO' });
    await feita({ espaco: sala, inicio: '2026-03-12T00:00:00-03:00', valor: 77 });
  });

  it('receita: o que foi pago, devolvido e retido, no dia local do início', async () => {
    expect(await linhas(`receita?${MARCO}`, reservas.espaco(sala))).toEqual([
      {
        espacoId: reservas.espaco(sala),
        espaco: sala,
        dia: '2026-03-10',
        reservas: 6,
        precoCentavos: 23_000,
        reembolsosCentavos: 6_000,
        retidoCentavos: 17_000,
        perdidoCentavos: 0,
        emDisputaCentavos: 0,
      },
    ]);
  });

  it('cancelamentos por motivo', async () => {
    expect(await linhas(`cancelamentos?${MARCO}`, reservas.espaco(sala))).toEqual([
      expect.objectContaining({ motivo: 'CLIENTE', reservas: 2, precoCentavos: 8_000, reembolsosCentavos: 6_000 }),
      expect.objectContaining({ motivo: 'PAGAMENTO_EXPIRADO', reservas: 1, reembolsosCentavos: 0 }),
    ]);
  });

  it('ausências', async () => {
    const [linha] = await linhas(`ausencias?${MARCO}`, reservas.espaco(sala));
    expect(linha).toMatchObject({ concluidas: 2, ausencias: 1 });
    expect(linha?.['taxa']).toBeCloseTo(1 / 3);
  });

  it('antecedência em classes de dias', async () => {
    const classes = (await linhas(`antecedencia?${MARCO}`, reservas.espaco(sala))).map((l) => [
      l['deDias'],
      l['ateDias'],
      l['reservas'],
    ]);
    expect(classes).toEqual([
      [0, 0, 1],
      [2, 3, 2],
      [61, null, 1],
    ]);
  });

  it('sem espacoId, vêm todos, por nome', async () => {
    const nomes = (await linhas(`receita?${MARCO}`)).map(({ espaco }) => String(espaco));
    expect(new Set(nomes).size).toBeGreaterThan(3);
    expect(nomes).toEqual([...nomes].sort((a, b) => a.localeCompare(b, 'pt-BR')));
  });
});

describe('CSV', () => {
  it('tem cabeçalho mesmo sem linhas, marca de UTF-8, e nada que uma planilha execute', async () => {
    const vazio = await csv('receita?de=2020-01-01&ate=2020-01-31');
    expect(vazio.headers.get('content-type')).toBe('text/csv; charset=utf-8');
    expect(vazio.headers.get('content-disposition')).toBe('attachment; filename="receita-2020-01-01-2020-01-31.csv"');
    expect(vazio.body).toBe(
      '\uFEFFespacoId,espaco,dia,reservas,precoCentavos,reembolsosCentavos,retidoCentavos,perdidoCentavos,emDisputaCentavos\n',
    );
    await reservas.database.query(
      `UPDATE espacos SET nome = '=HYPERLINK("http://x","a")' WHERE nome = 'Sala Rio Negro'`,
    );
    await feita({ espaco: 'Sala Rio Negro', inicio: '2026-03-10T10:00:00-04:00' });
    const { body } = await csv(`receita?${MARCO}&espacoId=${reservas.espaco('Sala Rio Negro')}`);
    expect(body.split('\n')[1]).toBe(
      `${reservas.espaco('Sala Rio Negro')},"'=HYPERLINK(""http://x"",""a"")",2026-03-10,1,1000,0,1000,0,0`,
    );
  });

  it('um ano de todos os espaços, hora a hora, cabe em CSV; em JSON é recusado', async () => {
    const ano = 'ocupacao?de=2026-01-01&ate=2026-12-31&por=hora';
    const { status, body } = await csv(`${ano}&espacoId=${reservas.espaco('Sala Ipê')}`);
    expect([status, body.split('\n').length - 2]).toEqual([200, 365 * 24]);
    expect(recusa(await pedir(ano))).toEqual([422, 'reservas.relatorio-grande-demais']);
  });
});

describe('acesso e entradas', () => {
  const relatorios = ['ocupacao', 'receita', 'cancelamentos', 'ausencias', 'antecedencia'];

  it('é só de quem administra', async () => {
    const { token } = await reservas.pessoa();
    for (const nome of relatorios)
      expect(recusa(await reservas.app.get(`/v1/relatorios/${nome}?${MARCO}`, { token }))).toEqual([
        403,
        'auth.sem-permissao',
      ]);
  });

  it.each([
    ['sem período', '', 400, 'requisicao.invalida'],
    ['data que não existe', 'de=2026-02-30&ate=2026-03-01', 400, 'requisicao.invalida'],
    ['parâmetro estranho', `${MARCO}&cor=azul`, 400, 'requisicao.invalida'],
    ['formato que não há', `${MARCO}&formato=xml`, 400, 'requisicao.invalida'],
    ['de trás para a frente', 'de=2026-03-11&ate=2026-03-10', 422, 'reservas.periodo-invalido'],
    ['367 dias', 'de=2026-01-01&ate=2027-01-02', 422, 'requisicao.intervalo-grande-demais'],
    ['espaço que não existe', `${MARCO}&espacoId=${randomUUID()}`, 404, 'reservas.espaco-inexistente'],
    [
      'espaço que não existe, em CSV',
      `${MARCO}&formato=csv&espacoId=${randomUUID()}`,
      404,
      'reservas.espaco-inexistente',
    ],
  ])('%s', async (_nome, consulta, status, code) => {
    for (const nome of relatorios) expect(recusa(await pedir(`${nome}?${consulta}`))).toEqual([status, code]);
  });
});
