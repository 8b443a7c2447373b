import { createHash } from 'node:crypto';
import type { OnApplicationBootstrap } from '@nestjs/common';
import type { Database } from '@plataforma/platform';

/** A name-based UUID (RFC 9562, version 8), so that seeding again finds what it seeded before. */
function seedId(name: string): string {
  const hex = createHash('sha256').update(`seed:${name}`).digest('hex');
  const variant = ((Number.parseInt(hex[16] ?? '0', 16) & 0x3) | 0x8).toString(16);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

interface Seed {
  readonly nome: string;
  readonly tipo: 'SALA' | 'MESA' | 'QUADRA' | 'AUDITORIO' | 'ESTUDIO';
  readonly cidade: string;
  readonly endereco: string;
  readonly fuso: string;
  readonly capacidade: number;
  readonly precoHoraCentavos: number;
  /** Names of its units: its own name by default; a composite hall lists those of its halves. */
  readonly unidades?: readonly string[];
  readonly ocupa?: 'UMA' | 'TODAS';
  readonly recursos?: readonly string[];
  readonly abre?: string;
  readonly fecha?: string;
  readonly passoMinutos?: number;
  readonly duracaoMaximaMinutos?: number;
  readonly folgaDepoisMinutos?: number;
  readonly retencaoSegundos?: number;
}

const SP = { cidade: 'São Paulo', fuso: 'America/Sao_Paulo' };
const RJ = { cidade: 'Rio de Janeiro', fuso: 'America/Sao_Paulo' };
const MA = { cidade: 'Manaus', fuso: 'America/Manaus' };
const PAULISTA = 'Avenida Paulista, 1578';
const MAUA = 'Praça Mauá, 10';
const PONTA = 'Avenida Coronel Teixeira, 1320';

/** Demonstration venues: three cities, a hall with two halves, a room of ten equal desks, a cabin with a short hold. */
const SEEDS: readonly Seed[] = [
  {
    ...SP,
    nome: 'Sala Ipê',
    tipo: 'SALA',
    endereco: PAULISTA,
    capacidade: 8,
    precoHoraCentavos: 9_000,
    recursos: ['projetor', 'cadeira-de-rodas'],
    folgaDepoisMinutos: 15,
  },
  {
    ...SP,
    nome: 'Sala Jacarandá',
    tipo: 'SALA',
    endereco: PAULISTA,
    capacidade: 14,
    precoHoraCentavos: 14_000,
    recursos: ['projetor', 'videoconferencia'],
  },
  {
    ...SP,
    nome: 'Mesas do Mezanino',
    tipo: 'MESA',
    endereco: PAULISTA,
    capacidade: 1,
    precoHoraCentavos: 1_500,
    unidades: Array.from({ length: 10 }, (_, i) => `Mesa ${i + 1}`),
    duracaoMaximaMinutos: 720,
  },
  {
    ...SP,
    nome: 'Salão Tietê',
    tipo: 'AUDITORIO',
    endereco: PAULISTA,
    capacidade: 200,
    precoHoraCentavos: 60_000,
    unidades: ['Salão Tietê A', 'Salão Tietê B'],
    ocupa: 'TODAS',
    recursos: ['projetor', 'som', 'cadeira-de-rodas'],
  },
  {
    ...SP,
    nome: 'Salão Tietê A',
    tipo: 'AUDITORIO',
    endereco: PAULISTA,
    capacidade: 100,
    precoHoraCentavos: 35_000,
    recursos: ['projetor', 'cadeira-de-rodas'],
  },
  {
    ...SP,
    nome: 'Salão Tietê B',
    tipo: 'AUDITORIO',
    endereco: PAULISTA,
    capacidade: 100,
    precoHoraCentavos: 35_000,
    recursos: ['som', 'cadeira-de-rodas'],
  },
  {
    ...SP,
    nome: 'Cabine Relâmpago',
    tipo: 'ESTUDIO',
    endereco: PAULISTA,
    capacidade: 1,
    precoHoraCentavos: 3_000,
    retencaoSegundos: 6,
    passoMinutos: 15,
  },
  {
    ...RJ,
    nome: 'Sala Guanabara',
    tipo: 'SALA',
    endereco: MAUA,
    capacidade: 10,
    precoHoraCentavos: 11_000,
    recursos: ['projetor'],
  },
  {
    ...RJ,
    nome: 'Estúdio Arpoador',
    tipo: 'ESTUDIO',
    endereco: MAUA,
    capacidade: 4,
    precoHoraCentavos: 18_000,
    recursos: ['isolamento-acustico'],
    folgaDepoisMinutos: 30,
  },
  {
    ...RJ,
    nome: 'Quadra do Porto',
    tipo: 'QUADRA',
    endereco: MAUA,
    capacidade: 12,
    precoHoraCentavos: 12_000,
    abre: '18:00',
    fecha: '02:00',
    recursos: ['vestiario'],
  },
  {
    ...MA,
    nome: 'Sala Rio Negro',
    tipo: 'SALA',
    endereco: PONTA,
    capacidade: 6,
    precoHoraCentavos: 7_000,
    recursos: ['projetor'],
  },
  {
    ...MA,
    nome: 'Auditório Encontro das Águas',
    tipo: 'AUDITORIO',
    endereco: PONTA,
    capacidade: 80,
    precoHoraCentavos: 25_000,
    recursos: ['projetor', 'som', 'cadeira-de-rodas'],
  },
  {
    ...MA,
    nome: 'Quadra Ponta Negra',
    tipo: 'QUADRA',
    endereco: PONTA,
    capacidade: 10,
    precoHoraCentavos: 8_000,
    recursos: ['vestiario'],
  },
];

const POLITICA = [
  { horasAntes: 48, percentual: 100 },
  { horasAntes: 24, percentual: 50 },
];

/** Writes the demonstration venues; those that exist already stay as they are. */
export class SeedDemo implements OnApplicationBootstrap {
  constructor(
    private readonly database: Database,
    private readonly enabled: boolean,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    if (!this.enabled) return;
    await this.database.transaction(async () => {
      for (const seed of SEEDS) await this.insert(seed);
    });
  }

  private async insert(seed: Seed): Promise<void> {
    const id = seedId(seed.nome);
    const dias = [1, 2, 3, 4, 5, 6, 7];
    const horarios = dias.map((diaSemana) => ({ diaSemana, abre: seed.abre ?? '07:00', fecha: seed.fecha ?? '23:00' }));
    await this.database.change(
      `INSERT INTO espacos (id, nome, tipo, descricao, cidade, endereco, fuso, capacidade, fotos, recursos, horarios, ocupa,
                            folga_depois_minutos, duracao_minima_minutos, duracao_maxima_minutos, passo_minutos,
                            preco_hora_centavos, politica_cancelamento, retencao_segundos)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19) ON CONFLICT DO NOTHING`,
      [
        id,
        seed.nome,
        seed.tipo,
        `${seed.nome}, em ${seed.cidade}`,
        seed.cidade,
        seed.endereco,
        seed.fuso,
        seed.capacidade,
        JSON.stringify([`/fotos/${id}-1.jpg`, `/fotos/${id}-2.jpg`]),
        seed.recursos ?? [],
        JSON.stringify(horarios),
        seed.ocupa ?? 'UMA',
        seed.folgaDepoisMinutos ?? 0,
        seed.passoMinutos ?? 30,
        seed.duracaoMaximaMinutos ?? 480,
        seed.passoMinutos ?? 30,
        seed.precoHoraCentavos,
        JSON.stringify(POLITICA),
        seed.retencaoSegundos ?? null,
      ],
    );
    for (const unidade of seed.unidades ?? [seed.nome]) {
      const unidadeId = seedId(`unidade ${unidade}`);
      await this.database.change('INSERT INTO unidades (id, nome) VALUES ($1, $2) ON CONFLICT DO NOTHING', [
        unidadeId,
        unidade,
      ]);
      await this.database.change('INSERT INTO espaco_unidades VALUES ($1, $2) ON CONFLICT DO NOTHING', [id, unidadeId]);
    }
  }
}
