import { createPublicKey, type KeyObject, verify } from 'node:crypto';
import twilio from 'twilio';
import { z } from 'zod';
import {
  AssinaturaInvalida,
  type ChamadaDaSendGrid,
  type ChamadaDaTwilio,
  type Relato,
  RelatoIlegivel,
} from '../application/registrar-relatos.js';

/** So many events come in one call at most: SendGrid sends them by the batch. */
const EVENTOS = 2_000;

const evento = z.object({
  event: z.string(),
  timestamp: z.number().optional(),
  email: z.string().max(254).optional(),
  type: z.string().optional(),
  notificacaoId: z.uuid().optional().catch(undefined),
});

/** SendGrid's event webhook (https://www.twilio.com/docs/sendgrid/for-developers/tracking-events/event). */
export class RelatosDaSendGrid {
  private readonly chave: KeyObject;

  /** @param chave the verification key that SendGrid shows, in base64 */
  constructor(chave: string) {
    this.chave = createPublicKey({ key: Buffer.from(chave, 'base64'), format: 'der', type: 'spki' });
  }

  /**
   * Believed only if SendGrid signed these very bytes; of single events, what is not understood is left out.
   * @throws AssinaturaInvalida, RelatoIlegivel
   */
  readonly read = ({ bytes, corpo, assinatura, instante }: ChamadaDaSendGrid): Relato[] => {
    if (!this.signed(Buffer.concat([Buffer.from(instante), bytes]), assinatura)) throw new AssinaturaInvalida();
    const lidos = z.array(z.unknown()).max(EVENTOS).safeParse(corpo);
    if (!lidos.success) throw new RelatoIlegivel();
    return lidos.data.flatMap((um) => {
      const lido = evento.safeParse(um);
      return lido.success ? relatosDe(lido.data) : [];
    });
  };

  private signed(bytes: Buffer, assinatura: string): boolean {
    try {
      return verify('sha256', bytes, this.chave, Buffer.from(assinatura, 'base64'));
    } catch {
      return false;
    }
  }
}

function relatosDe({ event, timestamp, email, type, notificacaoId }: z.output<typeof evento>): Relato[] {
  const em = timestamp === undefined ? new Date() : new Date(timestamp * 1_000);
  const suprimir = (motivo: 'REJEITADO' | 'QUEIXA') =>
    email !== undefined && z.email().safeParse(email).success
      ? { suprimir: { canal: 'EMAIL' as const, endereco: email, motivo } }
      : {};
  if (Number.isNaN(em.getTime())) return [];
  switch (event) {
    case 'deferred':
      return [{ notificacaoId, situacao: 'ADIADA', em }];
    case 'delivered':
      return [{ notificacaoId, situacao: 'ENTREGUE', em }];
    case 'bounce':
      // A block is of that moment; the address is good.
      return [{ notificacaoId, situacao: 'REJEITADA', em, ...(type !== 'blocked' && suprimir('REJEITADO')) }];
    case 'dropped':
      return [{ notificacaoId, situacao: 'REJEITADA', em }];
    case 'spamreport':
      return [{ notificacaoId, situacao: 'QUEIXA', em, ...suprimir('QUEIXA') }];
    default:
      return [];
  }
}

/** Errors that are of the number, whatever is sent to it: it does not exist, or is no mobile telephone, or asked to be left alone. */
const DO_NUMERO = new Set(['30005', '30006', '21610', '21614']);
const DA_TWILIO: Readonly<Record<string, Relato['situacao']>> = {
  delivered: 'ENTREGUE',
  read: 'ENTREGUE',
  undelivered: 'REJEITADA',
  failed: 'REJEITADA',
};

/** Twilio's status callback (https://www.twilio.com/docs/usage/security#validating-requests). */
export class RelatosDaTwilio {
  /** @param endereco where Twilio calls, as it knows it */
  constructor(
    private readonly segredo: string,
    private readonly endereco: string,
  ) {}

  /**
   * Believed only if Twilio signed the address and all that it says.
   * @throws AssinaturaInvalida
   */
  readonly read = ({ consulta, campos, assinatura }: ChamadaDaTwilio): Relato[] => {
    if (!twilio.validateRequest(this.segredo, assinatura, `${this.endereco}${consulta}`, { ...campos }))
      throw new AssinaturaInvalida();
    const { MessageStatus: status = '', To: numero, ErrorCode: erro = '' } = campos;
    const situacao = DA_TWILIO[status];
    if (situacao === undefined) return [];
    // Of the hand-over, which is no later than what is told: a number that was let go since stays free.
    const consultados = new URLSearchParams(consulta);
    const em = new Date(Number(consultados.get('em') ?? Number.NaN));
    const suprime = DO_NUMERO.has(erro) && numero !== undefined && /^\+[1-9]\d{7,14}$/.test(numero);
    return [
      {
        notificacaoId: z.uuid().safeParse(consultados.get('notificacaoId')).data,
        situacao,
        em: Number.isNaN(em.getTime()) ? new Date() : em,
        ...(suprime && { suprimir: { canal: 'SMS' as const, endereco: numero, motivo: 'REJEITADO' as const } }),
      },
    ];
  };
}
