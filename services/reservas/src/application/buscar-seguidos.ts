import { Injectable } from '@nestjs/common';
import { Logger } from '@plataforma/platform';
import { type Claim, LeasedWork } from '@plataforma/trabalho';
import { tomadoPor } from '../domain/calendario-seguido.js';
import { PlanilhaIlegivel } from '../domain/errors.js';
import { type EventoDoCalendario, lerCalendario } from './ler-calendario.js';
import { EspacoRepository } from './ports.js';
import { BuscaDeCalendario, type Seguido, SeguidoRepository } from './ports-seguidos.js';

/** Others' servers are asked by few at a time; one that is slow keeps one hand. */
const CONCURRENCY = 4;
const ITEM_MS = 40_000;
const MAX_EVENTOS = 2_000;

/** Fetches the calendars that spaces follow, and takes the time that they say is taken. */
@Injectable()
export class BuscarSeguidos extends LeasedWork<Seguido> {
  constructor(
    private readonly seguidos: SeguidoRepository,
    private readonly busca: BuscaDeCalendario,
    private readonly espacos: EspacoRepository,
    logger: Logger,
  ) {
    super({ table: seguidos.toFetch, concurrency: CONCURRENCY, itemMs: ITEM_MS }, logger);
  }

  /** What is not to be read changes nothing: better a space that is closed in vain than one that is taken twice. */
  protected override async process(seguido: Seguido, posse: Claim, signal: AbortSignal): Promise<void> {
    const achado = await this.busca.fetch(seguido.endereco, signal);
    // Somebody else has it now, or will: that it was cut short says nothing about the calendar.
    signal.throwIfAborted();
    if ('erro' in achado) return this.seguidos.fail(posse, seguido.id, achado);
    const { espaco, agora } = await this.espacos.load(seguido.espacoId);
    let eventos: readonly EventoDoCalendario[];
    try {
      eventos = await lerCalendario(achado.texto, { fuso: espaco.fuso, agora, maximo: MAX_EVENTOS });
    } catch (error) {
      if (!(error instanceof PlanilhaIlegivel)) throw error;
      return this.seguidos.fail(posse, seguido.id, { erro: 'ILEGIVEL' });
    }
    const unidades = espaco.unidades.filter((unidade) => seguido.unidades?.includes(unidade) ?? true);
    const tomado = tomadoPor(eventos, unidades.length, agora);
    if (tomado === undefined) return this.seguidos.fail(posse, seguido.id, { erro: 'OCUPA_DEMAIS' });
    await this.seguidos.keep(posse, seguido, unidades, tomado);
  }
}
