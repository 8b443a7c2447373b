import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type {
  BloqueiosHttp,
  EspacoHttp,
  EspacosHttp,
  ImportacaoHttp,
  PrecosSimuladosHttp,
} from '@plataforma/contracts';
import ICAL from 'ical.js';
import { EspacosFixture } from './espacos-fixture.js';

let f: EspacosFixture;
let vez = 0;
let cidade: string;

beforeAll(async () => {
  f = await EspacosFixture.start();
});
afterAll(() => f.stop());
beforeEach(() => {
  cidade = `Cidade ${++vez}`;
});

const trazer = async (corpo: Record<string, unknown>, token = f.admin) =>
  f.app.post<ImportacaoHttp & { code?: string; detail?: string }>(
    '/v1/importacoes',
    { simular: false, ...corpo },
    { token },
  );
const contado = ({ body }: { body: ImportacaoHttp }) => [
  body.situacao,
  { novas: body.novas, mudadas: body.mudadas, iguais: body.iguais, erros: body.erros },
];
const todos = async (situacao: string) =>
  (
    await f.app.get<EspacosHttp>(`/v1/espacos?situacao=${situacao}&cidade=${encodeURIComponent(cidade)}`, {
      token: f.admin,
    })
  ).body.itens;
const levar = async (caminho: string) => {
  const resposta = await fetch(new URL(`/v1/planilhas/${caminho}`, f.app.url), {
    headers: { authorization: `Bearer ${f.admin}` },
  });
  return { tipo: resposta.headers.get('content-type'), texto: await resposta.text(), status: resposta.status };
};
const bloqueios = async ({ id }: Pick<EspacoHttp, 'id'>) =>
  (await f.app.get<BloqueiosHttp>(`/v1/espacos/${id}/bloqueios?limite=100`, { token: f.admin })).body.itens;
const doisEspacos = () =>
  `espaco;cidade;tipo;endereco;capacidade;unidades;preco_hora;publicado
Sala Azul;${cidade};sala;"Rua A, 1";8;1;90,00;sim
Mesas;${cidade};mesa;"Rua A, 2";1;3;1.015,50;nao
`;

describe('planilhas que se trazem', () => {
  it('uma casa inteira vem de três arquivos; simular nada muda, e o mesmo arquivo de novo também não', async () => {
    const espacos = { tipo: 'espacos', conteudo: doisEspacos() };
    const nada = { novas: 0, mudadas: 0, iguais: 0, erros: 0 };
    expect(contado(await trazer({ ...espacos, simular: true }))).toEqual(['SIMULADA', { ...nada, novas: 2 }]);
    expect(await todos('RASCUNHO')).toEqual([]);
    expect(contado(await trazer(espacos))).toEqual(['FEITA', { ...nada, novas: 2 }]);
    expect(contado(await trazer(espacos))).toEqual(['FEITA', { ...nada, iguais: 2 }]);
    const [azul] = await todos('PUBLICADO');
    const [mesas] = await todos('RASCUNHO');
    if (!azul || !mesas) throw new Error('não vieram');
    expect([azul.nome, azul.capacidade, mesas.nome, mesas.unidades, mesas.precoHoraCentavos]).toEqual([
      'Sala Azul',
      8,
      'Mesas',
      3,
      101_550,
    ]);

    const horarios = `espaco,cidade,dia_semana,abre,fecha
Sala Azul,${cidade},1,08:00,12:00
Sala Azul,${cidade},1,13:00,20:00
Mesas,${cidade},2,09:00,18:00
`;
    expect(contado(await trazer({ tipo: 'horarios', conteudo: horarios }))).toEqual(['FEITA', { ...nada, mudadas: 2 }]);
    expect(contado(await trazer({ tipo: 'horarios', conteudo: horarios }))).toEqual(['FEITA', { ...nada, iguais: 2 }]);
    expect((await todos('PUBLICADO'))[0]?.horarios).toEqual([
      { diaSemana: 1, abre: '08:00', fecha: '12:00' },
      { diaSemana: 1, abre: '13:00', fecha: '20:00' },
    ]);

    // Of three equal desks two are taken at the same time, by people of the same name.
    const reservas = `espaco,cidade,inicio,fim,titulo
Sala Azul,${cidade},2031-03-10 09:00,2031-03-10 11:00,Diretoria
Mesas,${cidade},11/03/2031 09:00,11/03/2031 11:00,Ana
Mesas,${cidade},11/03/2031 09:00,11/03/2031 11:00,Ana
`;
    expect(contado(await trazer({ tipo: 'reservas', conteudo: reservas }))).toEqual(['FEITA', { ...nada, novas: 3 }]);
    expect(contado(await trazer({ tipo: 'reservas', conteudo: reservas }))).toEqual(['FEITA', { ...nada, iguais: 3 }]);
    const [tomada] = await bloqueios(azul);
    expect([tomada?.inicio, tomada?.fim, tomada?.motivo]).toEqual([
      '2031-03-10T12:00:00.000Z',
      '2031-03-10T14:00:00.000Z',
      'Diretoria',
    ]);
    const dasMesas = await bloqueios(mesas);
    expect(new Set(dasMesas.flatMap(({ unidades }) => unidades)).size).toBe(2);
  });

  it('com um erro nada do arquivo entra, e todos se dizem, linha por linha e coluna por coluna', async () => {
    const conteudo = `${doisEspacos()}Sala Rosa;${cidade};castelo;Rua B;0;1;caro;sim
;${cidade};sala;Rua C;1;1;1;talvez
`;
    const { body, status } = await trazer({ tipo: 'espacos', conteudo });
    expect([status, ...contado({ body })]).toEqual([200, 'RECUSADA', { novas: 2, mudadas: 0, iguais: 0, erros: 2 }]);
    expect(body.linhas.slice(0, 2).map(({ linha, erros }) => [linha, erros.map(({ campo }) => campo)])).toEqual([
      [4, ['tipo', 'capacidade', 'preco_hora']],
      [5, ['publicado']],
    ]);
    expect([await todos('PUBLICADO'), await todos('RASCUNHO')]).toEqual([[], []]);
  });

  it('o que está no caminho, o passado e o que não existe se dizem; quem não administra não traz', async () => {
    await trazer({ tipo: 'espacos', conteudo: doisEspacos() });
    const reservas = `espaco,cidade,inicio,fim,titulo
Sala Azul,${cidade},2031-03-10 09:00,2031-03-10 11:00,Primeira
Sala Azul,${cidade},2031-03-10 10:00,2031-03-10 12:00,Segunda
Sala Azul,${cidade},2001-03-10 10:00,2001-03-10 12:00,Antiga
Sala Verde,${cidade},2031-03-10 10:00,2031-03-10 12:00,De ninguém
Sala Azul,${cidade},amanhã,2031-03-10 12:00,Sem hora
`;
    const { body } = await trazer({ tipo: 'reservas', conteudo: reservas });
    expect(contado({ body })).toEqual(['RECUSADA', { novas: 1, mudadas: 0, iguais: 0, erros: 4 }]);
    expect(body.linhas.map(({ linha, situacao, erros }) => [linha, situacao, erros[0]?.campo])).toEqual([
      [3, 'ERRO', ''],
      [4, 'ERRO', ''],
      [5, 'ERRO', 'espaco'],
      [6, 'ERRO', 'inicio'],
      [2, 'NOVA', undefined],
    ]);
    const [azul] = await todos('PUBLICADO');
    if (azul) expect(await bloqueios(azul)).toEqual([]);
    const ilegivel = await trazer({ tipo: 'espacos', conteudo: 'nada,disto' });
    expect([ilegivel.status, ilegivel.body.code]).toEqual([422, 'reservas.planilha-ilegivel']);
    expect((await trazer({ tipo: 'espacos', conteudo: doisEspacos() }, f.cliente)).status).toBe(403);
  });

  it('um calendário toma o que diz: recorrências, exceções, fusos e dias inteiros, e nada do que deixa livre', async () => {
    const espaco = await f.publicado({ cidade });
    const ano = new Date().getUTCFullYear() + 1;
    const conteudo = [
      'BEGIN:VCALENDAR',
      'VERSION:2.0',
      'BEGIN:VEVENT',
      'UID:1',
      `DTSTART;TZID=America/New_York:${ano}0105T100000`,
      `DTEND;TZID=America/New_York:${ano}0105T110000`,
      'RRULE:FREQ=DAILY;COUNT=3',
      `EXDATE;TZID=America/New_York:${ano}0106T100000`,
      'SUMMARY:Aula',
      'END:VEVENT',
      'BEGIN:VEVENT',
      'UID:2',
      `DTSTART;VALUE=DATE:${ano}0201`,
      `DTEND;VALUE=DATE:${ano}0202`,
      'SUMMARY:Feira',
      'END:VEVENT',
      'BEGIN:VEVENT',
      'UID:3',
      `DTSTART:${ano}0301T120000Z`,
      `DTEND:${ano}0301T130000Z`,
      'STATUS:CANCELLED',
      'END:VEVENT',
      'BEGIN:VEVENT',
      'UID:4',
      'DTSTART:20010301T120000Z',
      'DTEND:20010301T130000Z',
      'SUMMARY:Passado',
      'END:VEVENT',
      'END:VCALENDAR',
      '',
    ].join('\r\n');
    const corpo = { tipo: 'reservas', formato: 'ICAL', espacoId: espaco.id, conteudo };
    expect(contado(await trazer(corpo))).toEqual(['FEITA', { novas: 3, mudadas: 0, iguais: 0, erros: 0 }]);
    expect((await bloqueios(espaco)).map(({ inicio, fim, motivo }) => [inicio, fim, motivo])).toEqual([
      [`${ano}-01-05T15:00:00.000Z`, `${ano}-01-05T16:00:00.000Z`, 'Aula'],
      [`${ano}-01-07T15:00:00.000Z`, `${ano}-01-07T16:00:00.000Z`, 'Aula'],
      [`${ano}-02-01T03:00:00.000Z`, `${ano}-02-02T03:00:00.000Z`, 'Feira'],
    ]);
    expect(contado(await trazer(corpo))).toEqual(['FEITA', { novas: 0, mudadas: 0, iguais: 3, erros: 0 }]);
    expect((await trazer({ ...corpo, conteudo: 'BEGIN:VCARD\r\nEND:VCARD\r\n' })).body.code).toBe(
      'reservas.planilha-ilegivel',
    );
  });
});

describe('planilhas que se levam', () => {
  it('voltam como foram, e nada muda; o modelo se pode trazer como está', async () => {
    await trazer({ tipo: 'espacos', conteudo: doisEspacos() });
    const [azul] = await todos('PUBLICADO');
    if (!azul) throw new Error('não veio');
    await trazer({
      tipo: 'reservas',
      conteudo: `espaco,cidade,inicio,fim,titulo\nSala Azul,${cidade},2031-03-10 09:00,2031-03-10 11:00,=SOMA(A1)\n`,
    });
    for (const tipo of ['espacos', 'reservas']) {
      const { tipo: midia, texto } = await levar(`${tipo}?espacoId=${azul.id}`);
      expect([midia, texto.split('\r\n').length]).toEqual(['text/csv; charset=utf-8', 3]);
      expect(contado(await trazer({ tipo, conteudo: texto }))).toEqual([
        'FEITA',
        { novas: 0, mudadas: 0, iguais: 1, erros: 0 },
      ]);
    }
    expect((await levar(`reservas?espacoId=${azul.id}`)).texto).toContain("'=SOMA(A1)");
    const modelo = await levar('espacos?modelo=sim');
    expect(contado(await trazer({ tipo: 'espacos', conteudo: modelo.texto, simular: true }))[1]).toMatchObject({
      erros: 0,
    });
    const calendario = await levar(`reservas?formato=ical&espacoId=${azul.id}`);
    expect(calendario.tipo).toBe('text/calendar; charset=utf-8');
    const [evento] = new ICAL.Component(ICAL.parse(calendario.texto) as string).getAllSubcomponents('vevent');
    expect(evento && new ICAL.Event(evento).summary).toBe('=SOMA(A1)');
    expect((await levar(`espacos?formato=ical&espacoId=${azul.id}`)).status).toBe(422);
  });
});

describe('uma tabela de preços que ainda não vale', () => {
  it('diz quanto custaria cada período, pelo relógio do lugar', async () => {
    const { status, body } = await f.app.post<PrecosSimuladosHttp>(
      '/v1/simulacoes-de-preco',
      {
        fuso: 'America/Sao_Paulo',
        precoHoraCentavos: 9_000,
        regrasDePreco: [{ tipo: 'FIM_DE_SEMANA', descricao: 'Fim de semana', percentual: 20, diasSemana: [6, 7] }],
        sinalPercentual: 50,
        periodos: [
          { data: '2031-03-14', hora: '23:00', minutos: 120 },
          { data: '2031-03-12', hora: '10:00', minutos: 60 },
        ],
      },
      { token: f.admin },
    );
    expect(status).toBe(200);
    expect(
      body.itens.map(({ inicio, totalCentavos, sinalCentavos }) => [inicio, totalCentavos, sinalCentavos]),
    ).toEqual([
      ['2031-03-15T02:00:00.000Z', 19_800, 9_900],
      ['2031-03-12T13:00:00.000Z', 9_000, 4_500],
    ]);
  });
});
