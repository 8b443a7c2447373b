import { Readable } from 'node:stream';
import { Controller, StreamableFile } from '@nestjs/common';
import { forwardedHeaders, PlatformApi } from '@plataforma/bff';
import { eventos, operacoesDeReservas, pode } from '@plataforma/contracts';
import {
  currentContext,
  DepartedError,
  type Http,
  notPermitted,
  Operacao,
  type Pedido,
  Problem,
} from '@plataforma/platform';
import { AoVivo } from './ao-vivo.js';

/**
 * Whoever asks is let in by the services: reservas says whether the token, and the session behind it, still hold, and
 * whether the space is one that they may see.
 */
@Controller()
export class EventosController {
  private readonly reservas;
  private readonly espacos;

  constructor(
    api: PlatformApi,
    private readonly aoVivo: AoVivo,
  ) {
    this.reservas = api.cliente(operacoesDeReservas.reservas);
    this.espacos = api.cliente(operacoesDeReservas.espacos);
  }

  @Operacao(eventos)
  async ouvir({ consulta: { espacoId }, usuario }: Pedido<typeof eventos>, { request, reply }: Http) {
    if (!usuario && espacoId === undefined)
      throw new Problem(400, 'eventos.nada-a-ouvir', 'Sem token, diga em espacoId o que quer ouvir');
    if (usuario && !pode(usuario, 'reservas.ver')) throw notPermitted();
    const cabecalhos = forwardedHeaders(request);
    const lugar = this.aoVivo.tomarLugar({ usuario, endereco: request.ip, cabecalhos });
    try {
      const [vizinhos] = await Promise.all([
        espacoId === undefined ? undefined : this.espacos.neighbours({ parametros: { id: espacoId }, cabecalhos }),
        usuario && this.reservas.list({ consulta: { limite: 1 }, cabecalhos }),
      ]);
      if (currentContext()?.departure?.aborted) throw new DepartedError();
      void reply.headers({
        'content-type': 'text/event-stream; charset=utf-8',
        'cache-control': 'no-store, no-transform',
        // So that no nginx in between keeps what should be there at once.
        'x-accel-buffering': 'no',
      });
      if (request.method === 'HEAD') {
        lugar.devolver();
        return new StreamableFile(Readable.from([]));
      }
      const ultimoId = request.headers['last-event-id'];
      const espacos = espacoId === undefined ? [] : [espacoId, ...(vizinhos?.body.ids ?? [])];
      return new StreamableFile(
        this.aoVivo.entrar(lugar, espacos, typeof ultimoId === 'string' ? ultimoId : undefined),
      );
    } catch (error) {
      lugar.devolver();
      throw error;
    }
  }
}
