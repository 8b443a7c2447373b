import { createHash } from 'node:crypto';
import type { OnApplicationBootstrap } from '@nestjs/common';
import type { Database } from '@plataforma/platform';
import type { CatalogoRepository } from '../application/ports.js';
import type { CadastroDeEspaco } from '../domain/espaco.js';

/** A name-based UUID (RFC 9562, version 8), so that seeding again finds what it seeded before. */
function seedId(name: string): string {
  const hex = createHash('sha256').update(`seed:${name}`).digest('hex');
  const variant = ((Number.parseInt(hex[16] ?? '0', 16) & 0x3) | 0x8).toString(16);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

/** What differs from a plain venue; `partes` are names of other seeds, which come first. */
type Seed = Pick<
  CadastroDeEspaco,
  'nome' | 'tipo' | 'cidade' | 'endereco' | 'fuso' | 'capacidade' | 'precoHoraCentavos'
> &
  Partial<CadastroDeEspaco> & { readonly abre?: string; readonly fecha?: string };

const SP = { cidade: 'São Paulo', fuso: 'America/Sao_Paulo' };
const RJ = { cidade: 'Rio de Janeiro', fuso: 'America/Sao_Paulo' };
const MA = { cidade: 'Manaus', fuso: 'America/Manaus' };
const PAULISTA = 'Avenida Paulista, 1578';
const MAUA = 'Praça Mauá, 10';
const PONTA = 'Avenida Coronel Teixeira, 1320';

/**
 * Demonstration venues: three cities, a hall with two halves, a room of ten equal desks, a cabin with a short hold, and
 * one of each kind of rule: approval, deposit, check-in, peak prices, lead time.
 */
export const SEEDS: readonly Seed[] = [
  {
    ...SP,
    nome: 'Sala Ipê',
    tipo: 'SALA',
    descricao:
      'Sala de reunião clara, no oitavo andar, com janelas para a Paulista. Mesa oval para oito pessoas, tela de 65 polegadas com cabo e sem fio, e quadro de parede a parede.\n\nA limpeza entra nos quinze minutos depois de cada reserva.',
    endereco: PAULISTA,
    capacidade: 8,
    precoHoraCentavos: 9_000,
    recursos: ['projetor', 'cadeira-de-rodas', 'wi-fi', 'ar-condicionado', 'quadro-branco'],
    folgaDepoisMinutos: 15,
  },
  {
    ...SP,
    nome: 'Sala Jacarandá',
    tipo: 'SALA',
    descricao:
      'A maior das salas da casa: câmera e microfones no teto, duas telas e mesa modular, que se junta para catorze pessoas ou se separa em ilhas de trabalho.',
    endereco: PAULISTA,
    capacidade: 14,
    precoHoraCentavos: 14_000,
    recursos: ['projetor', 'videoconferencia', 'wi-fi', 'ar-condicionado', 'quadro-branco', 'cafe'],
  },
  {
    ...SP,
    nome: 'Mesas do Mezanino',
    tipo: 'MESA',
    descricao:
      'Dez mesas iguais, lado a lado, com vista para o saguão. Luminária, tomadas e cadeira ergonômica em cada uma; conversas, só em voz baixa.',
    endereco: PAULISTA,
    capacidade: 1,
    precoHoraCentavos: 1_500,
    recursos: ['wi-fi', 'tomadas', 'cafe'],
    quantidadeUnidades: 10,
    duracaoMaximaMinutos: 720,
  },
  {
    ...SP,
    nome: 'Salão Tietê A',
    tipo: 'AUDITORIO',
    descricao:
      'Metade do Salão Tietê, com palco baixo e cem cadeiras soltas. A parede divisória isola o som do outro lado.',
    endereco: PAULISTA,
    capacidade: 100,
    precoHoraCentavos: 35_000,
    recursos: ['projetor', 'cadeira-de-rodas', 'ar-condicionado', 'palco'],
  },
  {
    ...SP,
    nome: 'Salão Tietê B',
    tipo: 'AUDITORIO',
    descricao: 'A outra metade do Salão Tietê, com mesa de som e cabine de tradução. Entrada própria pela galeria.',
    endereco: PAULISTA,
    capacidade: 100,
    precoHoraCentavos: 35_000,
    recursos: ['som', 'cadeira-de-rodas', 'ar-condicionado', 'cabine-de-traducao'],
  },
  {
    ...SP,
    nome: 'Salão Tietê',
    tipo: 'AUDITORIO',
    descricao:
      'As duas metades juntas: duzentas cadeiras, palco, som e projeção nos dois lados. Reservar o salão ocupa as duas metades.',
    endereco: PAULISTA,
    capacidade: 200,
    precoHoraCentavos: 60_000,
    partes: ['Salão Tietê A', 'Salão Tietê B'],
    recursos: ['projetor', 'som', 'cadeira-de-rodas', 'ar-condicionado', 'palco'],
  },
  {
    ...SP,
    nome: 'Cabine Relâmpago',
    tipo: 'ESTUDIO',
    descricao:
      'Uma cabine acústica para uma chamada ou uma gravação curta, de quinze em quinze minutos. A retenção é de segundos: decida e pague.',
    endereco: PAULISTA,
    capacidade: 1,
    precoHoraCentavos: 3_000,
    recursos: ['isolamento-acustico', 'tomadas'],
    retencaoSegundos: 6,
    passoMinutos: 15,
  },
  {
    ...RJ,
    nome: 'Sala Guanabara',
    tipo: 'SALA',
    descricao: 'Diante da baía, para dez pessoas. Persianas, tela de projeção e um balcão de café ao fundo.',
    endereco: MAUA,
    capacidade: 10,
    precoHoraCentavos: 11_000,
    recursos: ['projetor', 'wi-fi', 'ar-condicionado', 'cafe'],
  },
  {
    ...RJ,
    nome: 'Estúdio Arpoador',
    tipo: 'ESTUDIO',
    descricao:
      'Estúdio de gravação com sala técnica separada por vidro, bateria montada e piano de armário. Leve as suas pastas: há pontos para todos os microfones.\n\nMeia hora depois de cada sessão fica para desmontar.',
    endereco: MAUA,
    capacidade: 4,
    precoHoraCentavos: 18_000,
    recursos: ['isolamento-acustico', 'bateria', 'piano', 'mesa-de-som', 'ar-condicionado'],
    folgaDepoisMinutos: 30,
  },
  {
    ...RJ,
    nome: 'Quadra do Porto',
    tipo: 'QUADRA',
    descricao:
      'Quadra coberta, de piso emborrachado, para jogar depois do trabalho: abre às seis da tarde e vai até as duas da manhã.',
    endereco: MAUA,
    capacidade: 12,
    precoHoraCentavos: 12_000,
    abre: '18:00',
    fecha: '02:00',
    recursos: ['vestiario', 'iluminacao', 'bebedouro', 'bola'],
  },
  {
    ...MA,
    nome: 'Sala Rio Negro',
    tipo: 'SALA',
    descricao:
      'Sala pequena e silenciosa, com vista para o rio. Boa para entrevistas, atendimentos e reuniões de até seis pessoas.',
    endereco: PONTA,
    capacidade: 6,
    precoHoraCentavos: 7_000,
    recursos: ['projetor', 'wi-fi', 'ar-condicionado'],
  },
  {
    ...MA,
    nome: 'Auditório Encontro das Águas',
    tipo: 'AUDITORIO',
    descricao:
      'Oitenta lugares em declive, com camarim, som e projeção. A entrada e duas das fileiras são sem degraus.',
    endereco: PONTA,
    capacidade: 80,
    precoHoraCentavos: 25_000,
    recursos: ['projetor', 'som', 'cadeira-de-rodas', 'ar-condicionado', 'camarim', 'palco'],
  },
  {
    ...MA,
    nome: 'Quadra Ponta Negra',
    tipo: 'QUADRA',
    descricao: 'Quadra de areia a cem metros da praia, para vôlei e futevôlei. Rede e bolas à disposição.',
    endereco: PONTA,
    capacidade: 10,
    precoHoraCentavos: 8_000,
    recursos: ['vestiario', 'chuveiro', 'bola', 'bebedouro'],
  },
  {
    ...SP,
    nome: 'Auditório Ibirapuera',
    tipo: 'AUDITORIO',
    descricao:
      'Trezentos lugares no parque, com fosso, camarins e a porta do fundo que se abre para o gramado.\n\nQuem administra aprova cada pedido, em até um dia: conte no título o que vai acontecer.',
    endereco: 'Avenida Pedro Álvares Cabral, 5300',
    capacidade: 300,
    precoHoraCentavos: 90_000,
    recursos: ['projetor', 'som', 'cadeira-de-rodas', 'palco', 'camarim', 'estacionamento'],
    requerAprovacao: true,
    prazoAprovacaoHoras: 24,
  },
  {
    ...RJ,
    nome: 'Salão Cristal',
    tipo: 'AUDITORIO',
    descricao:
      'Salão de festas com pé-direito duplo, pista de madeira e cozinha industrial, para até cento e cinquenta pessoas.\n\nPaga-se um sinal de 30 % na hora, e o resto até três dias antes.',
    endereco: MAUA,
    capacidade: 150,
    precoHoraCentavos: 50_000,
    recursos: ['som', 'cozinha', 'ar-condicionado', 'estacionamento'],
    sinalPercentual: 30,
    saldoHorasAntes: 72,
    precoMinimoCentavos: 100_000,
    duracaoMinimaMinutos: 120,
  },
  {
    ...SP,
    nome: 'Mesas da Biblioteca',
    tipo: 'MESA',
    descricao:
      'Quatro mesas de estudo entre as estantes. Silêncio de biblioteca, e quem não apresenta o código em quinze minutos perde a mesa.',
    endereco: PAULISTA,
    capacidade: 1,
    precoHoraCentavos: 800,
    recursos: ['wi-fi', 'tomadas'],
    quantidadeUnidades: 4,
    exigeCheckin: true,
    toleranciaMinutos: 15,
    cotaReservasAtivas: 2,
    cotaHorasSemana: 12,
  },
  {
    ...RJ,
    nome: 'Quadra da Lagoa',
    tipo: 'QUADRA',
    descricao:
      'Quadra de saibro sintético, com arquibancada e vista para a lagoa. Mais cara à noite e nos fins de semana.',
    endereco: 'Avenida Epitácio Pessoa, 2000',
    capacidade: 14,
    precoHoraCentavos: 10_000,
    recursos: ['vestiario', 'iluminacao', 'placar', 'bebedouro'],
    regrasDePreco: [
      { tipo: 'PICO', descricao: 'Noite', percentual: 40, diasSemana: [1, 2, 3, 4, 5], de: '18:00', ate: '23:00' },
      { tipo: 'FIM_DE_SEMANA', descricao: 'Fim de semana', percentual: 25, diasSemana: [6, 7] },
    ],
  },
  {
    ...MA,
    nome: 'Estúdio Igarapé',
    tipo: 'ESTUDIO',
    descricao:
      'Estúdio de ensaio para bandas de até cinco pessoas, com amplificadores e caixas já ligados.\n\nReservado com um dia de antecedência, e no máximo sessenta dias à frente; fecha ao meio-dia.',
    endereco: PONTA,
    capacidade: 5,
    precoHoraCentavos: 15_000,
    recursos: ['isolamento-acustico', 'bateria', 'mesa-de-som', 'ar-condicionado'],
    horarios: [1, 2, 3, 4, 5].flatMap((diaSemana) => [
      { diaSemana, abre: '08:00', fecha: '12:00' },
      { diaSemana, abre: '13:00', fecha: '20:00' },
    ]),
    antecedenciaMinimaMinutos: 1_440,
    horizonteDias: 60,
    folgaAntesMinutos: 15,
    folgaDepoisMinutos: 30,
  },
];

const POLITICA = [
  { horasAntes: 48, percentual: 100 },
  { horasAntes: 24, percentual: 50 },
];

const DIAS = [1, 2, 3, 4, 5, 6, 7];

/** Whoever draws the pictures names them so: `npm run generate`. */
export const fotosDe = (nome: string): string[] => {
  const slug = nome
    .normalize('NFD')
    .toLowerCase()
    .replaceAll(/[^a-z0-9 ]/g, '')
    .replaceAll(' ', '-');
  return [`/fotos/${slug}-1.svg`, `/fotos/${slug}-2.svg`];
};

function cadastroDe({ abre = '07:00', fecha = '23:00', partes = [], ...seed }: Seed): CadastroDeEspaco {
  return {
    descricao: `${seed.nome}, em ${seed.cidade}`,
    fotos: fotosDe(seed.nome),
    recursos: [],
    horarios: DIAS.map((diaSemana) => ({ diaSemana, abre, fecha })),
    excecoes: [],
    horariosEmFeriado: [],
    folgaAntesMinutos: 0,
    folgaDepoisMinutos: 0,
    duracaoMinimaMinutos: seed.passoMinutos ?? 30,
    duracaoMaximaMinutos: 480,
    unidadeDuracao: 'MINUTO',
    precoDiaCentavos: null,
    passoMinutos: 30,
    antecedenciaMinimaMinutos: 0,
    horizonteDias: null,
    cotaReservasAtivas: null,
    cotaHorasSemana: null,
    requerAprovacao: false,
    prazoAprovacaoHoras: 48,
    regrasDePreco: [],
    precoMinimoCentavos: 0,
    sinalPercentual: null,
    saldoHorasAntes: 48,
    exigeCheckin: false,
    toleranciaMinutos: 15,
    politicaCancelamento: POLITICA,
    retencaoSegundos: null,
    prorrogacaoMaximaMinutos: 15,
    quantidadeUnidades: 1,
    ...seed,
    partes: partes.map(seedId),
  };
}

/** Writes the demonstration venues; those that exist already stay as they are. */
export class SeedDemo implements OnApplicationBootstrap {
  constructor(
    private readonly database: Database,
    private readonly catalogo: CatalogoRepository,
    private readonly enabled: boolean,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    if (!this.enabled) return;
    await this.database.transaction(async () => {
      // Of the instances that start together one seeds, and the others find it done.
      await this.database.query(`SELECT pg_advisory_xact_lock(hashtextextended('semente', 0))`);
      const rows = await this.database.query<{ id: string }>('SELECT id FROM espacos WHERE id = ANY($1::uuid[])', [
        SEEDS.map(({ nome }) => seedId(nome)),
      ]);
      const existing = new Set(rows.map(({ id }) => id));
      for (const seed of SEEDS) {
        const id = seedId(seed.nome);
        if (!existing.has(id)) await this.catalogo.insert(id, cadastroDe(seed), 'PUBLICADO', null);
        // Seeded when there were no pictures yet; what an admin chose since then stays.
        else
          await this.database.change('UPDATE espacos SET fotos = $2 WHERE id = $1 AND fotos = $3', [
            id,
            JSON.stringify(fotosDe(seed.nome)),
            JSON.stringify([1, 2].map((foto) => `/fotos/${id}-${foto}.jpg`)),
          ]);
      }
    });
  }
}
